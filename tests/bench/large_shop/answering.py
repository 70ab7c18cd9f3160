"""One checkout of the shop that is told over its standard input what to answer: a line with the name of what is asked
for, and back a line of JSON with what that took. Run as a file, in the checkout's folder, by `tests.bench.in_turns`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import UUID

import numpy as np

ASKED = 18


def _without_kept_counts(ask: Callable[[], object]) -> Callable[[], object]:
    from recommendations.selectors import kept

    def anew() -> object:
        kept._kept.clear()
        return ask()

    return anew


def questions(works: int) -> dict[str, list[Callable[[], object]]]:
    """By name what can be asked for; the same for each checkout."""
    from marketplace.accounts.models import User
    from marketplace.catalog.models import Work
    from recommendations.selectors import home_feed, similar_works
    from recommendations.viewers import viewer_of
    from tests.bench.large_shop.catalogue import work_id
    from tests.bench.large_shop.pages import WORDS, Visitor

    chance = np.random.default_rng(2)
    people = list(User.objects.filter(email__startswith="person-").order_by("email"))
    persons = [people[int(at)] for at in chance.choice(len(people), ASKED, replace=False)]
    shown = [Work.objects.get(pk=UUID(work_id(int(at)))) for at in chance.integers(0, works, ASKED)]
    visitors, stranger = [Visitor(person) for person in persons], Visitor(None)
    searches = [partial(stranger.ask, f"/search?{urlencode({'q': words})}") for words in WORDS]
    narrowed = [partial(stranger.ask, f"/search?{urlencode({'q': words, 'medium': 'animation'})}") for words in WORDS]
    return {
        "search_page": [_without_kept_counts(ask) for ask in searches],
        "search_page_again": list(searches),
        "search_narrowed": [_without_kept_counts(ask) for ask in narrowed],
        "search_narrowed_again": list(narrowed),
        "search_without_words": [partial(stranger.ask, "/search")] * ASKED,
        "home_feed": [partial(home_feed, viewer=viewer_of(user=person), limit=10) for person in persons],
        "home_page": [partial(visitor.ask, "/") for visitor in visitors],
        "similar_works": [partial(similar_works, work=work, limit=10) for work in shown],
        "work_page": [partial(stranger.ask, quote(work.get_absolute_url())) for work in shown],
    }


def main() -> None:
    """Answer until the input ends. Argument: the number of works."""
    import django
    from django.db import connection

    django.setup()
    # One connection, as a shop that runs keeps it: what its server process takes is what the database takes.
    connection.settings_dict["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 1, "timeout": 20}}
    known = questions(int(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        calls = known[line.strip()]
        for call in calls[:2]:
            call()
        clocks, python, server = [], time.process_time(), _server_s()
        for call in calls:
            began = time.perf_counter()
            call()
            clocks.append((time.perf_counter() - began) * 1000)
        taken = [1000 * (time.process_time() - python) / len(calls), 1000 * (_server_s() - server) / len(calls)]
        print(json.dumps({"python_ms": taken[0], "database_ms": taken[1], "clock_ms": sorted(clocks)}), flush=True)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone


def _server_s() -> float:
    """Processor time of the connection's server process. What other processes did in parallel for it is left out."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
