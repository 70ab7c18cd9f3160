"""Less like this, mutes, and taking them back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.models import Work
from marketplace.pages.cards import cards_in_order
from marketplace.pages.feeds.returning import back, steering_viewer
from marketplace.pages.feeds.why import why_named
from marketplace.pages.labels import label_of
from marketplace.pages.viewing import access_behind, viewer_behind
from recommendations.errors import MuteNotPossible
from recommendations.selectors import mutable_at
from recommendations.services import MuteTarget, hide_for, mute, show_again, unmute


@require_safe
def less(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """All ways to see less of what a work is: the work itself, its artist, its medium, its tags."""
    cards = cards_in_order([work_id], access_behind(request))
    if not cards:
        raise WorkNotFound
    found = mutable_at([work_id])[work_id]
    context = {
        "card": cards[0],
        "artist": found.artist,
        "medium": found.medium,
        "medium_label": Work.Medium(found.medium).label,
        "tags": [(tag.pk, label_of(tag)) for tag in found.tags],
    }
    return render(request, "feeds/less.html", context)


@require_POST
def hide(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Never show the work again, and less of what is like it."""
    hide_for(work_id=work_id, viewer=steering_viewer(request))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "feeds/_hidden.html", {"work_id": work_id, "why": request.POST.get("why", "")})
    messages.success(
        request, _with_undo(_("You will not see this work again, and less of what is like it."), "#hidden")
    )
    return back(request)


@require_POST
def unhide(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Take hiding back."""
    viewer = viewer_behind(request)
    if viewer is not None:
        show_again(work_id=work_id, viewer=viewer)
    if request.htmx:  # type: ignore[attr-defined]
        access = access_behind(request)
        cards = cards_in_order([work_id], access)
        reason = why_named(request.POST.get("why", ""), access)
        return render(request, "feeds/_shown_again.html", {"card": cards[0] if cards else None, "why": reason})
    return back(request, part="#hidden")


@require_POST
def mute_this(request: HttpRequest) -> HttpResponse:
    """Show nothing more of an artist, a medium or a tag."""
    mute(target=_target(request), viewer=steering_viewer(request))
    messages.success(request, _with_undo(_("Muted: your feeds show nothing more of it."), "#muted"))
    return back(request)


def _target(request: HttpRequest) -> MuteTarget:
    try:
        artist, tag = (UUID(text) if text else None for text in map(request.POST.get, ("artist", "tag")))
    except ValueError as error:
        raise MuteNotPossible(way_out=_("Choose an artist, a medium or a tag.")) from error
    return MuteTarget(artist_id=artist, medium=request.POST.get("medium", ""), tag_id=tag)


@require_POST
def unmute_this(request: HttpRequest, mute_id: UUID) -> HttpResponse:
    """Take a mute back; it must be the visitor's own."""
    viewer = viewer_behind(request)
    if viewer is None:
        raise Http404
    unmute(mute_id=mute_id, viewer=viewer)
    return back(request, part="#muted")


def _with_undo(text: str, part: str) -> str:
    return format_html('{} <a href="{}{}">{}</a>', text, reverse("feed_settings"), part, _("Undo"))
