"""Refunds of what the shop sells of its own, made by hand at Stripe: credits (packs, top-ups) and plans' invoices."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from billing import gateway
from billing.documents.deferring import defer_credit_of_refund
from billing.errors import ObjectNotKnownYet
from billing.gateway import Refund
from billing.models import (
    AccountKind,
    CreditPurchase,
    Dispute,
    Entry,
    JudgedPayment,
    PaidPeriod,
    PlanSubscription,
    Reason,
    Transaction,
)
from billing.services.ledger import account_of, post
from billing.services.paid_periods import go_on_with_period, stop_period
from billing.services.payments_lost import given_back_to_payment, taken_of_payment
from billing.services.purchases import PURCHASE_KEY
from billing.services.refused_payments import note_refund_of_refused
from billing.services.taken_back import credits_granted_for, take_back_credits
from marketplace.accounts.models import User
from marketplace.core.money import Money, split_by_largest_remainder

_FAILED = {"failed", "canceled"}
_UNDECIDED = (JudgedPayment.State.HELD, JudgedPayment.State.ACCEPTED)
_PURCHASE, _INVOICE = "purchase:", "invoice:"


def note_own_refund(*, refund_id: str, payment_ref: str) -> None:
    """Money of a credit purchase or of a plan's invoice went back: it leaves the revenue, once per refund and in any
    order, and with it the credits that were bought, as far as nobody has spent them. One that failed restores both.

    Of a credit purchase they go in proportion to the money. Of a plan's invoice all of it must have gone back: then
    what its months brought is taken back and no further one begins; the plan itself stays as Stripe says. Another
    room's refund is left alone. Raises ObjectNotKnownYet where the payment's own event has not been processed, and
    where the payment waits for a decision.
    """
    paid = Transaction.objects.filter(stripe_ref=payment_ref, reason=Reason.REVENUE).first()
    if paid is None:
        refused = JudgedPayment.objects.filter(payment_ref=payment_ref).exclude(state__in=_UNDECIDED).first()
        if refused is not None and payment_ref:
            note_refund_of_refused(object_ref=refused.object_ref, refund=gateway.retrieve_refund(refund_id))
            return
        # The payment may be written while Stripe is asked: it is tried again then too, and found.
        if _is_ours(payment_ref):
            raise ObjectNotKnownYet(payment=payment_ref)
        return
    refund = gateway.retrieve_refund(refund_id)
    with transaction.atomic():
        if paid.object_ref.startswith(_PURCHASE):
            _book_refund_of_purchase(paid, refund)
        elif paid.object_ref.startswith(_INVOICE):
            _book_refund_of_invoice(paid, refund)


def _is_ours(payment_ref: str) -> bool:
    known = Transaction.objects.filter(stripe_ref=payment_ref)
    if known.exclude(object_ref__startswith=_PURCHASE).exclude(object_ref__startswith=_INVOICE).exists():
        return False  # another room's, without a question to Stripe
    return PURCHASE_KEY in gateway.metadata_of_payment(payment_ref) or bool(gateway.invoice_of_payment(payment_ref))


def _book_refund_of_purchase(paid: Transaction, refund: Refund) -> None:
    purchase = _locked_purchase(paid)
    _book(paid, refund)
    _take_back_of_purchase(purchase, paid)


def _take_back_of_purchase(purchase: CreditPurchase, paid: Transaction) -> None:
    """The caller has locked the purchase's row."""
    left = _left_of(paid)
    gone = purchase.paid.amount_minor - left
    take_back_credits(
        user=purchase.user,
        object_ref=paid.object_ref,
        due=split_by_largest_remainder(purchase.credits, [left, gone])[1],
        refunded=Money(gone, purchase.currency),
    )


def _book_refund_of_invoice(paid: Transaction, refund: Refund) -> None:
    period = _locked_period(paid)
    _book(paid, refund)
    if period is not None:
        _take_back_of_period(period, paid, period.subscription.user, refund.amount.currency)


def _take_back_of_period(period: PaidPeriod, paid: Transaction, user: User, currency: str) -> None:
    """The caller has locked the period's row and its subscription's."""
    object_ref = paid.object_ref
    if _left_of(paid) <= 0:
        stop_period(period, because=PaidPeriod.Stopped.REFUNDED)
        due, gone = credits_granted_for(object_ref), _paid(object_ref)
    elif period.stopped_because == PaidPeriod.Stopped.DISPUTED:
        return  # a bank decides on the rest of the payment
    else:
        go_on_with_period(period)
        due, gone = 0, 0
    take_back_credits(user=user, object_ref=object_ref, due=due, refunded=Money(gone, currency))


def _book(paid: Transaction, refund: Refund) -> None:
    currency, amount = refund.amount.currency, refund.amount.amount_minor
    cash = account_of(AccountKind.CASH_AT_STRIPE, currency)
    booked, _is_new = post(
        object_ref=paid.object_ref,
        effect=f"refunded:{refund.id}",
        reason=Reason.REFUND,
        entries=[(cash, amount), *taken_of_payment(paid.stripe_ref, AccountKind.CREDIT_SALES, currency, amount)],
        stripe_ref=refund.id,
    )
    if refund.status not in _FAILED:
        defer_credit_of_refund(booked)
        return
    post(
        object_ref=paid.object_ref,
        effect=f"refund_failed:{refund.id}",
        reason=Reason.REFUND,
        entries=[
            (cash, -amount),
            *given_back_to_payment(
                paid.stripe_ref, AccountKind.CREDIT_SALES, currency, amount, tax_minor=_tax_taken_by(booked)
            ),
        ],
        stripe_ref=refund.id,
    )


def _tax_taken_by(booked: Transaction) -> int:
    taken = booked.entries.filter(account__kind=AccountKind.TAX_COLLECTED).aggregate(total=Sum("amount_minor"))["total"]
    return -int(taken or 0)


def brought_revenue(payment_ref: str) -> bool:
    """Whether a payment was for credits or a plan."""
    return bool(payment_ref) and Transaction.objects.filter(stripe_ref=payment_ref, reason=Reason.REVENUE).exists()


@transaction.atomic
def take_back_of_disputed(*, dispute_id: str) -> None:
    """A bank has kept money of a credit purchase or of a plan's invoice: what it brought is taken back as after a
    refund of as much (`note_own_refund`). May run twice, and beside a refund.
    """
    dispute = Dispute.objects.get(pk=dispute_id)
    paid = Transaction.objects.filter(stripe_ref=dispute.payment_ref, reason=Reason.REVENUE).first()
    if paid is None or not dispute.payment_ref:
        return
    if paid.object_ref.startswith(_PURCHASE):
        _take_back_of_purchase(_locked_purchase(paid), paid)
    elif paid.object_ref.startswith(_INVOICE):
        locked = _locked_period(paid)
        if locked is not None:
            _take_back_of_period(locked, paid, locked.subscription.user, dispute.currency)


def _locked_purchase(paid: Transaction) -> CreditPurchase:
    purchases = CreditPurchase.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return purchases.get(pk=UUID(paid.object_ref.removeprefix(_PURCHASE)))


def _locked_period(paid: Transaction) -> PaidPeriod | None:
    """Locked as whoever grants a month locks it: no month can be granted beside this. None for an invoice that began no
    period: of a change within one.
    """
    known = PaidPeriod.objects.filter(invoice_id=paid.object_ref.removeprefix(_INVOICE)).first()
    if known is None:
        return None
    PlanSubscription.objects.select_for_update(no_key=True).get(pk=known.subscription_id)
    periods = PaidPeriod.objects.select_for_update(of=("self",), no_key=True).select_related("subscription__user")
    return periods.get(pk=known.pk)


def _left_of(paid: Transaction) -> int:
    """What of a payment has neither gone back nor been kept by a bank, in minor units; what did both counts once."""
    lost = Dispute.objects.filter(payment_ref=paid.stripe_ref, outcome=Dispute.Outcome.LOST)
    kept = int(lost.aggregate(total=Sum("amount_minor"))["total"] or 0)
    return max(0, -_sum(Entry.objects.filter(transaction__object_ref=paid.object_ref)) - kept)


def _paid(object_ref: str) -> int:
    return -_sum(Entry.objects.filter(transaction__object_ref=object_ref, transaction__reason=Reason.REVENUE))


def _sum(entries: QuerySet[Entry]) -> int:
    at_stripe = entries.filter(account__kind=AccountKind.CASH_AT_STRIPE)
    return int(at_stripe.aggregate(total=Sum("amount_minor"))["total"] or 0)
