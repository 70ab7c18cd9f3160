"""Refunds of sales, whole and in parts: fee, tax and royalties go back in proportion, the rest is the artist's to
give.
"""

from django.db import transaction

from billing.documents.deferring import defer_credit_of_refund
from billing.errors import RefundExceedsSale, RefundNotFound, SaleNotFound
from billing.models import Account, AccountKind, Reason, Sale, Transaction
from billing.services.artist_money import taken_from_artist
from billing.services.dependent_sales import settle_parts
from billing.services.disputes import give_up_hold, lost_to_disputes
from billing.services.ledger import account_of, lock_available, post
from billing.services.shares import deducted_in, take_back_deducted
from billing.services.unused_payments import record_refund_due_again
from billing.signals import sale_refunded
from marketplace.core.clock import now
from marketplace.core.money import Money


@transaction.atomic
def record_refund(*, line_ref: str, amount: Money | None = None, refund_ref: str = "") -> Sale:
    """Record that the buyer of ``line_ref`` got ``amount`` back, or all that is left of it (None).

    ``refund_ref`` is Stripe's id of the refund and makes it one effect: a repetition changes nothing. What the artist
    has been paid out already becomes her debt, which her next sales repay. A refund and a dispute of one payment end
    alike in whatever order they are heard of: together they cost the artist the price once, the rest is the shop's
    loss. Raises SaleNotFound, RefundExceedsSale.
    """
    sale, available = _locked(line_ref)
    effect = _effect(refund_ref)
    if Transaction.objects.filter(object_ref=line_ref, effect=effect).exists():
        return sale
    given = sale.left if amount is None else amount
    shops = _beyond_what_is_left(sale, available, given, refund_ref)
    if sale.state == Sale.State.REFUNDED and not shops:
        return sale
    left = sale.left
    of_sale = given.amount_minor - shops
    if given.currency != sale.currency or not 0 <= of_sale <= left.amount_minor:
        raise RefundExceedsSale(left=str(left), asked=str(given))
    _give_back(sale, available, of_sale, shops=shops, effect=effect, refund_ref=refund_ref)
    refund_parts(sale, effect=effect)
    sale_refunded.send(sender=Sale, sale=sale, amount=given, refund_ref=refund_ref)
    return sale


def refund_parts(sale: Sale, *, effect: str) -> None:
    """What came with a sale goes back in the proportion in which the sale has gone (`settle_parts`)."""
    settle_parts(sale, effect=effect, reason=Reason.REFUND)


def _give_back(
    sale: Sale, available: Account, of_sale: int, *, effect: str, refund_ref: str = "", shops: int = 0
) -> None:
    """``of_sale`` minor units of a locked sale go back to where they came from; ``shops`` more at the shop's loss."""
    deducted = deducted_in(sale, of_sale)
    taken_back = take_back_deducted(sale, of_sale, deducted)
    if of_sale + shops:
        booked, _is_new = post(
            object_ref=sale.line_ref,
            effect=effect,
            reason=Reason.REFUND,
            entries=[
                (account_of(sale.paid_from, sale.currency), of_sale + shops),
                *taken_back,
                (account_of(AccountKind.DISPUTE_LOSSES, sale.currency), -shops),
                *taken_from_artist(sale, available, of_sale - deducted),
            ],
            stripe_ref=refund_ref,
        )
        if sale.paid_from == AccountKind.CASH_AT_STRIPE:
            defer_credit_of_refund(booked)
    if sale.refunded_minor == sale.gross_minor:
        sale.state = Sale.State.REFUNDED
    sale.refunded_at = now()
    sale.save()


def _beyond_what_is_left(sale: Sale, available: Account, given: Money, refund_ref: str) -> int:
    """What of a refund is the shop's loss, because a bank has kept that much of the price already (minor units).

    What a dispute only holds is freed for the refund.
    """
    beyond = given.amount_minor - sale.left.amount_minor
    if beyond <= 0 or given.currency != sale.currency:
        return 0
    beyond -= give_up_hold(sale, available, beyond, effect=_effect(refund_ref, "free_for"))
    return min(beyond, lost_to_disputes(sale))


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
    record_refund_due_again(object_ref=line_ref, refunded=Money(given, sale.currency), refund_ref=refund_ref)
    return sale


def _locked(line_ref: str) -> tuple[Sale, Account]:
    known = Sale.objects.filter(line_ref=line_ref).select_related("artist").first()
    if known is None:
        raise SaleNotFound(line_ref=line_ref)
    lock_available([known])
    available = account_of(AccountKind.ARTIST_AVAILABLE, known.currency, artist=known.artist)
    return Sale.objects.select_for_update(no_key=True, of=("self",)).select_related("artist").get(
        pk=known.pk
    ), available


def _effect(refund_ref: str, word: str = "refunded") -> str:
    return f"{word}:{refund_ref}" if refund_ref else word
