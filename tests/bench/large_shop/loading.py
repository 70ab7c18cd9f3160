"""Fill an empty shop: works, vectors, people; with the time that each part took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from marketplace.core.clock import now
from marketplace.licensing.services import write_missing_wordings
from recommendations.encoders import Space, facts_of
from recommendations.partitions import ensure_months
from recommendations.services.documents import WorkWords
from recommendations.services.popularity import refresh_popularity
from recommendations.services.spaces import register_space
from recommendations.services.spelling import remember_words
from recommendations.services.vocabulary import load_vocabulary
from tests.bench.large_shop import catalogue, people
from tests.bench.large_shop.copying import copy_rows, copy_vectors
from tests.bench.large_shop.topics import VOCABULARY, all_concepts, make_topics, wording_of
from tests.bench.large_shop.vectors import VectorMaker, series

AT_ONCE = 20_000
EVENTS_EACH = 35
BUILD_MEMORY = "3GB"
SPACES = (Space.TEXT, Space.PICTURE, Space.PALETTE)


def fill_shop(*, works: int, users: int, seed: int) -> dict[str, float]:
    """Fill the database; answers the seconds of each part by its name."""
    took: dict[str, float] = {}
    chance = np.random.default_rng(seed)
    with connection.cursor() as cursor:
        _prepare(cursor)
        cursor.execute(catalogue.ARTISTS, {"first": 0, "last": max(1, works // catalogue.WORKS_OF_AN_ARTIST) - 1})
    with _timed(took, "works_and_vectors"):
        topics = _works(works, chance)
    with _timed(took, "people_and_events"):
        _people(users, works, topics, chance)
    with _timed(took, "analyze"), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with _timed(took, "popularity"):
        refresh_popularity()
    with connection.cursor() as cursor:
        _without_triggers(cursor, False)
    for space in SPACES:
        with _timed(took, f"index_of_{space.value}"):
            build_index(space)
    return took


def build_index(space: str) -> None:
    """Make the HNSW index of the present version of ``space``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [BUILD_MEMORY])
        register_space(space=space, facts=facts_of(space))
        cursor.execute("RESET maintenance_work_mem")


@contextmanager
def _timed(took: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took[name] = time.perf_counter() - began
    print(f"loaded {name}: {took[name]:.1f} s", flush=True)


def _prepare(cursor: CursorWrapper) -> None:
    write_missing_wordings()
    ensure_months(cursor, first=(now() - timedelta(days=people.LATELY_DAYS)).date(), last=now().date())
    load_vocabulary(path=VOCABULARY)
    cursor.execute(catalogue.IDS)
    cursor.execute(f"{catalogue.STAGE}; {people.STAGE}")
    _without_triggers(cursor, True)


def _without_triggers(cursor: CursorWrapper, is_loading: bool) -> None:
    """The load is no traffic: no foreign key is looked up for each of its rows, where this role may decide that."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:
        cursor.execute(f"SET session_replication_role = {'replica' if is_loading else 'origin'}")


def _works(works: int, chance: np.random.Generator) -> np.ndarray:
    combinations, maker = make_topics(chance), VectorMaker(chance)
    popular = chance.dirichlet(np.full(len(combinations), 0.7))
    all_topics = np.empty(works, dtype=np.int64)
    for first in range(0, works, AT_ONCE):
        count = min(AT_ONCE, works - first)
        base = series(count, chance)
        topics = chance.choice(len(combinations), count, p=popular)[base]
        own = [wording_of(combinations[topic], chance) for topic in topics]
        wordings = [own[place] for place in base]
        all_topics[first : first + count] = topics
        chunk = catalogue.Chunk(first, topics, wordings, chance)
        raw = _raw_connection()
        copy_rows(raw, "bench_work", chunk.rows(works))
        with connection.cursor() as cursor:
            for statement in catalogue.SPREAD.values():
                cursor.execute(statement)
            cursor.execute("TRUNCATE bench_work")
        for space, vectors in maker.make(wordings, base).items():
            copy_vectors(raw, chunk.ids(), vectors, space=space, version=facts_of(space).version)
        print(f"loaded works: {first + count}", flush=True)
    remember_words(WorkWords(titles=[label for concept in all_concepts() for label in concept.english]))
    return all_topics


def _people(users: int, works: int, topics: np.ndarray, chance: np.random.Generator) -> None:
    artists = max(1, works // catalogue.WORKS_OF_AN_ARTIST)
    with connection.cursor() as cursor:
        cursor.execute(people.PEOPLE, {"people": users, "artists": artists})
        copy_rows(_raw_connection(), "bench_event", people.events(users, EVENTS_EACH, topics, chance))
        cursor.execute(people.EVENTS)
        cursor.execute("DROP TABLE bench_event, bench_work")


def _raw_connection() -> psycopg.Connection:
    connection.ensure_connection()
    raw: psycopg.Connection = connection.connection
    return raw
