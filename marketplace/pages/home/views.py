"""The shop window: works for this visitor, what is popular, what is new, and ways in by colour and word."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.pages.cards import cards_of
from marketplace.pages.labels import tags_in_readers_language
from marketplace.pages.viewing import access_behind, viewer_behind
from recommendations.selectors import (
    colours_in_the_shop,
    home_feed,
    newest_works,
    popular_works,
    tags_in_the_shop,
)

ON_A_SHELF = 10
IN_THE_HERO = 5
TAGS_SHOWN = 18


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page, for a person or a stranger."""
    viewer = viewer_behind(request)
    access = access_behind(request)
    feed = home_feed(viewer=viewer, limit=ON_A_SHELF, access=access)
    is_personal = any(entry.reason == "like" for entry in feed)
    new = newest_works(limit=ON_A_SHELF, access=access)
    # So many that enough is left when the hero's and the new ones are taken away.
    popular = popular_works(limit=IN_THE_HERO + 2 * ON_A_SHELF, access=access)
    because = [entry.because_of for entry in feed if entry.because_of]
    cards = cards_of([*popular, *new, *(entry.work_id for entry in feed), *because], access)
    hero = [cards[key] for key in popular if key in cards and cards[key].picture][:IN_THE_HERO]
    shown_elsewhere = {card.work_id for card in hero} | set(new)
    for_you: list[dict[str, Any]] = [
        {
            "card": cards[entry.work_id],
            "reason": entry.reason,
            "because": cards.get(entry.because_of) if entry.because_of else None,
        }
        for entry in feed
        if entry.work_id in cards
    ]
    return render(
        request,
        "home/home.html",
        {
            "hero": hero,
            "is_personal": is_personal,
            "for_you": for_you if is_personal else [],
            "popular": [cards[key] for key in popular if key in cards and key not in shown_elsewhere][:ON_A_SHELF],
            "new": [cards[key] for key in new if key in cards],
            "colours": colours_in_the_shop(access),
            "tags": tags_in_readers_language(tags_in_the_shop(limit=TAGS_SHOWN, access=access)),
        },
    )
