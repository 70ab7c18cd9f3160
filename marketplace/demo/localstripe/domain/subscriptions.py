"""Subscriptions: started, renewed at the end of each period, past due, canceled."""

from __future__ import annotations

from ..clocks import clock_of_customer, customer_now, schedule, unschedule
from ..errors import StripeError, parameter_invalid, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..shapes import billing as shapes
from ..transaction import Json, Transaction
from . import invoices, pauses, schedules
from .customers import refuse_second_currency
from .invoice_tax import tax_invoice
from .periods import period_after

RENEW = "renew_subscription"
INCOMPLETE_FOR_S = 23 * 3600
EXPIRE_INCOMPLETE = "expire_incomplete_subscription"
LIVE = ("active", "trialing", "past_due", "unpaid")


def start_subscription(
    tx: Transaction,
    *,
    customer: Json,
    items: list[tuple[Json, int]],
    default_payment_method: str | None,
    trial_days: int | None = None,
    metadata: dict[str, str] | None = None,
    description: str | None = None,
    payment_behavior: str = "allow_incomplete",
    paid_by: Json | None = None,
    fields: Json | None = None,
    off_session: bool = True,
) -> Json:
    """A new subscription with its first invoice.

    ``items``: recurring prices of one interval and currency, with quantities. ``paid_by``: an intent that already
    took the first amount (Checkout). Raises a card_error only for ``error_if_incomplete``.
    """
    _check_items(items)
    now = customer_now(tx, customer["id"])
    price = items[0][0]
    refuse_second_currency(tx, customer["id"], price["currency"])
    subscription = shapes.subscription(
        id=new_id("sub"), created=now, customer=customer["id"], currency=price["currency"]
    )
    subscription.update(
        default_payment_method=default_payment_method,
        metadata=metadata or {},
        description=description,
        test_clock=customer["test_clock"],
        **(fields or {}),
    )
    end = period_after(now, price["recurring"]["interval"], price["recurring"]["interval_count"], now)
    if trial_days:
        end = now + trial_days * 24 * 3600
        subscription.update(trial_start=now, trial_end=end, billing_cycle_anchor=end)
    for item_price, quantity in items:
        subscription["items"]["data"].append(
            shapes.subscription_item(
                id=new_id("si", 14),
                created=now,
                subscription=subscription["id"],
                price=item_price,
                quantity=quantity,
                period_start=now,
                period_end=end,
            )
        )
    tx.insert("subscription", subscription)
    if customer["currency"] is None:
        customer["currency"] = price["currency"]
        tx.save(customer)
    # The state that the first payment leaves stands in customer.subscription.created already when Checkout took it.
    if trial_days:
        subscription["status"] = "trialing"
    elif paid_by is not None:
        subscription["status"] = "active"
    invoice = invoice_period(tx, subscription, reason="subscription_create", is_free=bool(trial_days))
    subscription["latest_invoice"] = invoice["id"]
    tx.save(subscription)
    plan_next(tx, subscription)
    emit(tx, "customer.subscription.created", subscription)
    emit(tx, "invoice.created", invoice)
    invoices.finalize(tx, invoice)
    if invoice["status"] == "paid":
        return subscription
    if paid_by is not None:
        invoices.mark_paid(tx, invoice, intent=paid_by)
        return subscription
    if payment_behavior == "default_incomplete":
        invoices.ensure_intent(tx, invoice, description="Subscription creation")
    else:
        _pay_first(tx, subscription, invoice, payment_behavior=payment_behavior, off_session=off_session)
    if subscription["status"] == "incomplete":
        schedule(
            tx,
            object_id=subscription["id"],
            task=EXPIRE_INCOMPLETE,
            clock=clock_of_customer(tx, customer["id"]),
            due_at=now + INCOMPLETE_FOR_S,
        )
    return subscription


def _check_items(items: list[tuple[Json, int]]) -> None:
    first = items[0][0]
    for price, _ in items:
        if price["recurring"] is None:
            raise parameter_invalid(
                "items", f"The price specified is set to `type=one_time` but a recurring one is needed: {price['id']}."
            )
        same = (
            price["currency"] == first["currency"]
            and price["recurring"]["interval"] == first["recurring"]["interval"]
            and price["recurring"]["interval_count"] == first["recurring"]["interval_count"]
        )
        if not same:
            raise parameter_invalid("items", "All prices must have the same currency and billing interval.")


def _pay_first(tx: Transaction, subscription: Json, invoice: Json, *, payment_behavior: str, off_session: bool) -> None:
    try:
        invoices.pay_invoice(
            tx, invoice, payment_method=subscription["default_payment_method"], off_session=off_session
        )
    except StripeError as error:
        if payment_behavior == "error_if_incomplete" or not error.keeps_effects:
            error.keeps_effects = False
            raise


def _draft(tx: Transaction, subscription: Json, *, reason: str) -> Json:
    customer = tx.load("customer", subscription["customer"])
    first = subscription["items"]["data"][0]
    now = customer_now(tx, customer["id"])
    period = (subscription["created"], now)
    if reason == "subscription_cycle":
        period = (tx.private(subscription["id"]).get("last_period_start", now), first["current_period_start"])
    return invoices.create_invoice(
        tx,
        customer=customer,
        currency=subscription["currency"],
        billing_reason=reason,
        period=period,
        parent=shapes.invoice_parent(subscription=subscription["id"], metadata=dict(subscription["metadata"])),
        fields={"default_payment_method": None},
    )


def invoice_pending(tx: Transaction, subscription: Json) -> Json:
    """A draft of the waiting items alone: what a change within a period charges."""
    invoice = _draft(tx, subscription, reason="subscription_update")
    invoices.take_pending_items(tx, invoice, subscription=subscription["id"])
    return tax_invoice(tx, tx.save(invoice), subscription)


def invoice_period(tx: Transaction, subscription: Json, *, reason: str, is_free: bool = False) -> Json:
    """A draft for the items' current period and what waits to be invoiced."""
    invoice = _draft(tx, subscription, reason=reason)
    for item in subscription["items"]["data"]:
        product = tx.load("product", item["price"]["product"])
        amount = 0 if is_free else item["price"]["unit_amount"] * item["quantity"]
        text = f"{item['quantity']} × {product['name']}"
        invoices.add_line(
            invoice,
            shapes.invoice_line(
                id=new_id("il"),
                invoice=invoice["id"],
                amount=amount,
                currency=subscription["currency"],
                description=f"Trial period for {product['name']}" if is_free else text,
                quantity=item["quantity"],
                period_start=item["current_period_start"],
                period_end=item["current_period_end"],
                parent=shapes.subscription_parent(subscription=subscription["id"], item=item["id"]),
                subscription=subscription["id"],
                price=item["price"],
            ),
        )
    invoices.take_pending_items(tx, invoice, subscription=subscription["id"])
    return tax_invoice(tx, tx.save(invoice), subscription)


def current_period_end(subscription: Json) -> int:
    return int(subscription["items"]["data"][0]["current_period_end"])


def plan_next(tx: Transaction, subscription: Json) -> None:
    """Schedule the end of the period, or an earlier cancellation date."""
    due = current_period_end(subscription)
    if subscription["cancel_at"]:
        due = min(due, subscription["cancel_at"])
    schedule(
        tx,
        object_id=subscription["id"],
        task=RENEW,
        clock=clock_of_customer(tx, subscription["customer"]),
        due_at=due,
    )


def renew(tx: Transaction, subscription: Json) -> None:
    """The period is over: cancel if so asked, else invoice the next one and charge the card."""
    if subscription["status"] not in LIVE:
        unschedule(tx, object_id=subscription["id"], task=RENEW)
        return
    end = current_period_end(subscription)
    cancel_at = subscription["cancel_at"]
    if subscription["cancel_at_period_end"] or (cancel_at and cancel_at <= end):
        cancel_now(tx, subscription, at=cancel_at or end, reason="cancellation_requested")
        return
    before = snapshot(subscription)
    invoice = draft_renewal(tx, subscription)
    subscription["latest_invoice"] = invoice["id"]
    update_and_emit(tx, subscription, before, "customer.subscription.updated")
    plan_next(tx, subscription)
    emit(tx, "invoice.created", invoice)
    if subscription["pause_collection"]:
        pauses.skip(tx, subscription, invoice)
        return
    invoices.finalize(tx, invoice)
    if invoice["status"] == "open":
        collect(tx, invoice)


def draft_renewal(tx: Transaction, subscription: Json) -> Json:
    """Move the subscription to its next period, with the prices of the phase that begins then; answers its draft."""
    end = current_period_end(subscription)
    if schedules.begin_phase(tx, subscription, end):
        subscription["billing_cycle_anchor"] = end
    items = subscription["items"]["data"]
    recurring = items[0]["price"]["recurring"]
    next_end = period_after(
        subscription["billing_cycle_anchor"], recurring["interval"], recurring["interval_count"], end
    )
    tx.private(subscription["id"])["last_period_start"] = items[0]["current_period_start"]
    for item in items:
        item.update(current_period_start=end, current_period_end=next_end)
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    return invoice_period(tx, subscription, reason="subscription_cycle")


def collect(tx: Transaction, invoice: Json) -> None:
    """Try the card for a renewal; a refusal is recorded and tried again later, it stops nothing."""
    subscription = tx.load("subscription", invoices.subscription_of(invoice) or "")
    try:
        invoices.pay_invoice(tx, invoice, payment_method=subscription["default_payment_method"])
    except StripeError as error:
        if not error.keeps_effects:
            raise


def _owner(tx: Transaction, invoice: Json) -> Json | None:
    subscription = invoices.subscription_of(invoice)
    return None if subscription is None else tx.find(subscription, kind="subscription")


def _after_payment(tx: Transaction, invoice: Json) -> None:
    subscription = _owner(tx, invoice)
    if subscription is None:
        return
    before = snapshot(subscription)
    if subscription["status"] == "incomplete":
        unschedule(tx, object_id=subscription["id"], task=EXPIRE_INCOMPLETE)
        subscription["status"] = "active"
        _keep_card(tx, subscription, invoice)
    elif subscription["status"] in ("past_due", "unpaid") and subscription["latest_invoice"] == invoice["id"]:
        subscription["status"] = "active"
    update_and_emit(tx, subscription, before, "customer.subscription.updated")


def _keep_card(tx: Transaction, subscription: Json, invoice: Json) -> None:
    """The card that paid the first invoice pays the next ones, unless another was chosen."""
    record = invoices.payment_of(tx, invoice)
    if record is not None and subscription["default_payment_method"] is None:
        intent = tx.load("payment_intent", record["payment"]["payment_intent"])
        if subscription["payment_settings"]["save_default_payment_method"] == "on_subscription":
            subscription["default_payment_method"] = intent["payment_method"]


def _after_failure(tx: Transaction, invoice: Json) -> None:
    subscription = _owner(tx, invoice)
    if subscription is None or subscription["status"] not in ("active", "trialing"):
        return
    before = snapshot(subscription)
    subscription["status"] = "past_due"
    update_and_emit(tx, subscription, before, "customer.subscription.updated")


def _after_last_attempt(tx: Transaction, invoice: Json) -> None:
    subscription = _owner(tx, invoice)
    if subscription is not None and subscription["status"] in LIVE:
        cancel_now(tx, subscription, at=customer_now(tx, subscription["customer"]), reason="payment_failed")


def cancel_now(tx: Transaction, subscription: Json, *, at: int, reason: str) -> Json:
    """End it; open invoices stay open but are not collected any more."""
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise unexpected_state(
            f"No such active subscription: {subscription['id']} is {subscription['status']}.",
            code="resource_missing",
            param="id",
        )
    expired = subscription["status"] == "incomplete" and reason == "incomplete_expired"
    subscription.update(
        status="incomplete_expired" if expired else "canceled",
        canceled_at=subscription["canceled_at"] or at,
        ended_at=at,
    )
    if not expired:
        subscription["cancellation_details"]["reason"] = reason
    unschedule(tx, object_id=subscription["id"], task=RENEW)
    unschedule(tx, object_id=subscription["id"], task=EXPIRE_INCOMPLETE)
    unschedule(tx, object_id=subscription["id"], task=pauses.RESUME)
    tx.save(subscription)
    for invoice in tx.select("invoice", where={"customer": subscription["customer"]}):
        if invoice["status"] == "open" and invoices.subscription_of(invoice) == subscription["id"]:
            if expired:
                invoices.void(tx, invoice)
            else:
                invoices.stop_collecting(tx, invoice)
    if expired:
        emit(tx, "customer.subscription.updated", subscription, previous={"status": "incomplete"})
    else:
        emit(tx, "customer.subscription.deleted", subscription)
    return subscription


def expire_incomplete(tx: Transaction, subscription: Json) -> None:
    """Nobody paid the first invoice within 23 hours."""
    if subscription["status"] == "incomplete":
        cancel_now(tx, subscription, at=customer_now(tx, subscription["customer"]), reason="incomplete_expired")
    else:
        unschedule(tx, object_id=subscription["id"], task=EXPIRE_INCOMPLETE)


def set_cancel_at_period_end(tx: Transaction, subscription: Json, value: bool) -> None:
    """Plan or take back the end; the caller saves and tells the change."""
    if subscription["status"] not in LIVE:
        raise unexpected_state(
            f"A subscription that is {subscription['status']} can't be changed.", code="resource_missing"
        )
    if subscription["schedule"]:
        raise unexpected_state(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating any "
            "cancelation behavior directly is not allowed. Please update the schedule instead.",
            code="subscription_managed_by_schedule",
        )
    now = customer_now(tx, subscription["customer"])
    subscription.update(
        cancel_at_period_end=value,
        cancel_at=current_period_end(subscription) if value else None,
        canceled_at=now if value else None,
    )
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if value else None


invoices.PAID.append(_after_payment)
invoices.PAYMENT_FAILED.append(_after_failure)
invoices.EXHAUSTED.append(_after_last_attempt)
