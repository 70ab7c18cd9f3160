"""Paid invoices of plans: months and their credits, a trial's credits, the revenue; and what is refunded of them."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Sum

from billing import gateway
from billing.documents.deferring import defer_credit_of_refund
from billing.errors import ObjectNotKnownYet
from billing.gateway import Invoice, Refund
from billing.models import AccountKind, Entry, PaidPeriod, PlanPrice, PlanSubscription, Reason, Transaction
from billing.services.credits import grant_credits
from billing.services.ledger import account_of, post
from billing.services.paid_periods import open_period, stop_period
from billing.services.plan_copies import copy_subscription
from billing.services.purchase_refunds import lock_purchase, take_back_credits
from billing.services.purchases import PURCHASE_KEY
from billing.services.revenue import record_revenue, revenue_with_tax, tax_going_with
from billing.services.taxes import note_taxes
from marketplace.core.clock import now
from marketplace.core.money import Money

# Where a subscription's metadata names our row.
SUBSCRIPTION_KEY = "plan_subscription"
# Invoices that can pay a period. A change within one that begins no new period has no line of a whole period.
_OF_PERIODS = {"subscription_create", "subscription_cycle", "subscription_update"}
_FAILED = {"failed", "canceled"}


def grant_for_invoice(invoice: Invoice) -> None:
    """Open the period that a paid invoice of a plan pays for and grant what has begun of it, once per invoice.

    Raises ObjectNotKnownYet.
    """
    if invoice.subscription_id is None or invoice.status != "paid" or invoice.cause not in _OF_PERIODS:
        return
    if not _is_of_plan(invoice):
        return
    payment = gateway.payment_of_invoice(invoice.id) if invoice.paid.amount_minor else ""
    taxes = gateway.invoice_taxes(invoice.id) if invoice.paid.amount_minor and invoice.computes_tax else ()
    with transaction.atomic():
        row = copy_subscription(invoice.subscription_id, ours=invoice.subscription_metadata.get(SUBSCRIPTION_KEY, ""))
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
        record_revenue(object_ref=ref, paid=invoice.paid, tax=_tax_paid(invoice), payment_ref=payment)


def _tax_paid(invoice: Invoice) -> Money:
    """The tax in what was paid: no more than that, where a balance at Stripe paid the rest."""
    return Money(max(0, min(invoice.tax.amount_minor, invoice.paid.amount_minor)), invoice.paid.currency)


def _is_of_plan(invoice: Invoice) -> bool:
    """Another room's subscription has other metadata."""
    if SUBSCRIPTION_KEY in invoice.subscription_metadata:
        return True
    return PlanSubscription.objects.filter(stripe_subscription_id=invoice.subscription_id).exists()


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


def note_plan_refund(*, refund_id: str, payment_ref: str) -> None:
    """Money of a plan's invoice or of a credit pack went back: it leaves the revenue. All of an invoice ends the months
    to come, and what was granted stays; for a pack see `take_back_credits`.

    Another room's refund is left alone, without a question to Stripe once its payment is in the ledger. Raises
    ObjectNotKnownYet where the payment's own event has not been processed.
    """
    paid = Transaction.objects.filter(stripe_ref=payment_ref).first()
    if paid is None:
        if gateway.invoice_of_payment(payment_ref) or PURCHASE_KEY in gateway.metadata_of_payment(payment_ref):
            raise ObjectNotKnownYet(payment=payment_ref)
        return
    if paid.reason == Reason.REVENUE:
        refund = gateway.retrieve_refund(refund_id)
        with transaction.atomic():
            purchase = lock_purchase(paid.object_ref)
            _book_refund(paid, refund)
            if purchase is not None:
                take_back_credits(purchase, refund, left_minor=_cash_left(paid.object_ref))


def _book_refund(paid: Transaction, refund: Refund) -> None:
    period = (
        PaidPeriod.objects.select_for_update(no_key=True)
        .filter(invoice_id=paid.object_ref.removeprefix("invoice:"))
        .first()
    )
    cash = account_of(AccountKind.CASH_AT_STRIPE, refund.amount.currency)
    amount = refund.amount.amount_minor
    effect = f"refunded:{refund.id}"
    tax = tax_going_with(paid, amount)
    booked, _is_new = post(
        object_ref=paid.object_ref,
        effect=effect,
        reason=Reason.REFUND,
        entries=[(cash, amount), *revenue_with_tax(-refund.amount, tax_minor=-tax)],
        stripe_ref=refund.id,
    )
    if refund.status in _FAILED:
        post(
            object_ref=paid.object_ref,
            effect=f"refund_failed:{refund.id}",
            reason=Reason.REFUND,
            entries=[(entry.account, -entry.amount_minor) for entry in booked.entries.select_related("account")],
            stripe_ref=refund.id,
        )
        return
    defer_credit_of_refund(booked)
    if period is not None and _cash_left(paid.object_ref) <= 0:
        stop_period(period, because=PaidPeriod.Stopped.REFUNDED)


def _cash_left(object_ref: str) -> int:
    """What of an invoice's payment has not gone back, in minor units."""
    moved = Entry.objects.filter(transaction__object_ref=object_ref, account__kind=AccountKind.CASH_AT_STRIPE)
    return -int(moved.aggregate(total=Sum("amount_minor"))["total"] or 0)
