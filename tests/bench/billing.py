"""How fast the ledger and the webhooks are, beside the floor that PostgreSQL sets in the same run.

    python -m tests.bench.billing [--seconds 10] [--entries 10000000] [--events 500]        (make bench-billing)

A shop of its own, durable as in production. Postings and bare one-row inserts are made by 1, 4 and 8 processes in
turns; events are stored by the webhook's door and handled with all that a paid credit pack brings; balances of the
platform's busiest account, now and at a moment since the last closing, are read at 10 thousand entries and at
``--entries``, with the same tail of new ones, beside a read by primary key. Prints ``name: value`` lines.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.faults.campaign import shop

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

PROCESSES = (1, 4, 8)
FEW_ENTRIES = 10_000
TAIL = 200
READS = 400
_FLOOR_TABLE = "CREATE TABLE bench_floor (id bigserial PRIMARY KEY, body jsonb NOT NULL, at timestamptz DEFAULT now())"
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
LOADED_AT_ONCE = 100_000


def _child_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
    import django

    django.setup()


def _posting(seconds: float, made: multiprocessing.Queue[int]) -> None:
    _child_django()
    from billing.models import AccountKind
    from billing.services.ledger import account_of, post

    cash, sales = account_of(AccountKind.CASH_AT_STRIPE, "USD"), account_of(AccountKind.CREDIT_SALES, "USD")
    made.put(_repeated(seconds, lambda: post(
        object_ref=f"bench:{uuid4()}", effect="paid", reason="revenue", entries=[(cash, -100), (sales, 100)]
    )))  # fmt: skip


def _inserting(seconds: float, made: multiprocessing.Queue[int]) -> None:
    _child_django()
    from django.db import connection

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_floor (body) VALUES (%s)", [json.dumps({"id": str(uuid4())})])

    made.put(_repeated(seconds, insert))


def _repeated(seconds: float, call: Callable[[], object]) -> int:
    call()
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        call()
        count += 1
    return count


def _by_processes(target: Callable[..., None], processes: int, seconds: float) -> float:
    """Calls a second, of all processes together."""
    spawning = multiprocessing.get_context("spawn")
    made: multiprocessing.Queue[int] = spawning.Queue()  # type: ignore[assignment]
    workers = [spawning.Process(target=target, args=(seconds, made)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    count = sum(made.get(timeout=seconds + 120) for _ in workers)
    for worker in workers:
        worker.join()
    return count / seconds


def measure_postings(seconds: float) -> None:
    """Ledger postings a second beside bare inserts."""
    for processes in PROCESSES:
        floor = _by_processes(_inserting, processes, seconds)
        posted = _by_processes(_posting, processes, seconds)
        print(f"postings_per_s_{processes}: {posted:.0f}")
        print(f"bare_inserts_per_s_{processes}: {floor:.0f}")
        print(f"postings_share_of_floor_{processes}: {posted / floor:.2f}")


def measure_events(count: int) -> None:
    """Events a second: verified and stored, then handled with all that they bring."""
    import stripe
    from django.conf import settings
    from django.db import connection

    from billing.models import CreditPurchase
    from billing.webhooks import process_event, receive_event
    from tests.factories.accounts import UserFactory
    from tests.factories.billing import CreditPackFactory

    pack, user = CreditPackFactory(), UserFactory()
    secret = settings.CONFIGURATION.stripe_webhook_secret
    bodies = []
    for number in range(count):
        bought = CreditPurchase.objects.create(
            user=user, pack=pack, credits=pack.credits, price_minor=pack.price_minor, currency=pack.currency
        )
        session = {
            "id": f"cs_bench_{number}",
            "object": "checkout.session",
            "status": "complete",
            "payment_status": "paid",
            "amount_total": pack.price_minor,
            "currency": "usd",
            "payment_intent": f"pi_bench_{number}",
            "metadata": {"credit_purchase": str(bought.id)},
        }
        event = {"id": f"evt_bench_{number}", "type": "checkout.session.completed", "created": int(time.time())}
        bodies.append(json.dumps(event | {"data": {"object": session}}))
    signed = [(body, stripe.WebhookSignature.generate_signature_header(body, secret)) for body in bodies]
    floor = _timed(bodies, lambda body: _insert_json(connection, body))
    stored = _timed(signed, lambda one: receive_event(payload=one[0].encode(), signature=one[1]))
    handled = _timed(range(count), lambda number: process_event(f"evt_bench_{number}"))
    print(f"events_stored_per_s: {count / stored:.0f}")
    print(f"events_handled_per_s: {count / handled:.0f}")
    print(f"bare_json_inserts_per_s: {count / floor:.0f}")


def _insert_json(connection, body: str) -> None:  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_floor (body) VALUES (%s)", [body])


def _timed(items, call) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    for item in items:
        call(item)
    return time.perf_counter() - began


def measure_balances(entries: int) -> None:
    """Balance reads at few and at many entries, beside a read by primary key."""
    few = _reads_at(FEW_ENTRIES)
    many = _reads_at(entries)
    for name in few:
        print(f"{name}_ms_at_{FEW_ENTRIES}: {few[name]:.3f}")
        print(f"{name}_ms_at_{entries}: {many[name]:.3f}")
    for name in ("balance_now", "balance_then"):
        print(f"{name}_ratio: {many[name] / few[name]:.2f}")
        # On a busy machine the floor moves too.
        floor = many["by_primary_key"] / few["by_primary_key"]
        print(f"{name}_ratio_beside_the_floors: {many[name] / few[name] / floor:.2f}")
        print(f"{name}_times_the_floor: {many[name] / many['by_primary_key']:.2f}")


def _reads_at(entries: int) -> dict[str, float]:
    """Median milliseconds of each kind of read once the ledger holds ``entries``."""
    from django.db import connection

    from billing.models import Account, AccountKind, Entry
    from billing.selectors import balance_at, balance_of
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
    calls: dict[str, Callable[[], object]] = {
        "balance_now": lambda: balance_of(cash),
        "balance_then": lambda: balance_at(cash, moment),
        "by_primary_key": lambda: Account.objects.values_list("kind", flat=True).get(pk=cash.pk),
    }
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(READS):
        for name, call in calls.items():
            taken[name].append(_timed([None], lambda _none, call=call: call()) * 1000)
    return {name: median(times) for name, times in taken.items()}


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


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.billing", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each number of processes")
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--events", type=int, default=500)
    given = parser.parse_args()
    with shop():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(_FLOOR_TABLE)
        measure_balances(given.entries)
        measure_events(given.events)
        measure_postings(given.seconds)


if __name__ == "__main__":
    main()
