"""Time: the real clock, the billing clock that the demo can move, and test clocks; and what is due on each.

Objects are stamped and checkout sessions expire by real time. Subscriptions, funds becoming available and payouts
follow the billing clock, a customer's own clock (moved by "advance to renewal") or the customer's test clock, so
that moving time in the demo never makes the shop and this server disagree about the present.
"""

from __future__ import annotations

from .transaction import Json, Transaction

REAL = "real"
BILLING = "billing"


def now_on(tx: Transaction, clock: str) -> int:
    """Seconds since 1970 on that clock."""
    row = tx.execute("SELECT frozen_at, offset_s FROM clocks WHERE id = ?", (clock,)).fetchone()
    if row is None:
        return now_on(tx, BILLING)
    if row["frozen_at"] is not None:
        return int(row["frozen_at"])
    return tx.real_now_s + int(row["offset_s"])


def clock_of_customer(tx: Transaction, customer: str | None) -> str:
    """The clock that a customer's subscriptions follow."""
    if customer is None:
        return BILLING
    body = tx.find(customer, any_account=True)
    if body is not None and body.get("test_clock"):
        return str(body["test_clock"])
    own = tx.execute("SELECT id FROM clocks WHERE id = ?", (customer,)).fetchone()
    return customer if own is not None else BILLING


def customer_now(tx: Transaction, customer: str | None) -> int:
    return now_on(tx, clock_of_customer(tx, customer))


def billing_now(tx: Transaction) -> int:
    return now_on(tx, BILLING)


def schedule(tx: Transaction, *, object_id: str, task: str, clock: str, due_at: int) -> None:
    """Do ``task`` for the object when ``clock`` reaches ``due_at``; replaces an earlier date."""
    tx.execute(
        "INSERT OR REPLACE INTO schedule (object, task, clock, due_at) VALUES (?, ?, ?, ?)",
        (object_id, task, clock, due_at),
    )


def unschedule(tx: Transaction, *, object_id: str, task: str) -> None:
    tx.execute("DELETE FROM schedule WHERE object = ? AND task = ?", (object_id, task))


def next_due(tx: Transaction, *, clock: str | None = None, task: str | None = None) -> Json | None:
    """The earliest task whose time has come, or None."""
    row = tx.execute(
        """SELECT s.object, s.task, s.due_at, s.clock FROM schedule s JOIN clocks c ON c.id = s.clock
           WHERE s.due_at <= COALESCE(c.frozen_at, ? + c.offset_s)
             AND (? IS NULL OR s.clock = ?) AND (? IS NULL OR s.task = ?)
           ORDER BY s.due_at LIMIT 1""",
        (tx.real_now_s, clock, clock, task, task),
    ).fetchone()
    return None if row is None else dict(row)


def move_billing(tx: Transaction, seconds: int) -> None:
    """Move the billing clock and every customer's own clock forward; real time and test clocks stay."""
    tx.execute("UPDATE clocks SET offset_s = offset_s + ? WHERE id <> 'real' AND frozen_at IS NULL", (seconds,))


def move_customer(tx: Transaction, customer: str, seconds: int) -> None:
    """Move one customer's time forward, giving her a clock of her own if she has none."""
    clock = clock_of_customer(tx, customer)
    if clock == BILLING:
        offset = tx.execute("SELECT offset_s FROM clocks WHERE id = 'billing'").fetchone()["offset_s"]
        tx.execute("INSERT INTO clocks (id, offset_s) VALUES (?, ?)", (customer, offset))
        tx.execute(
            """UPDATE schedule SET clock = ? WHERE clock = 'billing' AND object IN
               (SELECT id FROM objects WHERE kind IN ('subscription', 'invoice')
                AND json_extract(body, '$.customer') = ?)""",
            (customer, customer),
        )
        clock = customer
    tx.execute(
        """UPDATE clocks SET offset_s = offset_s + CASE WHEN frozen_at IS NULL THEN ? ELSE 0 END,
           frozen_at = frozen_at + ? WHERE id = ?""",
        (seconds, seconds, clock),
    )
