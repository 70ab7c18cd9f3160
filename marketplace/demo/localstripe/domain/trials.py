"""A trial that begins, or ends otherwise, while a subscription runs: nothing is charged before its end, and the periods
are counted from there (https://docs.stripe.com/billing/subscriptions/billing-cycle).
"""

from __future__ import annotations

from ..clocks import customer_now
from ..events import emit
from ..transaction import Json, Transaction
from . import invoices, subscriptions

AT_MOST_S = 730 * 24 * 3600


def move_end(tx: Transaction, subscription: Json, end: int) -> None:
    """The period lasts until ``end``; where a trial begins with it, its invoice is over nothing. The caller tells the
    change.
    """
    begins = subscription["status"] != "trialing"
    if begins:
        subscription.update(status="trialing", trial_start=customer_now(tx, subscription["customer"]))
    subscription.update(trial_end=end, billing_cycle_anchor=end)
    for item in subscription["items"]["data"]:
        item["current_period_end"] = end
        if begins:
            item["current_period_start"] = subscription["trial_start"]
    tx.save(subscription)
    if not begins:
        return
    invoice = subscriptions.invoice_period(tx, subscription, reason="subscription_update", is_free=True)
    subscription["latest_invoice"] = invoice["id"]
    tx.save(subscription)
    emit(tx, "invoice.created", invoice)
    invoices.finalize(tx, invoice)
