"""Counts over a whole large shop, kept in this process for some minutes.

What decorates a page (how many works show a colour, which tags are used most) takes a look at every work, which at a
hundred thousand works is longer than all else on the page. Small shops count anew each time.
"""

import time
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from django.db import connection

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work

LARGE = 20_000
KEPT_S = 300.0
MOST_KEPT = 256
_kept: dict[Hashable, tuple[float, object]] = {}

T = TypeVar("T")


def is_large_shop() -> bool:
    """By PostgreSQL's estimate of the number of works, asked once within KEPT_S; it comes with the first ANALYZE."""
    place = (str(connection.settings_dict["NAME"]), "is large")
    found = _kept.get(place)
    if found is None or found[0] < time.monotonic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Work._meta.db_table])
            found = (time.monotonic() + KEPT_S, cursor.fetchone()[0] >= LARGE)
        _kept[place] = found
    return bool(found[1])


def counted_lately(key: Hashable, access: Access, count: Callable[[Access], T]) -> T:
    """``count(access)``; in a large shop what it was within KEPT_S, of the works that are open to everybody.

    ``key``: what is counted.
    """
    if not is_large_shop():
        return count(access)
    place = (str(connection.settings_dict["NAME"]), key)
    found = _kept.get(place)
    if found is None or found[0] < time.monotonic():
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        found = (time.monotonic() + KEPT_S, count(STRANGER))
        _kept[place] = found
    return cast(T, found[1])
