"""Counts over a whole large shop, kept in this process for some minutes.

What decorates a page (how many works show a colour, which tags are used most) takes a look at every work, which at a
hundred thousand works is longer than all else on the page; and beside a search that was narrowed down stands how many
works it finds otherwise, which takes a second search. Small shops count anew each time. Where ids are kept, which of
them are still shown is asked anew.
"""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from django.db import connection

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work

LARGE = 20_000
KEPT_S = 300.0
MOST_KEPT = 256  # of whole shops, and as many of single queries: these must not drive out what takes longest
_Place = tuple[str, bool, Hashable]
_kept: dict[_Place, tuple[float, object]] = {}
_changing = Lock()

T = TypeVar("T")


def is_large_shop() -> bool:
    """By PostgreSQL's estimate of the number of works, asked once within KEPT_S; it comes with the first ANALYZE."""
    found = _kept.get(_place_of("is large", of_a_query=False))
    if found is None or found[0] < time.monotonic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Work._meta.db_table])
            return keep("is large", bool(cursor.fetchone()[0] >= LARGE))
    return bool(found[1])


def counted_lately(key: Hashable, access: Access, count: Callable[[Access], T], *, of_a_query: bool = False) -> T:
    """``count(access)``; in a large shop what it was within KEPT_S, of the works that are open to everybody.

    ``key``: what is counted.
    """
    if not is_large_shop():
        return count(access)
    found = _kept.get(_place_of(key, of_a_query=of_a_query))
    if found is None or found[0] < time.monotonic():
        return keep(key, count(STRANGER), of_a_query=of_a_query)
    return cast(T, found[1])


def keep(key: Hashable, counted: T, *, of_a_query: bool = False) -> T:
    """Keep for KEPT_S what was counted of the works that are open to everybody; the same in return."""
    place = _place_of(key, of_a_query=of_a_query)
    with _changing:
        _kept.pop(place, None)
        alike = [one for one in _kept if one[1] == of_a_query]
        for oldest in alike[: max(0, len(alike) - MOST_KEPT + 1)]:
            del _kept[oldest]
        _kept[place] = (time.monotonic() + KEPT_S, counted)
    return counted


def _place_of(key: Hashable, *, of_a_query: bool) -> _Place:
    return str(connection.settings_dict["NAME"]), of_a_query, key
