"""Reads of a balance at few and at many entries, in turns, so that a busy machine slows both.

Two databases stand side by side in one server: a copy of the ledger made at 10 thousand entries, and the ledger that
went on growing. A process for each reads the platform's busiest account, now and at a moment since the last closing,
and a row by its primary key, one after the other.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

FEW_ENTRIES = 10_000
TAIL = 200
READS = 400
LOADED_AT_ONCE = 100_000
READER_TIMEOUT_S = 120.0
_COPY = "ledger_of_few"
_KINDS = ("balance_now", "balance_then", "by_primary_key")
# The load is no traffic: it is written past the triggers that look at each row; foreign keys are checked once, at its
# end. Its ids grow, as those that the shop gives do.
_LOAD = """
WITH made AS (
    INSERT INTO billing_transaction (id, object_ref, effect, reason, stripe_ref, entry_count, created_at)
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'load:' || lpad(n::text, 12, '0'), 'loaded',
           'revenue', '', 2, now() - interval '400 days' + n * (interval '399 days' / %(count)s)
    FROM generate_series(%(begin)s, %(end)s) AS n
    RETURNING id, created_at)
INSERT INTO billing_entry (transaction_id, account_id, amount_minor, recorded_at)
SELECT made.id, side.account_id, side.amount, made.created_at
FROM made, (VALUES (%(cash)s, -100), (%(sales)s, 100)) AS side (account_id, amount)
"""
_FOREIGN_KEYS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = 'billing_entry'::regclass AND contype = 'f'
"""


def measure_balances(entries: int) -> None:
    """Print the medians in milliseconds at few and at many entries, and their ratios."""
    few_account, few_moment = _grow_to(FEW_ENTRIES)
    few = _Reader(_copy_of_ledger(), few_account, few_moment)
    account, moment = _grow_to(entries)
    many = _Reader(os.environ["DATABASE_URL"], account, moment)
    taken: dict[tuple[str, int], list[float]] = {
        (kind, count): [] for kind in _KINDS for count in (FEW_ENTRIES, entries)
    }
    for number in range(READS + 1):
        for kind in _KINDS:
            for count, reader in ((FEW_ENTRIES, few), (entries, many)):
                milliseconds = reader.read(kind)
                if number:  # the first opens the connection
                    taken[kind, count].append(milliseconds)
    few.stop()
    many.stop()
    for (kind, count), times in taken.items():
        print(f"{kind}_ms_at_{count}: {median(times):.3f}")
    for kind in _KINDS:
        print(f"{kind}_ratio: {median(taken[kind, entries]) / median(taken[kind, FEW_ENTRIES]):.2f}")
        floor = median(taken["by_primary_key", entries])
        print(f"{kind}_times_the_floor: {median(taken[kind, entries]) / floor:.2f}")


class _Reader:
    """A process with a database of its own that reads when it is told to."""

    def __init__(self, database_url: str, account: int, moment: datetime) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._pipe, other = spawning.Pipe()
        before = os.environ["DATABASE_URL"]
        os.environ["DATABASE_URL"] = database_url
        try:
            self._process = spawning.Process(target=_read_when_told, args=(other, account, moment))
            self._process.start()
        finally:
            os.environ["DATABASE_URL"] = before

    def read(self, kind: str) -> float:
        """Milliseconds of one read."""
        self._pipe.send(kind)
        if not self._pipe.poll(READER_TIMEOUT_S):
            raise TimeoutError(f"no answer to {kind} within {READER_TIMEOUT_S:g} s")
        milliseconds: float = self._pipe.recv()
        return milliseconds

    def stop(self) -> None:
        self._pipe.send("")
        self._process.join(READER_TIMEOUT_S)


def _read_when_told(pipe: Connection, account_id: int, moment: datetime) -> None:
    import django

    django.setup()
    from billing.models import Account
    from billing.selectors import balance_at, balance_of

    account = Account.objects.get(pk=account_id)
    calls: dict[str, Callable[[], object]] = {
        "balance_now": lambda: balance_of(account),
        "balance_then": lambda: balance_at(account, moment),
        "by_primary_key": lambda: Account.objects.values_list("kind", flat=True).get(pk=account_id),
    }
    while kind := pipe.recv():
        began = time.perf_counter()
        calls[kind]()
        pipe.send((time.perf_counter() - began) * 1000)


def _copy_of_ledger() -> str:
    """The address of a copy of the database as it is now."""
    import psycopg
    from django.db import connections

    url = urlsplit(os.environ["DATABASE_URL"])
    name = url.path.lstrip("/")
    connections.close_all()
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{_COPY}" TEMPLATE "{name}"')
    return url._replace(path=f"/{_COPY}").geturl()


def _grow_to(entries: int) -> tuple[int, datetime]:
    """Let the ledger have ``entries``, closed, and a tail; answers the busiest account, and a moment in the tail."""
    from django.db import connection

    from billing.models import AccountKind, Entry
    from billing.services import close_ledger
    from billing.services.ledger import account_of, post
    from marketplace.core.clock import now

    cash, sales = account_of(AccountKind.CASH_AT_STRIPE, "USD"), account_of(AccountKind.CREDIT_SALES, "USD")
    _load(entries - Entry.objects.count(), cash.pk, sales.pk)
    if close_ledger() is None and Entry.objects.exists():
        print("the ledger was closed already", file=sys.stderr)
    moment = now()
    for number in range(TAIL):
        if number == TAIL // 2:
            moment = now()
        post(object_ref=f"bench:{uuid4()}", effect="paid", reason="revenue", entries=[(cash, -100), (sales, 100)])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE billing_entry")
    return cash.pk, moment


@contextmanager
def _unchecked_rows(cursor: CursorWrapper) -> Iterator[None]:
    for table in ("billing_entry", "billing_transaction"):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in ("billing_entry", "billing_transaction"):
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _load(count: int, cash: int, sales: int) -> None:
    """Write so many entries, with a closing of the ledger after each part, as time would bring them."""
    from django.db import connection

    from billing.models import Transaction
    from billing.services import close_ledger

    transactions = max(0, count // 2)
    first = Transaction.objects.count() + 1
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS)
        foreign_keys = cursor.fetchall()
        for name, _definition in foreign_keys:
            cursor.execute(f"ALTER TABLE billing_entry DROP CONSTRAINT {name}")
    for begin in range(first, first + transactions, LOADED_AT_ONCE):
        end = min(begin + LOADED_AT_ONCE, first + transactions) - 1
        with connection.cursor() as cursor, _unchecked_rows(cursor):
            cursor.execute(
                _LOAD, {"begin": begin, "end": end, "count": first + transactions, "cash": cash, "sales": sales}
            )
        close_ledger()
    with connection.cursor() as cursor:
        for name, definition in foreign_keys:
            cursor.execute(f"ALTER TABLE billing_entry ADD CONSTRAINT {name} {definition}")
        cursor.execute("VACUUM ANALYZE billing_transaction")
    print(f"loaded_entries: {2 * transactions}\nloaded_in_s: {time.monotonic() - began:.0f}", file=sys.stderr)
