"""The pages of the picture tools that need no words."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from billing.selectors import credits_available
from generation.models import GenerationJob
from generation.selectors import latest_outputs_of
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.pictures_chosen import chosen_output, output_or_none
from marketplace.pages.studio.tool_forms import FORMS, SizeForm, ToolForm
from marketplace.studio.choosing import tools_for
from marketplace.studio.editing import Input, input_of
from marketplace.studio.leading import kinds_followed
from marketplace.studio.tools import KEPT_SIDE, ToolQuote, quote_tool, size_kept, start_tool

# Of one's own pictures, offered to begin with and to take style or colours from.
MOST_OFFERED = 12


def tools_offered(user: User) -> list[dict[str, Any]]:
    """The tools that are offered, in the order of the page: address, name, one sentence of what it does, and whether
    ``user``'s plan has it.
    """
    kinds = tools_for(user)
    return [
        {"name": name, "label": label, "words": words, "is_mine": kinds[FORMS[name].kind]}
        for name, (label, words) in _shown().items()
        if FORMS[name].kind in kinds
    ]


def _shown() -> dict[str, tuple[str, str]]:
    """Name and one sentence of every tool, in the reader's language."""
    return {
        "enlarge": (_("Enlarge"), _("Two or four times as wide and high, with new detail.")),
        "restore": (
            _("Restore"),
            _("Scratches, folds, spots, fading: mended, with a record of every pixel that was invented."),
        ),
        "colours": (_("Colourize"), _("Colours for a grey picture, or other ones.")),
        "style": (_("Style"), _("In the manner of another picture, stroke by stroke.")),
        "palette": (_("Palette"), _("In the colours of another picture.")),
        "cut-out": (_("Cut out"), _("The subject alone, its background transparent.")),
    }


@login_required
@require_GET
def tools(request: HttpRequest) -> HttpResponse:
    """All tools at a glance."""
    user = _person(request)
    context = {"offered": tools_offered(user), "follows": bool(kinds_followed(user))}
    return render(request, "studio/tools.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def tool(request: HttpRequest, name: str) -> HttpResponse:
    """One tool, for one of the person's pictures (``?picture=``) or a file; a POST orders."""
    user = _person(request)
    form_class = FORMS[name]
    if request.method == "GET":
        chosen = chosen_output(request, user)
        return _page(request, name, form_class(initial={"picture_id": chosen.id if chosen else None}))
    form = form_class(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, name, form, status=422)
    try:
        job = _order(user, form)
    except AtelierError as error:
        return _page(request, name, form, error=error, status=error.http_status)
    place = f"/studio#job-{job.id}"
    return HttpResponseClientRedirect(place) if _htmx(request) else redirect(place)


@login_required
@require_POST
def tool_quote(request: HttpRequest, name: str) -> HttpResponse:
    """Price and time for a picture of the size that the browser sees."""
    user = _person(request)
    size, form = SizeForm(request.POST), FORMS[name](request.POST)
    # A file is not sent for a quote, so the form may say that the picture is missing.
    form.is_valid()
    offer: ToolQuote | None = None
    error: AtelierError | None = None
    if size.is_valid():
        width, height = size_kept(size.cleaned_data["width"], size.cleaned_data["height"])
        try:
            offer = quote_tool(user=user, kind=form.kind, tool=form.tool(), width=width, height=height)
        except AtelierError as told:
            error = told
    context = {"offer": offer, "error": error, "available": credits_available(user)}
    return render(request, "studio/_tool_quote.html", context)


def _order(user: User, form: ToolForm) -> GenerationJob:
    chosen = form.cleaned_data
    mask = chosen.get("mask")
    picture = _input(user, chosen.get("picture"), chosen.get("picture_id"))
    assert picture is not None, "the form asks for one"
    return start_tool(
        user=user,
        kind=form.kind,
        tool=form.tool(),
        picture=picture,
        mask=mask.read() if mask else None,
        reference=_input(user, chosen.get("reference"), chosen.get("reference_id")),
        submission=chosen["submission"],
    )


def _input(user: User, upload: Any, output_id: UUID | None) -> Input | None:
    if upload:
        return input_of(user, upload=upload.read(), kept_side=KEPT_SIDE)
    return input_of(user, output_id=output_id, kept_side=KEPT_SIDE) if output_id else None


def _page(
    request: HttpRequest, name: str, form: ToolForm, *, error: AtelierError | None = None, status: int = 200
) -> HttpResponse:
    problems = {"form": form, "error": error}
    if _htmx(request):
        # The form stays as it is in the browser, with its files and what was painted; htmx shows answers below 400.
        return render(request, "studio/_problems.html", problems)
    user = _person(request)
    label, words = _shown()[name]
    context: dict[str, Any] = {
        **problems,
        "name": name,
        "label": label,
        "words": words,
        "offered": tools_offered(user),
        "chosen": output_or_none(user, form["picture_id"].value()),
        "latest": latest_outputs_of(user, most=MOST_OFFERED),
        "available": credits_available(user),
    }
    return render(request, "studio/tool.html", context, status=status)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
