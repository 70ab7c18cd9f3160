"""Places of a feed that go to works which were shown little, so that new artists get their first views."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.exploration import WITHOUT_TASTE, number_of_places, places_for
from recommendations.selectors.exploration import Direction, explored_works
from recommendations.selectors.feeds.recommendation import Reason, Recommendation
from recommendations.steering import Steering


def with_explored(
    feed: list[Recommendation],
    works: QuerySet[Work],
    taste: Mapping[UUID, float],
    *,
    direction: Direction | None,
    wishes: Steering,
    rng: np.random.Generator,
) -> list[Recommendation]:
    """The same number of places, EXPLORATION_SHARE_PERCENT of them given to works that were shown little, for which the
    last ones of ``feed`` make room. At most three queries."""
    is_known = bool(taste or (wishes.is_personal and wishes.picked_tags))
    share = settings.CONFIGURATION.exploration_share_percent / 100 * (1 if is_known else WITHOUT_TASTE)
    number = number_of_places(len(feed), share=share, lean=wishes.lean, rng=rng)
    if not number:
        return feed
    shown = [*taste, *(entry.work_id for entry in feed)]
    explored = explored_works(works=works, limit=number, exclude=shown, direction=direction, rng=rng)
    mixed = feed[: len(feed) - len(explored)]
    for place, key in zip(places_for(len(explored), limit=len(feed), rng=rng), explored, strict=True):
        mixed.insert(place, Recommendation(key, Reason.NEW))
    return mixed
