"""How fast the ledger and the webhooks are, beside the floor that PostgreSQL sets in the same run.

    python -m tests.bench.billing [--seconds 10] [--entries 10000000] [--events 500]        (make bench-billing)

A shop of its own, durable as in production. Postings and bare one-row inserts are made by 1, 4 and 8 processes in
turns; events are stored by the webhook's door and handled with all that a paid credit pack brings; balances of the
platform's busiest account, now and at a moment since the last closing, are read at 10 thousand entries and at
``--entries``, in turns (`balances`). Prints ``name: value`` lines.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from uuid import uuid4

from tests.bench.balances import measure_balances
from tests.faults.shop import shop

PROCESSES = (1, 4, 8)
_FLOOR_TABLE = "CREATE TABLE bench_floor (id bigserial PRIMARY KEY, body jsonb NOT NULL, at timestamptz DEFAULT now())"


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
            # Without an id of a payment nobody asks Stripe, which does not run here, for its card.
            "payment_intent": None,
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
