"""Like this, but bluer; works like a picture that is brought; what may be typed next."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.catalog.audiences import Access, may_open
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in, work_with_page
from marketplace.core.errors import AtelierError
from marketplace.pages.cards import Card, cards_in_order
from marketplace.pages.viewing import access_behind, steering_behind, viewer_behind
from recommendations.palette import CHANGES
from recommendations.selectors import (
    similar_works,
    suggestions,
    works_composed_like,
    works_like_but,
    works_like_picture,
)
from recommendations.uploads import picture_to_search_by

SHOWN, SHOWN_INSTEAD = 24, 10
COMPOSED = "composed-alike"


@dataclass(frozen=True, slots=True)
class ChangeLink:
    """A way in which other works may differ from one."""

    label: str
    url: str
    is_chosen: bool


def change_links(work: Work, chosen: str = "", *, composed: bool = False) -> list[ChangeLink]:
    """Each change with the page of works that are like ``work`` but for it, and what is composed like it.

    ``composed``: on the page of those, where a change narrows them.
    """
    labels = {
        "bluer": _("bluer"),
        "redder": _("redder"),
        "greener": _("greener"),
        "yellower": _("yellower"),
        "darker": _("darker"),
        "lighter": _("lighter"),
    }
    composed_alike = reverse("like_but", args=[work.pk, COMPOSED])
    links = []
    for change in CHANGES:
        url = f"{composed_alike}?and={change}" if composed else reverse("like_but", args=[work.pk, change])
        links.append(ChangeLink(labels[change], url, change == chosen))
    return [*links, ChangeLink(_("composed alike"), composed_alike, composed)]


@require_safe
def like_but(request: HttpRequest, work_id: UUID, change: str) -> HttpResponse:
    """Works like one, but bluer (redder, ...); or composed like it, and bluer where ``?and=bluer`` says so."""
    composed = change == COMPOSED
    if composed:
        change = request.GET.get("and", "")
    if change not in CHANGES and not (composed and not change):
        raise Http404
    access = access_behind(request)
    work = work_with_page(work_id=work_id, viewer=access)
    if not may_open(access, work):
        raise Http404
    find = works_composed_like if composed else works_like_but
    viewer, wishes = viewer_behind(request), steering_behind(request)
    found = find(work=work, change=change, limit=SHOWN, viewer=viewer, access=access, steering=wishes)
    context = {
        "work": work,
        "title": title_in(work, get_language() or "en"),
        "is_composed": composed,
        "changes": change_links(work, change, composed=composed),
        "cards": cards_in_order(found, access),
        "similar": [] if found else _similar(request, work, access),
    }
    return render(request, "catalog/like_but.html", context)


def _similar(request: HttpRequest, work: Work, access: Access) -> list[Card]:
    """What is shown where nothing is like the work in the way that was asked for."""
    viewer, wishes = viewer_behind(request), steering_behind(request)
    found = similar_works(work=work, limit=SHOWN_INSTEAD, viewer=viewer, access=access, steering=wishes)
    return cards_in_order(found, access)


@require_http_methods(["GET", "HEAD", "POST"])
def by_picture(request: HttpRequest) -> HttpResponse:
    """Works like a picture. It is read, searched by and forgotten."""
    if request.method != "POST":
        return render(request, "catalog/by_picture.html")
    access = access_behind(request)
    try:
        picture = picture_to_search_by(request.FILES.get("picture"))
    except AtelierError as error:
        return render(request, "catalog/by_picture.html", {"error": error}, status=error.http_status)
    found = works_like_picture(picture=picture, limit=SHOWN, access=access)
    return render(request, "catalog/by_picture.html", {"cards": cards_in_order(found, access), "is_asked": True})


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The list below the search field, as one types."""
    found = suggestions(typed=request.GET.get("q", ""), language=get_language() or "en", access=access_behind(request))
    return render(request, "catalog/_suggestions.html", {"found": found})
