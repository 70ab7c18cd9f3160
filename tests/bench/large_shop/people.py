"""People whose tastes are a few topics each, with what they looked at, liked and bought in the last weeks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

TOPICS_OF_A_PERSON = 3
LATELY_DAYS = 60
KINDS = {"viewed": 0.62, "dwelt": 0.18, "liked": 0.1, "saved": 0.04, "carted": 0.03, "bought": 0.03}
STAGE = """
CREATE UNLOGGED TABLE bench_event (person bigint, work bigint, kind text, seconds int, age_days float8, once uuid)
"""
PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, id, email, display_name, language, pseudonym, is_staff, is_active,
                           date_joined)
SELECT '!', false, bench_id(16, n), 'person-' || n || '@example.org', 'Person ' || n, 'en', bench_id(17, n), false,
       true, now() FROM generate_series(0, %(people)s - 1) n;
INSERT INTO recommendations_feedsettings (viewer, consent)
SELECT 'p:' || replace(bench_id(17, n)::text, '-', ''), 'given' FROM generate_series(0, %(people)s - 1) n;
INSERT INTO accounts_follow (id, follower_id, artist_id)
SELECT gen_random_uuid(), bench_id(16, n), bench_id(3, a)
FROM generate_series(0, %(people)s - 1) n,
     LATERAL (SELECT DISTINCT (n * 7919 + k * 104729) %% %(artists)s AS a FROM generate_series(1, 5) k) AS chosen;
"""
EVENTS = """
INSERT INTO recommendations_event (id, kind, work_id, viewer, once_key, seconds, happened_at, happened_on)
SELECT once, kind, bench_id(0, work), 'p:' || replace(bench_id(17, person)::text, '-', ''), once::text,
       nullif(seconds, 0), at, (at AT TIME ZONE 'UTC')::date
FROM (SELECT *, now() - age_days * interval '1 day' AS at FROM bench_event) AS staged;
INSERT INTO recommendations_like (id, work_id, viewer)
SELECT once, bench_id(0, work), 'p:' || replace(bench_id(17, person)::text, '-', '')
FROM (SELECT DISTINCT ON (person, work) * FROM bench_event WHERE kind = 'liked') AS once_each;
"""
_EVENTS_NAMESPACE = UUID("0192f3a0-0000-7000-8000-000000000000")


def events(
    people: int, each: int, topics: NDArray[np.int64], chance: np.random.Generator
) -> Iterator[tuple[object, ...]]:
    """The staged events; ``topics``: of each work. About ``each`` for every person."""
    by_topic = np.argsort(topics, kind="stable")
    ends = np.searchsorted(topics[by_topic], np.arange(topics.max() + 2))
    begun = [topic for topic in range(topics.max() + 1) if ends[topic + 1] > ends[topic]]
    kinds, shares = list(KINDS), np.array(list(KINDS.values()))
    for person in range(people):
        count = max(3, int(chance.poisson(each)))
        own = chance.choice(begun, min(TOPICS_OF_A_PERSON, len(begun)), replace=False)
        of = chance.choice(own, count)
        # Some works of a topic are much better known than others.
        places = ends[of] + ((ends[of + 1] - ends[of]) * chance.random(count) ** 3).astype(np.int64)
        what = chance.choice(len(kinds), count, p=shares / shares.sum())
        ages = LATELY_DAYS * chance.random(count) ** 2
        for number in range(count):
            kind = kinds[what[number]]
            yield (
                *(person, int(by_topic[places[number]]), kind),
                *(int(5 + 60 * ages[number] / LATELY_DAYS) if kind == "dwelt" else 0, float(ages[number])),
                uuid5(_EVENTS_NAMESPACE, f"{person}:{number}"),
            )
