"""The shop window: works for this visitor, what is popular, what is new, and ways in by colour and word."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.catalog.models import Tag
from marketplace.pages.cards import Card, cards_of
from marketplace.pages.feeds.why import why, why_new, why_popular
from marketplace.pages.labels import label_of, tags_in_readers_language
from marketplace.pages.viewing import access_behind, noticing_of, steering_behind, viewer_behind
from recommendations.selectors import (
    Reason,
    Recommendation,
    acts_on,
    colours_in_the_shop,
    home_feed,
    newest_works,
    popular_works,
    tags_in_the_shop,
)
from recommendations.viewers import Viewer

ON_A_SHELF = 10
IN_THE_HERO = 5
TAGS_SHOWN = 18
PERSONAL = {Reason.LIKE, Reason.TASTE, Reason.BOUGHT, Reason.FOLLOWED, Reason.PICKED}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page, for a person or a stranger."""
    viewer = viewer_behind(request)
    access, wishes = access_behind(request), steering_behind(request)
    feed = home_feed(viewer=viewer, limit=ON_A_SHELF, access=access, steering=wishes)
    is_personal = any(entry.reason in PERSONAL for entry in feed)
    new = newest_works(limit=ON_A_SHELF, access=access, steering=wishes)
    # So many that enough is left when the hero's and the new ones are taken away.
    popular = popular_works(limit=IN_THE_HERO + 2 * ON_A_SHELF, access=access, steering=wishes)
    because = [entry.because_of for entry in feed if entry.because_of]
    cards = cards_of([*popular, *new, *(entry.work_id for entry in feed), *because], access)
    hero = [cards[key] for key in popular if key in cards and cards[key].picture][:IN_THE_HERO]
    shown_elsewhere = {card.work_id for card in hero} | set(new)
    return render(
        request,
        "home/home.html",
        {
            "hero": hero,
            "is_personal": is_personal,
            "is_from_tastes": is_personal and not because,
            "is_feed_personal": wishes.is_personal,
            "hides_something": wishes.leaves_out_something,
            "invites_to_choose": bool(new) and not is_personal and wishes.is_personal and not wishes.picked_tags,
            "for_you": _for_you(feed, viewer, cards) if is_personal else [],
            "popular": [cards[key] for key in popular if key in cards and key not in shown_elsewhere][:ON_A_SHELF],
            "new": [cards[key] for key in new if key in cards],
            "why_popular": why_popular(),
            "why_new": why_new(),
            "colours": colours_in_the_shop(access),
            "tags": tags_in_readers_language(tags_in_the_shop(limit=TAGS_SHOWN, access=access)),
            **noticing_of(request),
        },
    )


def _for_you(feed: list[Recommendation], viewer: Viewer | None, cards: dict[Any, Card]) -> list[dict[str, Any]]:
    """What the shelf shows: each card, the work that caused it, and why in words."""
    acts = acts_on(work_ids=[entry.because_of for entry in feed if entry.because_of], viewer=viewer)
    picked = {entry.of_tag for entry in feed if entry.of_tag}
    tags = Tag.objects.filter(pk__in=picked).prefetch_related("labels") if picked else []
    labels = {tag.pk: label_of(tag) for tag in tags}
    shown = []
    for entry in feed:
        if entry.work_id not in cards:
            continue
        cause = cards.get(entry.because_of) if entry.because_of else None
        act = acts.get(entry.because_of, "") if entry.because_of else ""
        shown.append(
            {
                "card": cards[entry.work_id],
                "reason": entry.reason,
                "because": cause,
                "why": why(entry, act=act, cause=cause, tag_labels=labels),
            }
        )
    return shown
