"""Paid invoices of plans: months and their credits, a trial's credits, the revenue."""

from datetime import timedelta

from django.db import transaction

from billing import gateway
from billing.gateway import Invoice
from billing.models import PlanPrice, PlanSubscription, Reason
from billing.services.credits import grant_credits
from billing.services.judged_payments import is_accepted, note_card
from billing.services.paid_periods import open_period
from billing.services.plan_copies import copy_subscription
from billing.services.revenue import record_revenue
from billing.services.taxes import note_taxes
from marketplace.core.clock import now

# Where a subscription's metadata names our row.
SUBSCRIPTION_KEY = "plan_subscription"
# Invoices that can pay a period. A change within one that begins no new period has no line of a whole period.
_OF_PERIODS = {"subscription_create", "subscription_cycle", "subscription_update"}


def grant_for_invoice(invoice: Invoice) -> None:
    """Open the period that a paid invoice of a plan pays for and grant what has begun of it, once per invoice.

    It waits where it is the first payment of a plan and raises a question.

    Raises ObjectNotKnownYet and the gateway's errors.
    """
    if invoice.subscription_id is None or invoice.status != "paid" or invoice.cause not in _OF_PERIODS:
        return
    if not _is_of_plan(invoice):
        return
    payment = gateway.payment_of_invoice(invoice.id) if invoice.paid.amount_minor else ""
    taxes = gateway.invoice_taxes(invoice.id) if invoice.paid.amount_minor and invoice.computes_tax else ()
    ours = invoice.subscription_metadata.get(SUBSCRIPTION_KEY, "")
    known = PlanSubscription.objects.select_related("user").filter(pk=ours).first() if ours else None
    if known is not None and payment and _is_first_payment(known):
        note_card(object_ref=f"invoice:{invoice.id}", person=known.user, payment_ref=payment)
    with transaction.atomic():
        row = copy_subscription(invoice.subscription_id, ours=ours)
        if payment and _is_first_payment(row):
            # By it is seen that this very plan waits: its benefits do as well.
            PlanSubscription.objects.filter(pk=row.pk).update(first_invoice_id=invoice.id)
        if payment and _is_first_payment(row) and not _is_accepted(row, invoice, payment):
            return
        if row.extended_to is not None and not invoice.paid.amount_minor:
            return  # of the time by which a rest has moved the end of a paid year: it brings nothing
        starts_at, ends_at = invoice.period_start, invoice.period_end
        if _is_of_trial(row, invoice):
            _grant_trial(row)
        elif starts_at is not None and ends_at is not None:
            price = PlanPrice.objects.select_related("plan").filter(stripe_price_id=invoice.price_id).first()
            open_period(
                subscription=row,
                plan=price.plan if price else row.plan,
                invoice_id=invoice.id,
                payment_ref=payment,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        ref = f"invoice:{invoice.id}"
        note_taxes(object_ref=ref, lines=taxes, buyer_tax_id=invoice.buyer_tax_id)
        record_revenue(object_ref=ref, paid=invoice.paid, tax=invoice.tax_paid, payment_ref=payment)


def _is_of_plan(invoice: Invoice) -> bool:
    """Another room's subscription has other metadata."""
    if SUBSCRIPTION_KEY in invoice.subscription_metadata:
        return True
    return PlanSubscription.objects.filter(stripe_subscription_id=invoice.subscription_id).exists()


def settle_held_invoice(*, invoice_id: str) -> None:
    """Act on the decision about the first payment of a plan, once. Raises the gateway's errors."""
    grant_for_invoice(gateway.retrieve_invoice(invoice_id))


def _is_first_payment(row: PlanSubscription) -> bool:
    """Whether nothing that was paid for has begun: what follows is charged to a card that has been looked at."""
    return not row.periods.exclude(payment_ref="").exists()


def _is_accepted(row: PlanSubscription, invoice: Invoice, payment: str) -> bool:
    return is_accepted(object_ref=f"invoice:{invoice.id}", person=row.user, paid=invoice.paid, payment_ref=payment)


def _is_of_trial(row: PlanSubscription, invoice: Invoice) -> bool:
    if row.trial_ends_at is None or invoice.period_start is None or invoice.paid.amount_minor:
        return False
    return invoice.period_start < row.trial_ends_at


def _grant_trial(row: PlanSubscription) -> None:
    if row.plan.trial_credits:
        lasts = row.plan.credits_last_days
        grant_credits(
            user=row.user,
            amount=row.plan.trial_credits,
            reason=Reason.TRIAL,
            object_ref=f"trial:{row.user_id}",
            effect="trial_credits",
            expires_at=now() + timedelta(days=lasts) if lasts else None,
        )
