"""The bare walk through each space's HNSW index, beside the exact search of the same run."""

from __future__ import annotations

from uuid import UUID

import numpy as np

from tests.bench.recommendations.catalogue import ID_OF_A_WORK
from tests.bench.recommendations.measures import recall, tell, tell_times, timed

FIRST = 20
EXACT = 20  # an exact search takes a thousand times as long
OF_A_QUERY = 0.3  # how far a query lies from a work


def measure_walks(*, works: int, walks: int, seed: int) -> None:
    """For each space milliseconds and recall@20 for queries near works of the shop."""
    from django.db import connection

    from recommendations.encoders import Space, facts_of, present_spaces
    from recommendations.selectors.feeds.contents import vector_sent
    from recommendations.selectors.feeds.near import Search, candidates_near

    stream = np.random.default_rng(seed + 1)
    for space in [*present_spaces(), Space.PALETTE]:
        facts = facts_of(space)
        numbers = stream.integers(1, works + 1, size=walks)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT vector_send(vector) FROM recommendations_embedding "
                "WHERE space = %s AND version = %s AND work_id = ANY(%s)",
                [str(Space(space).value), facts.version, [UUID(ID_OF_A_WORK.format(n)) for n in numbers.tolist()]],
            )
            vectors = np.stack([vector_sent(sent) for (sent,) in cursor.fetchall()])
        own = stream.standard_normal(vectors.shape).astype(np.float32)
        queries = vectors + OF_A_QUERY * own / np.linalg.norm(own, axis=1, keepdims=True)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        searches = [Search(str(Space(space).value), facts.version, query, FIRST) for query in queries]
        times = timed([lambda one=one: candidates_near([one]) for one in searches])  # type: ignore[misc]
        tell_times(f"{Space(space).value}_walk", times)
        exact = timed([lambda one=one: candidates_near([one], exact=True) for one in searches[:EXACT]])  # type: ignore[misc]
        tell_times(f"{Space(space).value}_exact", exact)
        shares = [
            recall(candidates_near([one])[0], candidates_near([one], exact=True)[0]) for one in searches[: 2 * EXACT]
        ]
        tell(f"{Space(space).value}_recall_at_{FIRST}", float(np.mean(shares)))
