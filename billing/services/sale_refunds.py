"""Refunds of sales, whole and in parts: the fee goes back in proportion, the rest is the artist's to give."""

from django.db import transaction

from billing.documents.deferring import defer_credit_of_refund
from billing.errors import RefundExceedsSale, RefundNotFound, SaleNotFound
from billing.models import Account, AccountKind, Reason, Sale, Transaction
from billing.services.disputes import taken_from_artist
from billing.services.ledger import account_of, lock_balance, post
from billing.services.shares import fee_in
from billing.services.unused_payments import record_return_failed
from marketplace.core.clock import now
from marketplace.core.money import Money


@transaction.atomic
def record_refund(*, line_ref: str, amount: Money | None = None, refund_ref: str = "") -> Sale:
    """Record that the buyer of ``line_ref`` got ``amount`` back, or all that is left of it (None).

    ``refund_ref`` is Stripe's id of the refund and makes it one effect: a repetition changes nothing. What the artist
    has been paid out already becomes her debt, which her next sales repay. Raises SaleNotFound, RefundExceedsSale.
    """
    sale, available = _locked(line_ref)
    effect = _effect(refund_ref)
    if sale.state == Sale.State.REFUNDED or Transaction.objects.filter(object_ref=line_ref, effect=effect).exists():
        return sale
    left = sale.left
    given = left if amount is None else amount
    if given.currency != sale.currency or not 0 <= given.amount_minor <= left.amount_minor:
        raise RefundExceedsSale(left=str(left), asked=str(given))
    fee = fee_in(sale, given.amount_minor)
    share = given.amount_minor - fee
    if given.amount_minor:
        booked, _is_new = post(
            object_ref=line_ref,
            effect=effect,
            reason=Reason.REFUND,
            entries=[
                (account_of(AccountKind.CASH_AT_STRIPE, sale.currency), given.amount_minor),
                (account_of(AccountKind.PLATFORM_FEES, sale.currency), -fee),
                *taken_from_artist(sale, available, share),
            ],
            stripe_ref=refund_ref,
        )
        defer_credit_of_refund(booked)
    sale.refunded_minor += given.amount_minor
    sale.fee_refunded_minor += fee
    if sale.refunded_minor == sale.gross_minor:
        sale.state = Sale.State.REFUNDED
    sale.refunded_at = now()
    sale.save(update_fields=["state", "refunded_minor", "fee_refunded_minor", "refunded_at"])
    return sale


@transaction.atomic
def record_refund_failed(*, line_ref: str, refund_ref: str) -> Sale:
    """Record that the bank did not take a refund: Stripe has the money again, and it is still the buyer's.

    What was decided stays: artist and platform have given their shares. Once per refund; `record_unused_returned` with
    ``line_ref`` books what reaches the buyer in another way. Raises SaleNotFound, and RefundNotFound where that refund
    was never recorded.
    """
    sale, _available = _locked(line_ref)
    refund = Transaction.objects.filter(object_ref=line_ref, effect=_effect(refund_ref)).first()
    if refund is None:
        raise RefundNotFound(refund=refund_ref)
    given = refund.entries.get(account__kind=AccountKind.CASH_AT_STRIPE).amount_minor
    record_return_failed(object_ref=line_ref, returned=Money(given, sale.currency), refund_ref=refund_ref)
    return sale


def _locked(line_ref: str) -> tuple[Sale, Account]:
    known = Sale.objects.filter(line_ref=line_ref).select_related("artist").first()
    if known is None:
        raise SaleNotFound(line_ref=line_ref)
    available = account_of(AccountKind.ARTIST_AVAILABLE, known.currency, artist=known.artist)
    lock_balance(available)
    return Sale.objects.select_for_update(of=("self",)).select_related("artist").get(pk=known.pk), available


def _effect(refund_ref: str) -> str:
    return f"refunded:{refund_ref}" if refund_ref else "refunded"
