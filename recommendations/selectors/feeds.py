"""Shelves for a person and for a work: what she may like, and what is like it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import F, QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work, WorkTag
from marketplace.core.clock import now
from recommendations.encoders import Space, present_spaces
from recommendations.exploration import WITHOUT_TASTE, generator_for, number_of_places, places_for, room_for
from recommendations.models import Event
from recommendations.ranking import (
    at_most_per_group,
    decayed,
    diversified,
    fused_by_reciprocal_rank,
    interleaved,
    mean_direction,
)
from recommendations.selectors.exploration import direction_in, explored_works
from recommendations.selectors.filters import new_to
from recommendations.selectors.neighbours import Neighbour, Vectors, nearest_works, vectors_of
from recommendations.selectors.shelves import newest_first, popular_works
from recommendations.selectors.steering import steering_of, wanted
from recommendations.steering import UNSTEERED, Candidates, Steering, steered
from recommendations.viewers import Viewer

EVENTS_READ = 200
WORKS_OF_TASTE = 40
HALF_LIFE_DAYS = 14.0
MEMORY_DAYS = 120
WEIGHTS = {
    Event.Kind.VIEWED: 1.0,
    Event.Kind.LIKED: 4.0,
    Event.Kind.UNLIKED: -4.0,
    Event.Kind.SAVED: 4.0,
    Event.Kind.UNSAVED: -4.0,
    Event.Kind.CARTED: 5.0,
    Event.Kind.BOUGHT: 6.0,
}
# Somebody who stays so long with a work says as much as by two looks.
LONG_STAY_S = 60
WEIGHT_OF_A_LONG_STAY = 2.0
CANDIDATES_PER_PLACE = 5


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A work and why: ``like`` the work ``because_of``, ``picked`` by the tag ``of_tag``, ``popular`` or ``new``."""

    work_id: UUID
    reason: str
    because_of: UUID | None = None
    of_tag: UUID | None = None


def taste_of(viewer: Viewer, *, since: datetime | None = None) -> dict[UUID, float]:
    """What the viewer dealt with lately, after ``since``: work -> weight, the strongest first."""
    at = now()
    first = at - timedelta(days=MEMORY_DAYS)
    events = (
        Event.objects.filter(viewer=viewer.key, happened_at__gte=max(first, since or first))
        .filter(kind__in=[*WEIGHTS, Event.Kind.DWELT])
        .order_by("-happened_at")
        .values_list("work_id", "kind", "seconds", "happened_at")[:EVENTS_READ]
    )
    weights: dict[UUID, float] = {}
    for work_id, kind, seconds, happened_at in events:
        strength = (
            WEIGHT_OF_A_LONG_STAY * min(seconds or 0, LONG_STAY_S) / LONG_STAY_S
            if kind == Event.Kind.DWELT
            else WEIGHTS[Event.Kind(kind)]
        )
        weight = decayed(strength, at=happened_at, now=at, half_life_days=HALF_LIFE_DAYS)
        weights[work_id] = weights.get(work_id, 0.0) + weight
    liked = sorted(((w, key) for key, w in weights.items() if w > 0), key=lambda entry: -entry[0])
    return {key: weight for weight, key in liked[:WORKS_OF_TASTE]}


def home_feed(
    *, viewer: Viewer | None, limit: int, access: Access = STRANGER, steering: Steering | None = None
) -> list[Recommendation]:
    """``limit`` listed works for the viewer, each with its reason; popular ones mixed with new for a stranger.

    Never hers, never one that she holds a licence in, never one that she has just looked at, hid or muted, never one
    that her ``access`` does not open. ``steering``: her wishes where they were read already. With ``is_personal`` off
    what she did and picked counts for nothing.
    """
    wishes = steering_of(viewer) if steering is None else steering
    taste = taste_of(viewer, since=wishes.taste_since) if viewer and wishes.is_personal else {}
    for key in wishes.recently_hidden:
        taste.pop(key, None)
    works = wanted(new_to(Work.objects.listed().open_to(access), viewer), wishes)
    feed: list[Recommendation] = []
    anchors = _vectors_of_taste(taste)
    if taste:
        explored = wishes.explored(limit)
        feed = _personal(works, taste, anchors, limit=limit - explored, wishes=wishes)
        if explored and feed:
            feed = _mixed_in(feed, _unknown(works, taste, feed, limit=explored))
    if len(feed) < limit and wishes.is_personal and wishes.picked_tags:
        feed += _picked(works.exclude(pk__in=[*taste, *(r.work_id for r in feed)]), wishes, limit=limit - len(feed))
    if len(feed) < limit:
        chosen = {r.work_id for r in feed}
        others = works.exclude(pk__in=list(taste)) if taste else works
        feed += [r for r in _for_anybody(others, limit=limit + len(chosen)) if r.work_id not in chosen]
    return _with_explored(feed[:limit], works, taste, anchors, viewer=viewer, wishes=wishes)


def _with_explored(
    feed: list[Recommendation],
    works: QuerySet[Work],
    taste: dict[UUID, float],
    anchors: dict[str, dict[UUID, Vectors]],
    *,
    viewer: Viewer | None,
    wishes: Steering,
) -> list[Recommendation]:
    """The same number of places, EXPLORATION_SHARE_PERCENT of them given to works that were shown little; others of
    ``feed`` make room. Two queries."""
    rng = generator_for(viewer.key if viewer else "", now())
    share = settings.CONFIGURATION.exploration_share_percent / 100 * (1 if taste else WITHOUT_TASTE)
    number = number_of_places(len(feed), share=share, lean=wishes.lean, rng=rng)
    if not number:
        return feed
    shown = [*taste, *(r.work_id for r in feed)]
    space = next(iter(anchors), "")
    direction = direction_in(space, anchors.get(space, {}), taste)
    explored = explored_works(works=works, limit=number, exclude=shown, direction=direction, rng=rng)
    mixed = [feed[place] for place in room_for(len(explored), [entry.reason for entry in feed])]
    for place, key in zip(places_for(len(explored), limit=len(feed), rng=rng), explored, strict=True):
        mixed.insert(place, Recommendation(key, "new"))
    return mixed


def _mixed_in(feed: list[Recommendation], others: list[Recommendation]) -> list[Recommendation]:
    """One of ``others`` after every so many of ``feed``, spread evenly."""
    mixed = list(feed)
    step = max(1, len(feed) // max(1, len(others)))
    for number, entry in enumerate(others):
        mixed.insert(min(len(mixed), (number + 1) * (step + 1) - 1), entry)
    return mixed


def _unknown(
    works: QuerySet[Work], taste: dict[UUID, float], feed: list[Recommendation], *, limit: int
) -> list[Recommendation]:
    """New works by artists of whom the viewer's taste has nothing."""
    known = Work.objects.filter(pk__in=list(taste)).values_list("artist_id", flat=True)
    others = works.exclude(artist__in=list(known)).exclude(pk__in=[r.work_id for r in feed])
    return [Recommendation(key, "new") for key in newest_first(others, limit=limit)]


def _picked(works: QuerySet[Work], wishes: Steering, *, limit: int) -> list[Recommendation]:
    """Popular works that carry a picked tag, each tag in turn."""
    carried = WorkTag.objects.filter(tag__in=wishes.picked_tags, work__in=works)
    ranked = carried.order_by(F("work__popularity__score").desc(nulls_last=True), "-work__published_at", "work", "tag")
    by_tag: dict[UUID, list[UUID]] = {}
    for work_id, tag_id in ranked.values_list("work", "tag")[: limit * CANDIDATES_PER_PLACE]:
        by_tag.setdefault(tag_id, []).append(work_id)
    chosen: dict[UUID, Recommendation] = {}
    for row in zip_longest(*by_tag.values()):
        for tag_id, work_id in zip(by_tag, row, strict=True):
            if work_id is not None:
                chosen.setdefault(work_id, Recommendation(work_id, "picked", of_tag=tag_id))
    return list(chosen.values())[:limit]


def _vectors_of_taste(taste: dict[UUID, float]) -> dict[str, dict[UUID, Vectors]]:
    """The vectors of a taste's works in each space that is present and knows any of them; a query for each space."""
    present = present_spaces() if taste else []
    found = {
        space: vectors_of(works=list(taste), space=space) for space in (Space.PICTURE, Space.TEXT) if space in present
    }
    return {space: vectors for space, vectors in found.items() if vectors}


def _personal(
    works: QuerySet[Work],
    taste: dict[UUID, float],
    of_taste: dict[str, dict[UUID, Vectors]],
    *,
    limit: int,
    wishes: Steering,
) -> list[Recommendation]:
    works = works.exclude(pk__in=list(taste))
    sought = limit * CANDIDATES_PER_PLACE
    rankings: list[list[UUID]] = []
    found: dict[UUID, Neighbour] = {}
    anchors: dict[UUID, Vectors] = {}
    anchors_space = ""
    for space, own in of_taste.items():
        direction = mean_direction(np.stack(list(own.values())), [taste[key] for key in own])
        near = nearest_works(space=space, vector=direction, works=works, limit=sought)
        rankings.append([n.work_id for n in near])
        if not found:
            # The first space that knows the person's works also tells likeness among the candidates.
            anchors, found, anchors_space = own, {n.work_id: n for n in near}, space
    scores = {key: score for key, score in fused_by_reciprocal_rank(rankings).items() if key in found}
    if not scores:
        return []
    keys = list(scores)
    vectors = np.stack([found[key].vector for key in keys])
    anchor_ids = list(anchors)
    likeness = vectors @ np.stack(list(anchors.values())).T
    candidates = _candidates(keys, vectors, _relevance(scores, found), likeness, anchors_space, wishes, list(taste))
    order = diversified(keys, steered(candidates, wishes), vectors, limit=limit, balance=wishes.balance)
    nearest = {key: anchor_ids[int(np.argmax(row))] for key, row in zip(keys, likeness, strict=True)}
    return [Recommendation(key, "like", nearest[key]) for key in order]


def _candidates(
    keys: list[UUID],
    vectors: Vectors,
    relevance: list[float],
    likeness: Vectors,
    space: str,
    wishes: Steering,
    taste: list[UUID],
) -> Candidates:
    """What steering has to know; a query for what is hidden and one for artists and days, where either counts."""
    hidden = vectors_of(works=list(wishes.recently_hidden), space=space) if wishes.recently_hidden else {}
    near_hidden = (vectors @ np.stack(list(hidden.values())).T).max(1) if hidden else np.full(len(keys), -1.0)
    facts: dict[UUID, tuple[UUID, datetime | None]] = {}
    if wishes.lean:
        rows = Work.objects.filter(pk__in=[*keys, *taste]).values_list("pk", "artist_id", "published_at")
        facts = {key: (artist_id, published_at) for key, artist_id, published_at in rows}
    known = {facts[key][0] for key in taste if key in facts}
    at = now()
    published = [facts[key][1] if key in facts else None for key in keys]
    return Candidates(
        relevance=relevance,
        familiarity=[float(value) for value in likeness.max(1)],
        age_days=[(at - moment).total_seconds() / 86_400 if moment else 0.0 for moment in published],
        is_known_artist=[key in facts and facts[key][0] in known for key in keys],
        likeness_to_hidden=[float(value) for value in near_hidden],
    )


def _for_anybody(works: QuerySet[Work], *, limit: int) -> list[Recommendation]:
    popular = popular_works(works=works.filter(popularity__score__gt=0), limit=limit * 2)
    new = newest_first(works, limit=limit)
    artists = dict(Work.objects.filter(pk__in={*popular, *new}).values_list("pk", "artist_id"))
    mixed = interleaved(popular, new, limit=limit * 2)
    is_popular = set(popular)
    spread = at_most_per_group([key for key in mixed if key in artists], artists, most=max(2, limit // 4))
    return [Recommendation(key, "popular" if key in is_popular else "new") for key in spread[:limit]]


def similar_works(
    *,
    work: Work,
    limit: int,
    viewer: Viewer | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works like ``work`` in picture and words, not all the same, that ``access`` opens and ``steering`` leaves.

    Empty where it has no vectors yet.
    """
    works = wanted(new_to(Work.objects.listed().open_to(access), viewer), steering).exclude(pk=work.pk)
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
