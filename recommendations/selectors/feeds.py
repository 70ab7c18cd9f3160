"""Shelves for a person and for a work: what she may like, and what is like it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.encoders import Space, present_spaces
from recommendations.models import Event
from recommendations.ranking import (
    at_most_per_group,
    decayed,
    diversified,
    fused_by_reciprocal_rank,
    interleaved,
    mean_direction,
)
from recommendations.selectors.filters import new_to
from recommendations.selectors.neighbours import Neighbour, Vectors, nearest_works, vectors_of
from recommendations.selectors.shelves import newest_first, popular_works
from recommendations.viewers import Viewer

EVENTS_READ = 200
WORKS_OF_TASTE = 40
HALF_LIFE_DAYS = 14.0
MEMORY_DAYS = 120
WEIGHTS = {Event.Kind.VIEWED: 1.0, Event.Kind.LIKED: 4.0, Event.Kind.UNLIKED: -4.0, Event.Kind.BOUGHT: 6.0}
CANDIDATES_PER_PLACE = 5


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A work and why: ``like`` the work ``because_of``, ``popular`` or ``new``."""

    work_id: UUID
    reason: str
    because_of: UUID | None = None


def taste_of(viewer: Viewer) -> dict[UUID, float]:
    """What the viewer dealt with lately: work -> weight, the strongest first."""
    at = now()
    events = (
        Event.objects.filter(viewer=viewer.key, kind__in=WEIGHTS, happened_at__gte=at - timedelta(days=MEMORY_DAYS))
        .order_by("-happened_at")
        .values_list("work_id", "kind", "happened_at")[:EVENTS_READ]
    )
    weights: dict[UUID, float] = {}
    for work_id, kind, happened_at in events:
        assert work_id is not None  # what has a weight is about a work
        weight = decayed(WEIGHTS[Event.Kind(kind)], at=happened_at, now=at, half_life_days=HALF_LIFE_DAYS)
        weights[work_id] = weights.get(work_id, 0.0) + weight
    liked = sorted(((w, key) for key, w in weights.items() if w > 0), key=lambda entry: -entry[0])
    return {key: weight for weight, key in liked[:WORKS_OF_TASTE]}


def home_feed(*, viewer: Viewer | None, limit: int, access: Access = STRANGER) -> list[Recommendation]:
    """``limit`` listed works for the viewer, each with its reason; popular ones mixed with new for a stranger.

    Never hers, never one that she holds a licence in, never one that she has just looked at, never one that her
    ``access`` does not open.
    """
    taste = taste_of(viewer) if viewer else {}
    works = new_to(Work.objects.listed().open_to(access), viewer)
    feed = _personal(works, taste, limit=limit) if taste else []
    if len(feed) < limit:
        chosen = {r.work_id for r in feed}
        feed += [r for r in _for_anybody(works, limit=limit + len(chosen)) if r.work_id not in chosen]
    return feed[:limit]


def _personal(works: QuerySet[Work], taste: dict[UUID, float], *, limit: int) -> list[Recommendation]:
    present = present_spaces()
    works = works.exclude(pk__in=list(taste))
    wanted = limit * CANDIDATES_PER_PLACE
    rankings: list[list[UUID]] = []
    found: dict[UUID, Neighbour] = {}
    anchors: dict[UUID, Vectors] = {}
    for space in (Space.PICTURE, Space.TEXT):
        if space not in present or not (own := vectors_of(works=list(taste), space=space)):
            continue
        direction = mean_direction(np.stack(list(own.values())), [taste[key] for key in own])
        near = nearest_works(space=space, vector=direction, works=works, limit=wanted)
        rankings.append([n.work_id for n in near])
        if not found:
            # The first space that knows the person's works also tells likeness among the candidates.
            anchors, found = own, {n.work_id: n for n in near}
    scores = {key: score for key, score in fused_by_reciprocal_rank(rankings).items() if key in found}
    if not scores:
        return []
    keys = list(scores)
    vectors = np.stack([found[key].vector for key in keys])
    order = diversified(keys, _relevance(scores, found), vectors, limit=limit)
    anchor_ids = list(anchors)
    likeness = np.stack([found[key].vector for key in order]) @ np.stack(list(anchors.values())).T
    return [
        Recommendation(key, "like", anchor_ids[int(np.argmax(row))]) for key, row in zip(order, likeness, strict=True)
    ]


def _for_anybody(works: QuerySet[Work], *, limit: int) -> list[Recommendation]:
    popular = popular_works(works=works.filter(popularity__score__gt=0), limit=limit * 2)
    new = newest_first(works, limit=limit)
    artists = dict(Work.objects.filter(pk__in={*popular, *new}).values_list("pk", "artist_id"))
    mixed = interleaved(popular, new, limit=limit * 2)
    is_popular = set(popular)
    spread = at_most_per_group([key for key in mixed if key in artists], artists, most=max(2, limit // 4))
    return [Recommendation(key, "popular" if key in is_popular else "new") for key in spread[:limit]]


def similar_works(*, work: Work, limit: int, viewer: Viewer | None = None, access: Access = STRANGER) -> list[UUID]:
    """Listed works like ``work`` in picture and words, not all the same, that ``access`` opens.

    Empty where it has no vectors yet.
    """
    works = new_to(Work.objects.listed().open_to(access), viewer).exclude(pk=work.pk)
    rankings: list[list[UUID]] = []
    found: dict[UUID, Neighbour] = {}
    for space in present_spaces():
        own = vectors_of(works=[work.pk], space=space).get(work.pk)
        if own is None:
            continue
        near = nearest_works(space=space, vector=own, works=works, limit=limit * CANDIDATES_PER_PLACE)
        rankings.append([n.work_id for n in near])
        if not found or space == Space.PICTURE:
            found = {n.work_id: n for n in near}
    scores = {key: score for key, score in fused_by_reciprocal_rank(rankings).items() if key in found}
    keys = list(scores)
    if not keys:
        return []
    stacked = np.stack([found[key].vector for key in keys])
    return diversified(keys, _relevance(scores, found), stacked, limit=limit, balance=0.85)


def _relevance(scores: dict[UUID, float], found: dict[UUID, Neighbour]) -> list[float]:
    """The place among candidates and the likeness itself, alike in weight: places alone would not tell a near
    neighbour from the best of the far ones."""
    best = max(scores.values())
    return [score / best + found[key].similarity for key, score in scores.items()]
