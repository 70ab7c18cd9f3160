"""The vector indexes beside an exact search: which of the nearest they find, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.encoders import Space, encoder_for, facts_of
from recommendations.palette import palette_of_colour
from recommendations.selectors import WorkFilter
from recommendations.selectors.feeds.near import Search, candidates_near
from recommendations.selectors.neighbours import EF_SEARCH, Vectors, nearest_works, similarities_to, vectors_of
from tests.bench.large_shop.catalogue import work_id
from tests.bench.large_shop.timing import tell_times, timed
from tests.bench.large_shop.topics import all_concepts

SPACES = (Space.TEXT, Space.PICTURE, Space.PALETTE)
NEAREST = 20
PAGE = 24
FILTERS = {"one_percent": WorkFilter(medium="model_3d"), "one_per_mille": WorkFilter(medium="panorama")}
ALIKE = 1e-5


@dataclass(frozen=True)
class Recall:
    """Shares of the exact NEAREST that were found: of all queries together, and of the worst."""

    mean: float
    worst: float


def queries_in(space: str, works: int, count: int, chance: np.random.Generator) -> list[Vectors]:
    """What is looked for: works' own vectors, means of two works', and words or colours; a third each."""
    picks = [UUID(work_id(int(number))) for number in chance.integers(0, works, count)]
    own = list(vectors_of(works=picks, space=space).values())
    third = max(1, count // 3)
    means = [own[place] + own[-place - 1] for place in range(third)]
    if space == Space.PALETTE:
        asked = [palette_of_colour(tuple(map(int, colour))) for colour in chance.integers(0, 256, (third, 3))]  # type: ignore[arg-type]
    else:
        labels = [label for concept in all_concepts() for label in concept.english]
        asked = list(encoder_for(space).encode_texts([str(one) for one in chance.choice(labels, third)]))
    return [
        (vector / np.linalg.norm(vector)).astype(np.float32) for vector in (*own[: count - 2 * third], *means, *asked)
    ]


def measure_nearest(*, works: int, count: int, chance: np.random.Generator) -> None:
    """Print recall and times of each space."""
    listed = Work.objects.listed().open_to(None)
    for space in SPACES:
        version = facts_of(space).version
        queries = queries_in(space, works, count, chance)
        exact = [
            [near.similarity for near in nearest_works(space=space, vector=v, works=listed, limit=NEAREST, exact=True)]
            for v in queries
        ]
        shown = recall(
            exact,
            [
                [n.similarity for n in nearest_works(space=space, vector=v, works=listed, limit=NEAREST)]
                for v in queries
            ],
        )
        bare = recall(exact, [bare_similarities(space, version, v) for v in queries])
        print(f"{space.value}_recall_of_listed: {shown.mean:.4f} (worst query {shown.worst:.2f})")
        print(f"{space.value}_recall_of_bare_query: {bare.mean:.4f} (worst query {bare.worst:.2f})")
        exactly = [
            partial(nearest_works, space=space, vector=v, works=listed, limit=NEAREST, exact=True) for v in queries[:30]
        ]
        tell_times(f"{space.value}_exact_scan", timed(exactly, unmeasured=1))
        tell_times(
            f"{space.value}_bare_query",
            timed([partial(candidates_near, [Search(space, version, v, NEAREST, EF_SEARCH)]) for v in queries]),
        )
        tell_times(
            f"{space.value}_nearest_listed",
            timed([partial(nearest_works, space=space, vector=v, works=listed, limit=NEAREST) for v in queries]),
        )
        for name, filters in FILTERS.items():
            _tell_filtered(space, name, filters.works(), queries[:20])
    _tell_sizes()


def _tell_filtered(space: Space, name: str, works: QuerySet[Work], queries: Sequence[Vectors]) -> None:
    """How full pages are under a filter that keeps little, and the time, whatever plan PostgreSQL chooses."""
    full = min(PAGE, works.count())
    shown = [len(nearest_works(space=space, vector=v, works=works, limit=PAGE)) for v in queries]
    print(f"{space.value}_shown_under_{name}: {min(shown)} of {full}")
    calls = [partial(nearest_works, space=space, vector=v, works=works, limit=PAGE) for v in queries]
    tell_times(f"{space.value}_under_{name}", timed(calls, unmeasured=1))


def recall(exact: Sequence[Sequence[float]], found: Sequence[Sequence[float]]) -> Recall:
    """By similarities, best first: what is as near as the last of the exact ones counts as found, whichever it is."""
    shares = []
    for right, given in zip(exact, found, strict=True):
        least = right[-1] - ALIKE
        shares.append(min(1.0, sum(similarity >= least for similarity in given[: len(right)]) / len(right)))
    return Recall(float(np.mean(shares)), min(shares))


def bare_similarities(space: str, version: str, vector: Vectors) -> list[float]:
    """Those of one walk through the index without any filter, with the effort that search makes."""
    (found,) = candidates_near([Search(space, version, vector, NEAREST, EF_SEARCH)])
    near = similarities_to(space=space, vector=vector, works=found)
    return [near[key] for key in found]


def _tell_sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname::text, pg_relation_size(oid) FROM pg_class WHERE relname LIKE 'hnsw\\_%%' "
            "UNION ALL SELECT 'embeddings', pg_table_size('recommendations_embedding') "
            "UNION ALL SELECT 'database', pg_database_size(current_database())"
        )
        for name, size in cursor.fetchall():
            print(f"size_of_{name}_mib: {size / 2**20:.0f}")
