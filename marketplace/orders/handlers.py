"""What Stripe's events mean for orders. Each may come twice, late, before the redirect, and in any order."""

from dataclasses import replace
from uuid import UUID

from billing.errors import ObjectNotKnownYet
from billing.gateway import (
    CheckoutSession,
    FraudWarning,
    Refund,
    metadata_of_payment,
    payment_of_charge,
    retrieve_refund,
)
from billing.webhooks import EventFacts, register_handler
from marketplace.orders.models import LineReturn, Order, OrderLine, RefundRequest, SurplusPayment
from marketplace.orders.selectors import order_id_in
from marketplace.orders.services import (
    close_order,
    note_declined_card,
    note_failed_payment,
    note_line_return,
    note_refund,
    note_refund_by_hand,
    note_refund_of_unsettled,
    note_returned,
    reference_of,
)
from marketplace.orders.services.parts_of_refunds import due_to_buyer, is_booked
from marketplace.orders.services.payment import settle_session
from marketplace.orders.services.surplus_payments import note_surplus_return
from marketplace.orders.services.warnings import note_warning
from marketplace.risk import services as risk


def on_session_paid(event: EventFacts) -> None:
    """checkout.session.completed and .async_payment_succeeded: money is here, or will be (then nothing yet)."""
    settle_session(CheckoutSession.from_stripe(event.object))


def on_session_failed(event: EventFacts) -> None:
    """checkout.session.async_payment_failed: the money never came."""
    order_id = order_id_in(CheckoutSession.from_stripe(event.object).reference)
    if order_id is not None:
        note_failed_payment(order_id=order_id)


def on_session_expired(event: EventFacts) -> None:
    """checkout.session.expired: nobody can pay it any more."""
    session = CheckoutSession.from_stripe(event.object)
    order_id = order_id_in(session.reference)
    # A session that the order does not know (two were made in a crash) says nothing about the one it waits for.
    if order_id is not None and Order.objects.filter(pk=order_id, checkout_session_id=session.id).exists():
        close_order(order_id=order_id, to=Order.State.EXPIRED)


def on_card_declined(event: EventFacts) -> None:
    """payment_intent.payment_failed: a card was refused; the session stays open for another try."""
    named = (event.object.get("metadata") or {}).get("order")
    if not named:
        return
    error = event.object.get("last_payment_error") or {}
    code = str(error.get("decline_code") or error.get("code") or "card_declined")
    note_declined_card(order_id=UUID(named), decline_code=code)
    order = Order.objects.select_related("buyer").filter(pk=UUID(named)).first()
    if order is not None:
        risk.note_declined_card(person=order.buyer, code=code, event_ref=event.id, subject_ref=order.reference)


def on_refund_changed(event: EventFacts) -> None:
    """refund.created, .updated and .failed: it began, arrived, or the bank did not take it. Stripe is asked for how it
    stands now.
    """
    refund = Refund.from_stripe(event.object)
    if not refund.payment_intent_id:
        return
    request = _request_of(refund)
    if request is not None:
        note_returned(request_id=request.pk, refund=retrieve_refund(refund.id))
        return
    line = _returned_line_of(refund)
    if line is not None:
        note_line_return(line_id=line.pk, refund=retrieve_refund(refund.id))
        return
    surplus = SurplusPayment.objects.filter(payment_intent_id=refund.payment_intent_id).first()
    if surplus is not None:
        note_surplus_return(surplus_id=surplus.pk, refund=retrieve_refund(refund.id))
        return
    order = Order.objects.filter(payment_intent_id=refund.payment_intent_id).first()
    if order is None:
        note_refund_of_unsettled(refund)
    elif order.state == Order.State.HELD:
        raise ObjectNotKnownYet(f"the payment of order {order.pk} waits for a decision")
    elif order.state == Order.State.PAID:
        note_refund_by_hand(order_id=order.pk, refund=retrieve_refund(refund.id))
    else:
        note_refund(order_id=order.pk, refund=retrieve_refund(refund.id))


def on_fraud_warning(event: EventFacts) -> None:
    """radar.early_fraud_warning.created: a bank says that a payment was fraud, before it disputes it."""
    warning = FraudWarning.from_stripe(event.object)
    if not warning.payment_intent_id:
        warning = replace(warning, payment_intent_id=payment_of_charge(warning.charge_id))
    # The order may not know its payment yet, but the payment knows its order.
    named = metadata_of_payment(warning.payment_intent_id).get("order") if warning.payment_intent_id else None
    if named:
        note_warning(order_id=UUID(named), warning=warning)


def _request_of(refund: Refund) -> RefundRequest | None:
    """The granted request that a refund belongs to: by its id, by our reference, or, made by hand, in place of one that
    the bank did not take.
    """
    granted = RefundRequest.objects.filter(line__order__payment_intent_id=refund.payment_intent_id, state="granted")
    for request in granted.order_by("created_at"):
        if refund.id == request.refund_id or refund.reference == reference_of(request.pk):
            return request
    if refund.reference or is_booked(refund):
        return None
    failed = granted.filter(payback="failed", granted_minor=refund.amount.amount_minor).select_related("line")
    return next((request for request in failed if _is_still_due(request.line, refund)), None)


def _returned_line_of(refund: Refund) -> LineReturn | None:
    """The refused line whose price a refund returns: by its id, by our reference, or in place of one that failed."""
    of_payment = LineReturn.objects.filter(line__order__payment_intent_id=refund.payment_intent_id)
    for row in of_payment.select_related("line"):
        if refund.id == row.refund_id or refund.reference == row.line.reference:
            return row
    if refund.reference or is_booked(refund):
        return None
    failed = of_payment.filter(state="failed", amount_minor=refund.amount.amount_minor)
    return next((row for row in failed.select_related("line") if _is_still_due(row.line, refund)), None)


def _is_still_due(line: OrderLine, refund: Refund) -> bool:
    """Whether the buyer is still owed so much for a line: others may have been paid from it meanwhile."""
    return due_to_buyer([line.reference]).get(line.reference, 0) >= refund.amount.amount_minor


def register() -> None:
    """Tell billing which events we wait for."""
    register_handler("checkout.session.completed", on_session_paid)
    register_handler("checkout.session.async_payment_succeeded", on_session_paid)
    register_handler("checkout.session.async_payment_failed", on_session_failed)
    register_handler("checkout.session.expired", on_session_expired)
    register_handler("payment_intent.payment_failed", on_card_declined)
    register_handler("radar.early_fraud_warning.created", on_fraud_warning)
    for change in ("created", "updated", "failed"):
        register_handler(f"refund.{change}", on_refund_changed)
