"""What happens by itself as time passes: sessions expire, subscriptions renew, payouts arrive."""

from __future__ import annotations

from collections.abc import Callable

from . import clocks
from .domain import checkout, connect, disputes, invoices, pauses, refunds, subscriptions, tax_ids, transfers, wallets
from .transaction import Json, Transaction

MOST_STEPS = 20_000
"""A bound on what one advance of time may do: two years of daily renewals of a few subscriptions."""


def _expire_session(tx: Transaction, session: Json) -> None:
    if session["status"] == "open":
        checkout.expire_session(tx, session)


def _retry_invoice(tx: Transaction, invoice: Json) -> None:
    if invoice["status"] == "open":
        subscriptions.collect(tx, invoice)


TASKS: dict[str, tuple[str, Callable[[Transaction, Json], None]]] = {
    checkout.EXPIRE: ("checkout.session", _expire_session),
    subscriptions.RENEW: ("subscription", subscriptions.renew),
    subscriptions.EXPIRE_INCOMPLETE: ("subscription", subscriptions.expire_incomplete),
    pauses.RESUME: ("subscription", pauses.resume),
    invoices.RETRY: ("invoice", _retry_invoice),
    transfers.PAYOUT_ARRIVES: ("payout", transfers.arrive),
    disputes.PASSES: ("dispute", disputes.pass_due),
    refunds.SETTLE: ("refund", refunds.settle),
    wallets.SETTLE: ("payment_intent", wallets.settle),
    tax_ids.VERIFY: ("tax_id", tax_ids.verify),
    connect.AUTO_PAYOUT: ("account", transfers.pay_out_automatically),
}


def run_one(tx: Transaction, task: Json) -> None:
    """Do one due task in the name of its object's account; it is taken off the schedule first."""
    clocks.unschedule(tx, object_id=task["object"], task=task["task"])
    kind, action = TASKS[task["task"]]
    body = tx.find(task["object"], kind=kind, any_account=True)
    if body is not None:
        with tx.acting_as(tx.account_of(body["id"])):
            action(tx, body)


def run_due(tx: Transaction, *, most: int = MOST_STEPS) -> int:
    """Do all that is due, in order; returns how many tasks ran."""
    for done in range(most):
        task = clocks.next_due(tx)
        if task is None:
            return done
        run_one(tx, task)
    return most


def advance_frozen_clock(tx: Transaction, clock: str, target: int) -> None:
    """Move a test clock to ``target``, stopping at each due moment so that everything happens at its own time."""
    for _ in range(MOST_STEPS):
        row = tx.execute(
            "SELECT object, task, due_at FROM schedule WHERE clock = ? AND due_at <= ? ORDER BY due_at LIMIT 1",
            (clock, target),
        ).fetchone()
        if row is None:
            break
        tx.execute("UPDATE clocks SET frozen_at = max(frozen_at, ?) WHERE id = ?", (row["due_at"], clock))
        run_one(tx, dict(row))
    tx.execute("UPDATE clocks SET frozen_at = ? WHERE id = ?", (target, clock))
