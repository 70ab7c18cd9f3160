"""The page on which a visitor steers her feeds and sees what is remembered of her."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from marketplace.catalog.models import Tag, Work
from marketplace.pages.cards import cards_in_order
from marketplace.pages.feeds.forms import FeedForm
from marketplace.pages.feeds.returning import steering_viewer
from marketplace.pages.labels import label_of
from marketplace.pages.viewing import (
    access_behind,
    asks_not_to_be_tracked,
    consent_behind,
    steering_behind,
    viewer_behind,
)
from recommendations.selectors import hidden_works_of, mutes_of, number_of_events_of
from recommendations.services import forget_events, reset_taste, set_sliders
from recommendations.viewers import Viewer


@require_http_methods(["GET", "HEAD", "POST"])
def feed_settings(request: HttpRequest) -> HttpResponse:
    """Sliders and a switch; what is muted and hidden, with undo; what is remembered, and how it goes."""
    wishes = steering_behind(request)
    at_first = {
        "novelty": wishes.novelty,
        "diversity": wishes.diversity,
        "no_personal_data": not wishes.is_personal,
    }
    form = FeedForm(request.POST or None, initial=at_first)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        set_sliders(
            viewer=steering_viewer(request),
            novelty=chosen["novelty"],
            diversity=chosen["diversity"],
            is_personal=not chosen["no_personal_data"],
        )
        messages.success(request, _("Saved."))
        return redirect("feed_settings")
    viewer = viewer_behind(request)
    picked = Tag.objects.filter(pk__in=wishes.picked_tags).prefetch_related("labels")
    context = {
        "form": form,
        "wishes": wishes,
        "mutes": _shown_mutes(viewer),
        "hidden": cards_in_order(hidden_works_of(viewer), access_behind(request)),
        "picked": [label_of(tag) for tag in picked],
        "consent": consent_behind(request),
        "browser_says_no": asks_not_to_be_tracked(request),
        "events": number_of_events_of(viewer) if viewer else 0,
    }
    return render(request, "feeds/settings.html", context)


def _shown_mutes(viewer: Viewer | None) -> list[dict[str, Any]]:
    shown = []
    for entry in mutes_of(viewer):
        if entry.artist is not None:
            kind, name = _("Artist"), entry.artist.name
        elif entry.tag is not None:
            kind, name = _("Tag"), label_of(entry.tag)
        else:
            kind, name = _("Medium"), str(Work.Medium(entry.medium).label)
        shown.append({"id": entry.mute_id, "kind": kind, "name": name})
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Begin the taste anew, after a question; what was before may be deleted too."""
    if request.method != "POST":
        return render(request, "feeds/reset.html")
    viewer = steering_viewer(request)
    reset_taste(viewer=viewer)
    said = _("Your taste begins anew.")
    if request.POST.get("delete"):
        gone = forget_events(viewer_key=viewer.key)
        deleted = ngettext("%(number)d event was deleted.", "%(number)d events were deleted.", gone)
        said = f"{said} {deleted % {'number': gone}}"
    messages.success(request, said)
    return redirect("feed_settings")
