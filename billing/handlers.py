"""What billing does about Stripe's events. Another room's checkouts, told by their metadata, are left alone."""

import logging

from billing.gateway import (
    BankPayout,
    CheckoutSession,
    EventFacts,
    FraudWarning,
    Invoice,
    Payment,
    checkout_taxes,
    id_of,
    payment_of_charge,
    retrieve_dispute,
)
from billing.models import CreditPurchase, StripeCustomer
from billing.services.bank_refusals import note_bank_arrival, note_bank_refusal
from billing.services.disputes import note_dispute
from billing.services.judged_payments import refuse_disputed
from billing.services.onboarding import ARTIST_KEY, copy_payout_account, is_replaced
from billing.services.own_refunds import note_own_refund
from billing.services.own_warnings import note_warning
from billing.services.payout_reversals import note_reversals
from billing.services.plan_copies import copy_subscription
from billing.services.plan_invoices import SUBSCRIPTION_KEY, grant_for_invoice
from billing.services.plans import forget_start, start_from_checkout
from billing.services.purchases import PURCHASE_KEY, complete_purchase, expire_purchase
from billing.services.top_ups import complete_top_up
from billing.webhooks import register_handler
from marketplace.risk.services import note_declined_card

logger = logging.getLogger(__name__)


def checkout_completed(event: EventFacts) -> None:
    """checkout.session.completed and .async_payment_succeeded"""
    session = CheckoutSession.from_stripe(event.object)
    if PURCHASE_KEY in session.metadata:
        taxes = checkout_taxes(session.id) if session.computes_tax and session.is_paid else None
        complete_purchase(session, taxes=taxes)
    elif SUBSCRIPTION_KEY in session.metadata:
        start_from_checkout(session)


def checkout_expired(event: EventFacts) -> None:
    """checkout.session.expired"""
    session = CheckoutSession.from_stripe(event.object)
    if PURCHASE_KEY in session.metadata:
        expire_purchase(session)
    elif SUBSCRIPTION_KEY in session.metadata:
        forget_start(session)


def subscription_changed(event: EventFacts) -> None:
    """customer.subscription.*"""
    ours = (event.object.get("metadata") or {}).get(SUBSCRIPTION_KEY)
    if ours:
        copy_subscription(event.object["id"], ours=ours)


def invoice_paid(event: EventFacts) -> None:
    """invoice.paid"""
    grant_for_invoice(Invoice.from_stripe(event.object))


def invoice_failed(event: EventFacts) -> None:
    """invoice.payment_failed: the subscription is read as it is now, so a payment that came meanwhile counts."""
    invoice = Invoice.from_stripe(event.object)
    ours = invoice.subscription_metadata.get(SUBSCRIPTION_KEY)
    if invoice.subscription_id and ours:
        copy_subscription(invoice.subscription_id, ours=ours)


def payment_succeeded(event: EventFacts) -> None:
    """payment_intent.succeeded: of an automatic top-up, whose own answer may have been lost."""
    payment = Payment.from_stripe(event.object)
    ours = payment.metadata.get(PURCHASE_KEY)
    purchase = CreditPurchase.objects.filter(pk=ours, is_automatic=True).first() if ours else None
    if purchase is not None:
        complete_top_up(purchase_id=purchase.pk, payment=payment)


def payment_failed(event: EventFacts) -> None:
    """payment_intent.payment_failed: a bank refused a card for credits or a plan; orders note their own."""
    if (event.object.get("metadata") or {}).get("order"):
        return
    customer = StripeCustomer.objects.filter(stripe_customer_id=id_of(event.object.get("customer")) or "").first()
    if customer is not None:
        error = event.object.get("last_payment_error") or {}
        code = str(error.get("decline_code") or error.get("code") or "card_declined")
        note_declined_card(person=customer.user, code=code, event_ref=event.id)


def fraud_warned(event: EventFacts) -> None:
    """radar.early_fraud_warning.created: a payment for credits or a plan that waits is refused, one that was accepted
    is looked at. Orders act on their own.
    """
    warning = FraudWarning.from_stripe(event.object)
    payment = warning.payment_intent_id or payment_of_charge(warning.charge_id)
    refuse_disputed(payment_ref=payment, reason=f"The bank warns of fraud: {warning.type}")
    note_warning(payment_ref=payment, fraud_type=warning.type)


def refund_changed(event: EventFacts) -> None:
    """refund.*: Stripe is asked for how it stands now, so the order of events does not matter."""
    payment = id_of(event.object.get("payment_intent"))
    if payment:
        note_own_refund(refund_id=event.object["id"], payment_ref=payment)


def account_updated(event: EventFacts) -> None:
    """account.updated"""
    artist_id = (event.object.get("metadata") or {}).get(ARTIST_KEY)
    if artist_id and not is_replaced(event.object["id"], artist_id=artist_id):
        copy_payout_account(event.object["id"])


def transfer_reversed(event: EventFacts) -> None:
    """transfer.reversed: somebody took a payout back at Stripe."""
    ours = (event.object.get("metadata") or {}).get("payout")
    if ours:
        note_reversals(payout_id=ours, transfer_id=event.object["id"])


def bank_payout_failed(event: EventFacts) -> None:
    """payout.failed: an artist's bank did not take her money, or ours did not."""
    payout = BankPayout.from_stripe(event.object)
    if event.account:
        note_bank_refusal(account_id=event.account, payout=payout)
    else:
        logger.error("the shop's own bank refused the payout %s: %s", payout.id, payout.failure_code)


def bank_payout_arrived(event: EventFacts) -> None:
    """payout.paid"""
    if event.account:
        note_bank_arrival(account_id=event.account, payout=BankPayout.from_stripe(event.object))


def dispute_changed(event: EventFacts) -> None:
    """charge.dispute.*: Stripe is asked for how it stands now, so the order of events does not matter."""
    note_dispute(retrieve_dispute(event.object["id"]))


def register() -> None:
    """Called once, when the app is ready."""
    for event_type in ("checkout.session.completed", "checkout.session.async_payment_succeeded"):
        register_handler(event_type, checkout_completed)
    for event_type in ("checkout.session.expired", "checkout.session.async_payment_failed"):
        register_handler(event_type, checkout_expired)
    for change in ("created", "updated", "deleted", "paused", "resumed"):
        register_handler(f"customer.subscription.{change}", subscription_changed)
    register_handler("invoice.paid", invoice_paid)
    register_handler("invoice.payment_failed", invoice_failed)
    register_handler("payment_intent.succeeded", payment_succeeded)
    register_handler("payment_intent.payment_failed", payment_failed)
    register_handler("radar.early_fraud_warning.created", fraud_warned)
    for change in ("created", "updated", "failed"):
        register_handler(f"refund.{change}", refund_changed)
    register_handler("account.updated", account_updated)
    register_handler("transfer.reversed", transfer_reversed)
    register_handler("payout.failed", bank_payout_failed)
    register_handler("payout.paid", bank_payout_arrived)
    for change in ("created", "updated", "funds_withdrawn", "funds_reinstated", "closed"):
        register_handler(f"charge.dispute.{change}", dispute_changed)
