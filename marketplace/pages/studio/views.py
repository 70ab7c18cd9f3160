"""The studio page, its live price, and jobs as they go."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.selectors import credits_available
from generation.errors import JobEndedAlready, OutputNotFound
from generation.models import GenerationOutput
from generation.selectors import job_of, output_of
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.choosing import form_facts
from marketplace.pages.studio.forms import QuoteForm, StudioForm
from marketplace.pages.studio.from_recipe import open_output
from marketplace.pages.studio.lora_fields import loras_of_address
from marketplace.studio.again import start_from_recipe
from marketplace.studio.errors import WordsNotTaught
from marketplace.studio.selectors import JobView, job_view, jobs_with_prices, take_up_if_it_stands_still
from marketplace.studio.services import cancel_generation, quote, start_generation

RECENT_JOBS = 8
JOBS_A_PAGE = 24
EXAMPLES = {
    "en": ["a beautiful sunset over the sea", "snowy mountains at night", "a watercolour forest in the morning"],
    "zh-hans": ["一幅美丽的日落场景", "夜晚的雪山", "水彩风格的森林"],
}


@login_required
@require_http_methods(["GET", "POST"])
def studio(request: HttpRequest) -> HttpResponse:
    """The form and the latest jobs; a POST orders pictures."""
    user = _person(request)
    if request.method == "POST":
        facts = form_facts(user, request.POST, has_file="picture" in request.FILES)
        form = StudioForm(request.POST, request.FILES, facts=facts)
        if form.is_valid():
            return _order(request, user, form)
        return page(request, user, form, status=200 if _htmx(request) else 422)
    initial: dict[str, object] = {"prompt": request.GET.get("prompt", "")[:500]}
    if recipe := request.GET.get("recipe", ""):
        initial |= _from_recipe(request, user, recipe)
    if seed := request.GET.get("seed", ""):
        initial["seed"] = seed
    if begin_with := _picture_to_begin_with(request, user):
        initial |= {"input_output": begin_with.id, "prompt": initial["prompt"] or begin_with.job.prompt}
    initial |= loras_of_address(user, request.GET.getlist("lora"))
    return page(request, user, StudioForm(initial=initial, facts=form_facts(user, initial)))


def _order(request: HttpRequest, user: User, form: StudioForm) -> HttpResponse:
    upload, recipe = form.cleaned_data.get("picture"), form.recipe_used
    settings, model, submission = form.settings(), form.chosen_model, form.cleaned_data["submission"]
    try:
        if recipe is not None:
            job = start_from_recipe(user=user, recipe=recipe, settings=settings, model=model, submission=submission)
        else:
            job = start_generation(
                user=user,
                settings=settings,
                upload=upload.read() if upload else None,
                input_output_id=form.cleaned_data.get("input_output") if not upload else None,
                submission=submission,
                model=model,
            )
    except AtelierError as error:
        return page(request, user, form, error=error, status=200 if _htmx(request) else error.http_status)
    if not _htmx(request):
        return redirect(f"/studio#job-{job.id}")
    # The form stays as it is, with a new submission: pressing the button again orders new pictures.
    data = request.POST.copy()
    data["submission"] = str(uuid4())
    return page(request, user, StudioForm(data, facts=form.facts), is_ordered=True)


def page(
    request: HttpRequest,
    user: User,
    form: StudioForm,
    *,
    error: AtelierError | None = None,
    is_ordered: bool = False,
    keeps_form: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The studio with ``form``; to htmx what changed of it. ``keeps_form``: the form in the browser stays as it is."""
    jobs = [job_view(job) for job in jobs_with_prices(user)[:RECENT_JOBS]]
    context: dict[str, Any] = {
        "form": form,
        "jobs": jobs,
        "error": error,
        "unknown_words": error if isinstance(error, WordsNotTaught) else None,
        "is_ordered": is_ordered,
        "keeps_form": keeps_form,
        # The reader's own language first.
        "examples": sorted(EXAMPLES.items(), key=lambda words: words[0] != get_language()),
        "available": credits_available(user),
        "has_more": jobs_with_prices(user).count() > len(jobs),
        "begin_with": _begin_with(user, form),
        "recipe": form.facts.recipe,
    }
    if form.is_bound is False or not form.errors:
        settings = _settings_of(form)
        context["quote"] = quote(settings=settings, model=form.chosen_model, user=user) if settings else None
    template = "studio/_workbench.html" if _htmx(request) else "studio/studio.html"
    return render(request, template, context, status=status)


def _settings_of(form: StudioForm) -> Any:
    if form.is_bound:
        return form.settings() if form.is_valid() else None
    asked = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    asked["size"] = asked["size"] or form.fields["size"].choices[0][0]  # type: ignore[attr-defined]
    trial = QuoteForm({k: v for k, v in asked.items() if v is not None}, facts=form.facts)
    return trial.settings() if trial.is_valid() else None


@login_required
@require_POST
def live_quote(request: HttpRequest) -> HttpResponse:
    """Price, expected time and unknown words while the form is being filled in."""
    user = _person(request)
    form = QuoteForm(request.POST, facts=form_facts(user, request.POST))
    offer = quote(settings=form.settings(), model=form.chosen_model, user=user) if form.is_valid() else None
    return render(request, "studio/_quote.html", {"quote": offer, "form": form, "available": credits_available(user)})


@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """All jobs, newest first."""
    page = Paginator(jobs_with_prices(_person(request)), JOBS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "studio/history.html", {"page": page, "jobs": [job_view(job) for job in page]})


@login_required
@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job; htmx asks again every second while it waits or runs."""
    user = _person(request)
    found = job_of(user, job_id)
    take_up_if_it_stands_still(found)
    view = job_view(found)
    if _htmx(request) and request.GET.get("seen") == view.stamp:
        return HttpResponse(status=204)
    return _one(request, user, view)


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop a job; what is unspent comes back."""
    user = _person(request)
    try:
        cancel_generation(user=user, job_id=job_id)
    except JobEndedAlready:
        # It was finished while she pressed the button: show how it ended.
        if not _htmx(request):
            messages.info(request, _("This job had ended already."))
    if not _htmx(request):
        return redirect("studio_job", job_id=job_id)
    return _one(request, user, job_view(job_of(user, job_id)))


def _one(request: HttpRequest, user: User, view: JobView) -> HttpResponse:
    if not _htmx(request):
        return render(request, "studio/job.html", {"view": view})
    return render(
        request, "studio/_job.html", {"view": view, "available": credits_available(user), "with_credits": True}
    )


def _begin_with(user: User, form: StudioForm) -> GenerationOutput | None:
    value = form["input_output"].value()
    try:
        return output_of(user, UUID(str(value))) if value else None
    except (ValueError, OutputNotFound):
        return None


def _picture_to_begin_with(request: HttpRequest, user: User) -> GenerationOutput | None:
    wanted = request.GET.get("input", "")
    if not wanted:
        return None
    try:
        return output_of(user, UUID(wanted))
    except (ValueError, OutputNotFound):
        messages.warning(request, _("The picture to begin with is not there. Choose another."))
        return None


def _from_recipe(request: HttpRequest, user: User, output_id: str) -> dict[str, object]:
    try:
        opened = open_output(user, output_of(user, UUID(output_id)))
    except (ValueError, OutputNotFound):
        messages.warning(request, _("The recipe's picture is not there. Choose another."))
        return {}
    messages.success(request, _("The recipe is filled in. Change what you like, or press Generate."))
    for sentence in opened.told:
        messages.warning(request, sentence)
    return opened.initial


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
