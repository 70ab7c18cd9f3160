"""Invoices: lines, finalizing, paying, voiding; and what a paid or failed one does to its subscription."""

from __future__ import annotations

from collections.abc import Callable

from ..clocks import clock_of_customer, customer_now, schedule, unschedule
from ..errors import StripeError, unexpected_state
from ..events import emit, snapshot
from ..identifiers import new_id
from ..shapes import billing as shapes
from ..transaction import Json, Transaction
from . import payments

RETRY = "retry_invoice"
RETRY_AFTER_DAYS = (3, 5, 7)
"""Days between the attempts on a failed renewal; after the last one the subscription is canceled."""

PAID: list[Callable[[Transaction, Json], None]] = []
PAYMENT_FAILED: list[Callable[[Transaction, Json], None]] = []
EXHAUSTED: list[Callable[[Transaction, Json], None]] = []
"""The subscriptions module listens here."""


def subscription_of(invoice: Json) -> str | None:
    details = (invoice["parent"] or {}).get("subscription_details")
    return None if details is None else str(details["subscription"])


def create_invoice(
    tx: Transaction,
    *,
    customer: Json,
    currency: str,
    billing_reason: str,
    period: tuple[int, int] | None = None,
    parent: Json | None = None,
    fields: Json | None = None,
) -> Json:
    """A draft without lines."""
    now = customer_now(tx, customer["id"])
    invoice = shapes.invoice(
        id=new_id("in"),
        created=now,
        customer=customer,
        currency=currency,
        account_country=tx.setting("country") or "US",
    )
    invoice.update(billing_reason=billing_reason, parent=parent, **(fields or {}))
    if period is not None:
        invoice["period_start"], invoice["period_end"] = period
    return tx.insert("invoice", invoice)


def add_line(invoice: Json, line: Json) -> None:
    invoice["lines"]["data"].append(line)
    total = sum(item["amount"] for item in invoice["lines"]["data"])
    for field in ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"):
        invoice[field] = total
    invoice["amount_due"] = invoice["amount_remaining"] = max(0, total)


def take_pending_items(tx: Transaction, invoice: Json, *, subscription: str | None) -> None:
    """Put the customer's waiting invoice items on the invoice."""
    for item in tx.select("invoiceitem", where={"customer": invoice["customer"]}, newest_first=False):
        its_subscription = ((item["parent"] or {}).get("subscription_details") or {}).get("subscription")
        if item["invoice"] is not None or item["currency"] != invoice["currency"]:
            continue
        if its_subscription not in (None, subscription):
            continue
        item["invoice"] = invoice["id"]
        tx.save(item)
        price_id = ((item["pricing"] or {}).get("price_details") or {}).get("price")
        add_line(
            invoice,
            shapes.invoice_line(
                id=new_id("il"),
                invoice=invoice["id"],
                amount=item["amount"],
                currency=item["currency"],
                description=item["description"],
                quantity=item["quantity"],
                period_start=item["period"]["start"],
                period_end=item["period"]["end"],
                parent=shapes.item_parent(
                    invoice_item=item["id"], subscription=its_subscription, is_proration=item["proration"]
                ),
                subscription=its_subscription,
                price=tx.load("price", price_id) if price_id else None,
            ),
        )


def finalize(tx: Transaction, invoice: Json, *, base_url: str = "") -> Json:
    """Give it a number; nothing about it changes from here on. One that asks for nothing is paid at once."""
    if invoice["status"] != "draft":
        raise unexpected_state(
            f"This invoice is already finalized, you can't re-finalize a non-draft invoice: it is {invoice['status']}.",
            code="invoice_not_editable",
        )
    customer = tx.load("customer", invoice["customer"])
    number = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] = number + 1
    tx.save(customer)
    now = customer_now(tx, customer["id"])
    base = tx.setting("public_url") or base_url
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04d}",
        effective_at=now,
        auto_advance=invoice["collection_method"] == "charge_automatically",
        hosted_invoice_url=f"{base}/i/{invoice['id']}/{new_id('key', 20)}",
    )
    tx.private(invoice["id"])["page_key"] = invoice["hosted_invoice_url"].rpartition("/")[2]
    invoice["status_transitions"]["finalized_at"] = now
    tx.save(invoice)
    emit(tx, "invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        mark_paid(tx, invoice)
    return invoice


def payment_of(tx: Transaction, invoice: Json) -> Json | None:
    """The invoice's payment record, which names its intent."""
    found = tx.select("invoice_payment", where={"invoice": invoice["id"]}, limit=1)
    return found[0] if found else None


def ensure_intent(tx: Transaction, invoice: Json, *, description: str) -> Json:
    """The one intent that pays an open invoice."""
    record = payment_of(tx, invoice)
    if record is not None:
        return tx.load("payment_intent", record["payment"]["payment_intent"])
    intent = payments.create_intent(
        tx,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        fields={
            "customer": invoice["customer"],
            "description": description,
            "setup_future_usage": "off_session" if subscription_of(invoice) else None,
        },
        private={"owner": "invoice", "invoice": invoice["id"]},
    )
    _link_intent(tx, invoice, intent)
    return intent


def _link_intent(tx: Transaction, invoice: Json, intent: Json) -> Json:
    return tx.insert(
        "invoice_payment",
        shapes.invoice_payment(id=new_id("inpay"), created=tx.real_now_s, invoice=invoice, payment_intent=intent["id"]),
    )


def pay_invoice(
    tx: Transaction, invoice: Json, *, payment_method: str | None, off_session: bool = True, base_url: str = ""
) -> Json:
    """Charge the customer's card for an open invoice. Raises a card_error when it is declined."""
    if invoice["status"] == "draft":
        finalize(tx, invoice)
    if invoice["status"] == "paid":
        raise unexpected_state("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] != "open":
        raise unexpected_state(f"This invoice can't be paid: it is {invoice['status']}.", code="invoice_not_payable")
    customer = tx.load("customer", invoice["customer"])
    method = payment_method or customer["invoice_settings"]["default_payment_method"]
    intent = ensure_intent(tx, invoice, description=f"Invoice {invoice['number']}")
    if method is None:
        _payment_failed(tx, intent)
        raise StripeError(
            "This customer has no attached payment source or default payment method.",
            code="resource_missing",
            param="payment_method",
            keeps_effects=True,
        )
    intent["payment_method"] = method
    tx.save(intent)
    payments.confirm(tx, intent, off_session=off_session, base_url=base_url)
    return invoice


def mark_paid(tx: Transaction, invoice: Json, *, intent: Json | None = None) -> Json:
    """The money is there. ``intent`` is linked if it was made outside (by Checkout)."""
    now = customer_now(tx, invoice["customer"])
    record = payment_of(tx, invoice)
    if intent is not None:
        if record is None:
            record = _link_intent(tx, invoice, intent)
        record.update(status="paid", amount_paid=invoice["amount_due"])
        record["status_transitions"]["paid_at"] = now
        tx.save(record)
        emit(tx, "invoice_payment.paid", record)
        invoice["attempt_count"] += 1
    invoice.update(
        status="paid",
        attempted=True,
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
    )
    invoice["status_transitions"]["paid_at"] = now
    tx.save(invoice)
    unschedule(tx, object_id=invoice["id"], task=RETRY)
    emit(tx, "invoice.paid", invoice)
    emit(tx, "invoice.payment_succeeded", invoice)
    for listener in PAID:
        listener(tx, invoice)
    return invoice


def _payment_failed(tx: Transaction, intent: Json) -> None:
    invoice = tx.load("invoice", tx.private(intent["id"])["invoice"])
    now = customer_now(tx, invoice["customer"])
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1, next_payment_attempt=None)
    is_renewal = invoice["billing_reason"] == "subscription_cycle"
    if is_renewal and invoice["attempt_count"] <= len(RETRY_AFTER_DAYS):
        invoice["next_payment_attempt"] = now + RETRY_AFTER_DAYS[invoice["attempt_count"] - 1] * 24 * 3600
        schedule(
            tx,
            object_id=invoice["id"],
            task=RETRY,
            clock=clock_of_customer(tx, invoice["customer"]),
            due_at=invoice["next_payment_attempt"],
        )
    else:
        unschedule(tx, object_id=invoice["id"], task=RETRY)
    tx.save(invoice)
    emit(tx, "invoice.payment_failed", invoice)
    for listener in PAYMENT_FAILED:
        listener(tx, invoice)
    if is_renewal and invoice["next_payment_attempt"] is None:
        for listener in EXHAUSTED:
            listener(tx, invoice)


def void(tx: Transaction, invoice: Json) -> Json:
    if invoice["status"] not in ("open", "uncollectible"):
        raise unexpected_state(
            f"You can only void an open invoice: it is {invoice['status']}.", code="invoice_not_editable"
        )
    stop_collecting(tx, invoice)
    invoice["status"] = "void"
    invoice["status_transitions"]["voided_at"] = customer_now(tx, invoice["customer"])
    tx.save(invoice)
    record = payment_of(tx, invoice)
    if record is not None:
        intent = tx.load("payment_intent", record["payment"]["payment_intent"])
        if intent["status"] not in ("succeeded", "canceled"):
            payments.cancel_intent(tx, intent, reason="void_invoice")
    emit(tx, "invoice.voided", invoice)
    return invoice


def stop_collecting(tx: Transaction, invoice: Json) -> None:
    """No further attempt by itself."""
    before = snapshot(invoice)
    invoice.update(auto_advance=False, next_payment_attempt=None)
    unschedule(tx, object_id=invoice["id"], task=RETRY)
    if before != invoice:
        tx.save(invoice)


def _intent_succeeded(tx: Transaction, intent: Json) -> None:
    mark_paid(tx, tx.load("invoice", tx.private(intent["id"])["invoice"]), intent=intent)


payments.SUCCEEDED["invoice"] = _intent_succeeded
payments.FAILED["invoice"] = _payment_failed
