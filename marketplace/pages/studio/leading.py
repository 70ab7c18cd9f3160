"""The page of pictures whose composition follows a sketch or another picture."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from billing.selectors import credits_available
from generation.engine.contract import ControlKind
from generation.models import GenerationJob
from generation.selectors import latest_outputs_of
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.led_forms import LedForm
from marketplace.pages.studio.pictures_chosen import chosen_output, output_or_none
from marketplace.pages.studio.tool_forms import SizeForm
from marketplace.studio.editing import input_of
from marketplace.studio.errors import WordsNotTaught
from marketplace.studio.leading import kinds_followed, model_that_follows, quote_led, start_led

MOST_OFFERED = 12


@login_required
@require_http_methods(["GET", "POST"])
def led(request: HttpRequest) -> HttpResponse:
    """Draw, or choose what is followed (``?picture=``); a POST orders."""
    assert isinstance(request.user, User)
    user = request.user
    kinds = kinds_followed(user)
    if request.method == "GET":
        chosen = chosen_output(request, user)
        initial = {"picture_id": chosen.id, "control": ControlKind.EDGES.value} if chosen else {}
        return _page(request, user, LedForm(initial=initial, kinds=kinds), kinds)
    form = LedForm(request.POST, request.FILES, kinds=kinds)
    if not form.is_valid():
        return _page(request, user, form, kinds, status=422)
    try:
        job = _order(user, form)
    except AtelierError as error:
        return _page(request, user, form, kinds, error=error, status=error.http_status)
    place = f"/studio#job-{job.id}"
    return HttpResponseClientRedirect(place) if _htmx(request) else redirect(place)


@login_required
@require_POST
def led_quote(request: HttpRequest) -> HttpResponse:
    """Price and time for a picture of the size that the browser sees."""
    assert isinstance(request.user, User)
    user = request.user
    size, form = SizeForm(request.POST), LedForm(request.POST, kinds=kinds_followed(user))
    # Words and file are not there yet, and the price does not need them.
    form.is_valid()
    offer, error = None, None
    control = form.cleaned_data.get("control")
    if size.is_valid() and control:
        try:
            offer = quote_led(
                user=user,
                kind=ControlKind(control),
                count=form.cleaned_data.get("count") or 1,
                width=size.cleaned_data["width"],
                height=size.cleaned_data["height"],
            )
        except AtelierError as told:
            error = told
    context = {"offer": offer, "error": error, "available": credits_available(user)}
    return render(request, "studio/_tool_quote.html", context)


def _order(user: User, form: LedForm) -> GenerationJob:
    control, upload = form.what_leads(), form.cleaned_data.get("picture")
    model = model_that_follows(user, control.kind)
    return start_led(
        user=user,
        settings=form.settings(model),
        control=control,
        picture=input_of(user, upload=upload.read() if upload else None, output_id=form.cleaned_data.get("picture_id")),
        model=model,
        submission=form.cleaned_data["submission"],
    )


def _page(
    request: HttpRequest,
    user: User,
    form: LedForm,
    kinds: list[ControlKind],
    *,
    error: AtelierError | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "error": error,
        "unknown_words": error if isinstance(error, WordsNotTaught) else None,
    }
    if _htmx(request):
        # The form stays as it is in the browser, with what was drawn; htmx shows answers below 400.
        return render(request, "studio/_problems.html", context)
    context |= {
        "kinds": kinds,
        "chosen": output_or_none(user, form["picture_id"].value()),
        "latest": latest_outputs_of(user, most=MOST_OFFERED),
        "available": credits_available(user),
    }
    return render(request, "studio/led.html", context, status=status)


def _htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
