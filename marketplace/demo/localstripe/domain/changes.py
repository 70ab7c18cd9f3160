"""Another price, quantity or interval of a subscription: prorated, charged at once or with the next invoice."""

from __future__ import annotations

from dataclasses import dataclass

from ..clocks import customer_now
from ..errors import StripeError, parameter_invalid, unexpected_state
from ..events import emit, snapshot
from ..identifiers import new_id
from ..shapes import billing as shapes
from ..shapes.catalog import plan_of
from ..transaction import Json, Transaction
from . import invoices, subscriptions
from .periods import period_after


@dataclass(frozen=True)
class ItemChange:
    """What an item becomes."""

    item: Json
    price: Json
    quantity: int


@dataclass(frozen=True)
class Terms:
    """How a change is billed. ``at``: the moment (seconds since 1970) from which it is prorated.

    ``proration``: none, create_prorations (on the next invoice) or always_invoice (now). ``is_new_period``: a period
    begins with the change, whatever is left of the present one.
    """

    proration: str
    at: int
    is_new_period: bool
    payment_behavior: str


def change_items(tx: Transaction, subscription: Json, changes: list[ItemChange], terms: Terms) -> Json | None:
    """Change the items and bill the difference; answers the invoice where one was made, open or paid.

    Raises a card_error for ``error_if_incomplete``; nothing may be kept of the change then. The caller tells the
    subscription's own update.
    """
    invoice = draft_change(tx, subscription, changes, terms)
    if invoice is None:
        return None
    subscription["latest_invoice"] = invoice["id"]
    tx.save(subscription)
    emit(tx, "invoice.created", invoice)
    invoices.finalize(tx, invoice)
    if invoice["status"] == "open":
        _collect(tx, subscription, invoice, terms.payment_behavior)
    return invoice


def draft_change(tx: Transaction, subscription: Json, changes: list[ItemChange], terms: Terms) -> Json | None:
    """Change the items; answers the draft of the invoice that it needs now, or None."""
    _check(subscription, changes, terms)
    is_trial = subscription["status"] == "trialing"
    interval_before = subscription["items"]["data"][0]["price"]["recurring"]["interval"]
    start = subscription["items"]["data"][0]["current_period_start"]
    end = subscriptions.current_period_end(subscription)
    before = [snapshot(item) for item in subscription["items"]["data"]]
    for change in changes:
        change.item.update(price=change.price, plan=plan_of(change.price), quantity=change.quantity)
    items = subscription["items"]["data"]
    if len({item["price"]["recurring"]["interval"] for item in items}) > 1:
        raise parameter_invalid("items", "All prices must have the same currency and billing interval.")
    recurring = items[0]["price"]["recurring"]
    begins = not is_trial and (terms.is_new_period or recurring["interval"] != interval_before)
    if not is_trial and terms.proration != "none":
        _prorate(tx, subscription, before, (start, end), terms.at, only_back=begins)
    if begins:
        now = customer_now(tx, subscription["customer"])
        subscription["billing_cycle_anchor"] = now
        next_end = period_after(now, recurring["interval"], recurring["interval_count"], now)
        for item in items:
            item.update(current_period_start=now, current_period_end=next_end)
    tx.save(subscription)
    if begins:
        invoice = subscriptions.invoice_period(tx, subscription, reason="subscription_update")
    elif terms.proration == "always_invoice" and not is_trial:
        invoice = subscriptions.invoice_pending(tx, subscription)
    else:
        return None
    if invoice["total"] < 0:
        raise parameter_invalid(
            "proration_behavior",
            "This local server keeps no customer balances: a change that gives back more than it charges needs "
            "proration_behavior=none.",
        )
    return invoice


def _check(subscription: Json, changes: list[ItemChange], terms: Terms) -> None:
    if subscription["status"] not in subscriptions.LIVE:
        raise unexpected_state(
            f"A subscription that is {subscription['status']} can't be changed.", code="resource_missing"
        )
    for change in changes:
        if change.price["recurring"] is None or change.price["currency"] != subscription["currency"]:
            raise parameter_invalid("items", "All prices must be recurring and have the subscription's currency.")
    start = subscription["items"]["data"][0]["current_period_start"]
    if terms.proration == "none":
        return
    if not start <= terms.at < subscriptions.current_period_end(subscription):
        raise parameter_invalid(
            "proration_date", "Cannot specify `proration_date` outside of the current billing period."
        )


def _prorate(
    tx: Transaction, subscription: Json, before: list[Json], period: tuple[int, int], at: int, *, only_back: bool
) -> None:
    """Waiting invoice items: the unused time of what was, and (unless a new period begins) the rest of what is."""
    start, end = period
    for old, new in zip(before, subscription["items"]["data"], strict=True):
        if not only_back and (old["price"]["id"], old["quantity"]) == (new["price"]["id"], new["quantity"]):
            continue
        _wait(tx, subscription, old, -_part(old, start, end, at), (at, end), "Unused time on")
        if not only_back:
            _wait(tx, subscription, new, _part(new, start, end, at), (at, end), "Remaining time on")


def _part(item: Json, start: int, end: int, at: int) -> int:
    """The price of what is left of a period, rounded to the nearest minor unit."""
    whole = item["price"]["unit_amount"] * item["quantity"]
    return int((2 * whole * (end - at) + (end - start)) // (2 * (end - start)))


def _wait(tx: Transaction, subscription: Json, item: Json, amount: int, period: tuple[int, int], text: str) -> None:
    product = tx.load("product", item["price"]["product"])
    waiting = shapes.invoice_item(
        id=new_id("ii"),
        created=customer_now(tx, subscription["customer"]),
        customer=subscription["customer"],
        amount=amount,
        currency=subscription["currency"],
        quantity=item["quantity"],
    )
    waiting.update(
        description=f"{text} {product['name']}",
        period={"start": period[0], "end": period[1]},
        proration=True,
        discountable=False,
        test_clock=subscription["test_clock"],
        parent={"subscription_details": {"subscription": subscription["id"]}, "type": "subscription_details"},
        pricing={
            "type": "price_details",
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
            "unit_amount_decimal": item["price"]["unit_amount_decimal"],
        },
    )
    tx.insert("invoiceitem", waiting)
    emit(tx, "invoiceitem.created", waiting)


def _collect(tx: Transaction, subscription: Json, invoice: Json, payment_behavior: str) -> None:
    try:
        invoices.pay_invoice(tx, invoice, payment_method=subscription["default_payment_method"])
    except StripeError as error:
        if payment_behavior == "error_if_incomplete" or not error.keeps_effects:
            error.keeps_effects = False
            raise


class _OnlySeen(Exception):
    """Ends a preview: what was made for it is undone."""

    def __init__(self, invoice: Json) -> None:
        self.invoice = invoice


def preview(
    tx: Transaction, subscription_id: str, changes: list[tuple[str, str | None, int | None]], terms: Terms
) -> Json:
    """The invoice that a change would make now, or without one the next invoice; nothing of it is kept.

    ``changes``: (item's id, price's id and quantity, None for the present one).
    """
    try:
        with tx.savepoint():
            subscription = tx.load("subscription", subscription_id, param="subscription")
            items = {item["id"]: item for item in subscription["items"]["data"]}
            invoice = draft_change(tx, subscription, [read_change(tx, items, *one) for one in changes], terms)
            if invoice is None:
                invoice = subscriptions.draft_renewal(tx, subscription)
            raise _OnlySeen(snapshot(invoice))
    except _OnlySeen as seen:
        answer = seen.invoice
        answer["id"] = new_id("upcoming_in")
        return answer


def read_change(
    tx: Transaction, items: dict[str, Json], item_id: str, price_id: str | None, quantity: int | None
) -> ItemChange:
    """The change of one of a subscription's items."""
    if item_id not in items:
        raise parameter_invalid("items", f"No such subscription item: {item_id}")
    item = items[item_id]
    price = tx.load("price", price_id, param="items[price]") if price_id else item["price"]
    return ItemChange(item, price, quantity or item["quantity"])
