"""What Stripe's events mean for memberships. Each may come twice, late, before the redirect, and in any order."""

from billing.gateway import CheckoutSession, Invoice, id_of
from billing.webhooks import EventFacts, register_handler
from marketplace.memberships.services import book_paid_invoice, forget_start, note_refund
from marketplace.memberships.services.copies import copy_membership
from marketplace.memberships.services.joining import MEMBERSHIP_KEY


def on_checkout_completed(event: EventFacts) -> None:
    """checkout.session.completed"""
    session = CheckoutSession.from_stripe(event.object)
    if MEMBERSHIP_KEY in session.metadata and session.subscription_id:
        copy_membership(session.subscription_id, ours=session.metadata[MEMBERSHIP_KEY])


def on_checkout_expired(event: EventFacts) -> None:
    """checkout.session.expired"""
    session = CheckoutSession.from_stripe(event.object)
    if MEMBERSHIP_KEY in session.metadata:
        forget_start(session)


def on_subscription_changed(event: EventFacts) -> None:
    """customer.subscription.*"""
    ours = (event.object.get("metadata") or {}).get(MEMBERSHIP_KEY)
    if ours:
        copy_membership(event.object["id"], ours=ours)


def on_invoice_paid(event: EventFacts) -> None:
    """invoice.paid"""
    book_paid_invoice(Invoice.from_stripe(event.object))


def on_invoice_failed(event: EventFacts) -> None:
    """invoice.payment_failed: the subscription is read as it is now, so a payment that came meanwhile counts."""
    invoice = Invoice.from_stripe(event.object)
    ours = invoice.subscription_metadata.get(MEMBERSHIP_KEY)
    if invoice.subscription_id and ours:
        copy_membership(invoice.subscription_id, ours=ours)


def on_refund_changed(event: EventFacts) -> None:
    """refund.*: Stripe is asked for how it stands now, so the order of events does not matter."""
    payment = id_of(event.object.get("payment_intent"))
    if payment:
        note_refund(refund_id=event.object["id"], payment_ref=payment)


def register() -> None:
    """Called once, when the app is ready."""
    register_handler("checkout.session.completed", on_checkout_completed)
    register_handler("checkout.session.expired", on_checkout_expired)
    for change in ("created", "updated", "deleted", "paused", "resumed"):
        register_handler(f"customer.subscription.{change}", on_subscription_changed)
    register_handler("invoice.paid", on_invoice_paid)
    register_handler("invoice.payment_failed", on_invoice_failed)
    for change in ("created", "updated", "failed"):
        register_handler(f"refund.{change}", on_refund_changed)
