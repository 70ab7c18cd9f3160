"""What is known of candidates: one query leaves those that may be shown, one brings their content."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.among import array_of
from recommendations.engine.feed.contract import KINDS, LAST_ACTS, Acts, Candidates, Floats
from recommendations.ranking import fused_by_ranks
from recommendations.selectors.feeds.contents import ContentSpaces, KnownWork, contents_of
from recommendations.selectors.feeds.sources import Found, Tie
from recommendations.selectors.feeds.taste import PastAct

# So many are looked at closely. Their contents are most of what a feed reads.
LOOKED_AT = 240
NEAR, TIED, OTHER = 1.0, 1.0, 0.5  # how much a source's places count when there are more than these
# Of a moment only its seconds: hundreds of datetimes take milliseconds to read.
_FACTS = """
SELECT w.id, w.artist_id, w.medium, extract(epoch FROM w.published_at)::float8,
       coalesce(p.score, 0), coalesce(p.viewers, 0), coalesce(p.likes, 0), coalesce(p.buyers, 0), f.shown
FROM ({works}) w LEFT JOIN recommendations_workpopularity p ON p.work_id = w.id
LEFT JOIN recommendations_firstviews f ON f.work_id = w.id WHERE w.id = ANY(%s::uuid[])
"""
_PLACE = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What the shop knows of a work.

    ``published_s``: seconds since 1970, None where it never was. ``shown``: how often it was in sight when that was
    counted last, no longer counted beyond its first views; None where it never was.
    """

    artist_id: UUID
    medium: str
    published_s: float | None
    popularity: float
    viewers: int
    likes: int
    buyers: int
    shown: int | None


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates that may be shown: their ids, facts and content (N, width), in one order; ``fused``: their score by
    reciprocal rank in all sources together."""

    keys: list[UUID]
    facts: list[WorkFacts]
    content: Floats
    fused: Floats


def pool_of(found: Found, works: QuerySet[Work], *, without: Sequence[UUID], spaces: ContentSpaces) -> Pool:
    """The candidates among ``works`` that have content, without those that the viewer dealt with; two queries."""
    facts = _facts_of(found.all.difference(without), works)
    fused = _fused(found, facts)
    looked_at = list(fused)[:LOOKED_AT]
    contents = contents_of(looked_at, spaces)
    has_content = contents.any(axis=1)
    keys = [looked_at[place] for place in np.flatnonzero(has_content)]
    return Pool(
        keys=keys,
        facts=[facts[key] for key in keys],
        content=contents[has_content],
        fused=np.array([fused[key] for key in keys], dtype=np.float32),
    )


def _facts_of(wanted: Collection[UUID], works: QuerySet[Work]) -> dict[UUID, WorkFacts]:
    """What the shop knows of those ``wanted`` that are among ``works``."""
    try:
        chosen = works.order_by().values("id", "artist_id", "medium", "published_at")
        sql, params = chosen.query.sql_with_params()
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.format(works=sql), [*params, array_of(wanted)])
        return {key: WorkFacts(*known) for key, *known in cursor.fetchall()}


def _fused(found: Found, facts: Mapping[UUID, WorkFacts]) -> dict[UUID, float]:
    """The score of each candidate by its places in the sources, the best first."""

    at = now().timestamp()

    def newest_first(keys: frozenset[UUID]) -> list[UUID]:
        known = [key for key in keys if key in facts]
        return sorted(known, key=lambda key: (facts[key].published_s or at, key), reverse=True)

    lists = [[key for key in near if key in facts] for near in found.near]
    tied = [[key for key in ties if key in facts] for ties in (found.taste, found.bought)]
    popular = sorted((key for key in found.popular if key in facts), key=lambda key: -facts[key].popularity)
    others = [newest_first(found.followed), popular, newest_first(found.new)]
    weights = [NEAR] * len(lists) + [TIED] * len(tied) + [OTHER] * len(others)
    ranks = [{key: place for place, key in enumerate(each, start=1)} for each in (*lists, *tied, *others)]
    return fused_by_ranks(ranks, weights)


def number_of(value: UUID | str) -> int:
    """A number for an artist or a medium, the same for the same one in this process."""
    return hash(value)


def last_acts(acts: Sequence[PastAct]) -> list[PastAct]:
    """Of ``acts``, the newest first, those that the models read."""
    return [act for act in acts if act.kind in _PLACE][:LAST_ACTS]


def acts_for_models(acts: Sequence[PastAct], known: Mapping[UUID, KnownWork], spaces: ContentSpaces) -> Acts:
    """The viewer's last acts as the models read them. ``acts``: the newest first; ``known``: their works, those that
    are missing there are left out."""
    last = last_acts([act for act in acts if act.work_id in known])[::-1]
    works = [known[act.work_id] for act in last]
    at = now()
    return Acts(
        kinds=np.array([_PLACE[act.kind] for act in last], dtype=np.int64),
        age_days=np.array([(at - act.happened_at).total_seconds() / 86_400 for act in last], dtype=np.float32),
        content=np.array([work.content for work in works], dtype=np.float32).reshape(-1, spaces.width),
        artists=np.array([number_of(work.artist_id) for work in works], dtype=np.int64),
        media=np.array([number_of(work.medium) for work in works], dtype=np.int64),
    )


def ages_of(pool: Pool) -> Floats:
    """(N) days since each was published."""
    at = now().timestamp()
    ages = [(at - fact.published_s) / 86_400 if fact.published_s else 0.0 for fact in pool.facts]
    return np.array(ages, dtype=np.float32)


def candidates_for_models(pool: Pool, found: Found) -> Candidates:
    """The pool as the ranker reads it."""
    facts = pool.facts
    return Candidates(
        content=pool.content,
        artists=np.array([number_of(fact.artist_id) for fact in facts], dtype=np.int64),
        media=np.array([number_of(fact.medium) for fact in facts], dtype=np.int64),
        age_days=ages_of(pool),
        popularity=np.array([fact.popularity for fact in facts], dtype=np.float32),
        viewers=np.array([fact.viewers for fact in facts], dtype=np.float32),
        likes=np.array([fact.likes for fact in facts], dtype=np.float32),
        buyers=np.array([fact.buyers for fact in facts], dtype=np.float32),
        related=_weights(pool, found.taste),
        bought_with=_weights(pool, found.bought),
        is_followed=np.array([fact.artist_id in found.follows for fact in facts], dtype=bool),
    )


def _weights(pool: Pool, ties: Mapping[UUID, Tie]) -> Floats:
    return np.array([ties[key].weight if key in ties else 0.0 for key in pool.keys], dtype=np.float32)
