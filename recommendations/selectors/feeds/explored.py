"""Places of a feed that go to works which were shown little, so that new artists get their first views."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.exploration import WITHOUT_TASTE, generator_for, number_of_places, places_for, room_for
from recommendations.selectors.exploration import Direction, explored_works
from recommendations.selectors.feeds.recommendation import Reason, Recommendation
from recommendations.steering import Steering
from recommendations.viewers import Viewer


def with_explored(
    feed: list[Recommendation],
    works: QuerySet[Work],
    taste: Mapping[UUID, float],
    *,
    direction: Direction | None,
    viewer: Viewer | None,
    wishes: Steering,
) -> list[Recommendation]:
    """The same number of places, EXPLORATION_SHARE_PERCENT of them given to works that were shown little, which others
    of ``feed`` make room for. At most three queries."""
    rng = generator_for(viewer.key if viewer else "", now())
    share = settings.CONFIGURATION.exploration_share_percent / 100 * (1 if taste else WITHOUT_TASTE)
    number = number_of_places(len(feed), share=share, lean=wishes.lean, rng=rng)
    if not number:
        return feed
    shown = [*taste, *(entry.work_id for entry in feed)]
    explored = explored_works(works=works, limit=number, exclude=shown, direction=direction, rng=rng)
    mixed = [feed[place] for place in room_for(len(explored), [entry.reason for entry in feed])]
    for place, key in zip(places_for(len(explored), limit=len(feed), rng=rng), explored, strict=True):
        mixed.insert(place, Recommendation(key, Reason.NEW))
    return mixed
