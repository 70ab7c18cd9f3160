"""Feeds without an act of the viewer's: by the tags that she chose, and what is popular and new."""

from itertools import zip_longest
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import F, QuerySet

from marketplace.catalog.models import Work, WorkTag
from recommendations.exploration import chances_to_be_drawn, drawn_in_turn
from recommendations.ranking import at_most_per_group, interleaved
from recommendations.selectors.feeds.recommendation import Reason, Recommendation
from recommendations.selectors.shelves import newest_first
from recommendations.steering import Steering

_READ_PER_PLACE = 5
# Of the popular works the first of a feed are always the first; the others are drawn from so many for each place.
MOST_POPULAR_KEPT, POPULAR_PER_PLACE = 2, 6


def picked(works: QuerySet[Work], wishes: Steering, *, limit: int) -> list[Recommendation]:
    """Popular works that carry a picked tag, each tag in turn."""
    carried = WorkTag.objects.filter(tag__in=wishes.picked_tags, work__in=works)
    ranked = carried.order_by(F("work__popularity__score").desc(nulls_last=True), "-work__published_at", "work", "tag")
    by_tag: dict[UUID, list[UUID]] = {}
    for work_id, tag_id in ranked.values_list("work", "tag")[: limit * _READ_PER_PLACE]:
        by_tag.setdefault(tag_id, []).append(work_id)
    chosen: dict[UUID, Recommendation] = {}
    for row in zip_longest(*by_tag.values()):
        for tag_id, work_id in zip(by_tag, row, strict=True):
            if work_id is not None:
                chosen.setdefault(work_id, Recommendation(work_id, Reason.PICKED, of_tag=tag_id))
    return list(chosen.values())[:limit]


def for_anybody(works: QuerySet[Work], *, limit: int, rng: np.random.Generator | None) -> list[Recommendation]:
    """Popular works mixed with new ones, few of one artist.

    With ``rng`` popular works but the first are drawn by their scores and how little they were shown, so that not all
    who come see the same few; without, they come in the order of their scores.
    """
    popular = _popular(works, limit=limit, rng=rng)
    new = newest_first(works, limit=limit)
    artists = dict(Work.objects.filter(pk__in={*popular, *new}).values_list("pk", "artist_id"))
    mixed = interleaved(popular, new, limit=limit * 2)
    is_popular = set(popular)
    spread = at_most_per_group([key for key in mixed if key in artists], artists, most=max(2, limit // 4))
    return [Recommendation(key, Reason.POPULAR if key in is_popular else Reason.NEW) for key in spread[:limit]]


def _popular(works: QuerySet[Work], *, limit: int, rng: np.random.Generator | None) -> list[UUID]:
    """Up to twice ``limit`` works that have a score."""
    scored = works.filter(popularity__score__gt=0).order_by("-popularity__score", "-published_at", "-pk")
    if rng is None:
        return list(scored.values_list("pk", flat=True)[: limit * 2])
    rows = list(scored.values_list("pk", "popularity__score", "first_views__shown")[: limit * POPULAR_PER_PLACE])
    first, rest = rows[:MOST_POPULAR_KEPT], rows[MOST_POPULAR_KEPT:]
    enough = settings.CONFIGURATION.exploration_first_views
    chances = chances_to_be_drawn([row[1] for row in rest], [row[2] for row in rest], enough=enough)
    drawn = [rest[place] for place in drawn_in_turn(chances, rng)]
    return [key for key, *_ in (*first, *drawn)][: limit * 2]


def unknown(
    works: QuerySet[Work], taste: dict[UUID, float], feed: list[Recommendation], *, limit: int
) -> list[Recommendation]:
    """New works by artists of whom the viewer's taste has nothing."""
    known = Work.objects.filter(pk__in=list(taste)).values_list("artist_id", flat=True)
    others = works.exclude(artist__in=list(known)).exclude(pk__in=[entry.work_id for entry in feed])
    return [Recommendation(key, Reason.NEW) for key in newest_first(others, limit=limit)]


def mixed_in(feed: list[Recommendation], others: list[Recommendation]) -> list[Recommendation]:
    """One of ``others`` after every so many of ``feed``, spread evenly."""
    mixed = list(feed)
    step = max(1, len(feed) // max(1, len(others)))
    for number, entry in enumerate(others):
        mixed.insert(min(len(mixed), (number + 1) * (step + 1) - 1), entry)
    return mixed
