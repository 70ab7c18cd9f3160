"""Refunds of a sold order that somebody made at Stripe, past the shop: the ledger and the licence follow."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import AccountKind, Dispute, Entry, Sale
from billing.services import record_refund, record_refund_failed
from billing.services.ledger import lock_available
from marketplace.core.money import Money, split_by_largest_remainder
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.models import Order

_FAILED = {"failed", "canceled"}


def note_refund_of_unsettled(refund: gateway.Refund) -> None:
    """A refund of a payment that no order knew when it was looked for: raises ObjectNotKnownYet where it is an order's
    whose payment we have not heard of yet, so that it is tried again; another room's is left alone.
    """
    payment = refund.payment_intent_id or ""
    named = gateway.metadata_of_payment(payment).get("order")
    # The payment may have been written while Stripe was asked: then it is tried again too.
    if named and Order.objects.filter(pk=named, payment_intent_id__in=["", payment]).exists():
        raise ObjectNotKnownYet(f"the payment of order {named} is not here")


@transaction.atomic
def note_refund_by_hand(*, order_id: UUID, refund: gateway.Refund) -> None:
    """Book a refund of a paid order over all that was sold with it, tips too, in proportion to what is left of each;
    once per refund and in any order.

    The licence of a line ends when all of its price is with the buyer. Nothing is done for an order that is not paid.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.state != Order.State.PAID:
        return
    grants = {line.reference: line.grant for line in order.lines.select_related("grant") if line.grant is not None}
    for work_id in sorted(grant.work_id for grant in grants.values()):  # rights before balances, as a sale locks them
        lock_rights(work_id=work_id)
    sold = Sale.objects.filter(order_ref=order.reference, kind=Sale.Kind.SALE, gross_minor__gt=0)
    known = list(sold.select_related("artist").order_by("artist_id", "pk"))
    lock_available(known)
    parts = _parts_of(refund, known)
    from marketplace.orders import tasks

    for line_ref, share in parts.items():
        if line_ref in grants:
            tasks.settle_referral.defer(line_id=line_ref.partition(":")[2])
        sale = record_refund(line_ref=line_ref, amount=share, refund_ref=refund.id)
        if refund.status in _FAILED:
            record_refund_failed(line_ref=line_ref, refund_ref=refund.id)
        elif refund.status == "succeeded" and sale.state == Sale.State.REFUNDED and line_ref in grants:
            _end_licence(grants[line_ref], sale)


def _parts_of(refund: gateway.Refund, sales: list[Sale]) -> dict[str, Money]:
    """How much of ``refund`` is of which sale: as it was booked, or else in proportion to what is left."""
    currency = refund.amount.currency
    booked = Entry.objects.filter(
        account__kind=AccountKind.CASH_AT_STRIPE,
        transaction__object_ref__in=[sale.line_ref for sale in sales],
        transaction__effect=f"refunded:{refund.id}",
    )
    parts = dict(booked.values_list("transaction__object_ref", "amount_minor"))
    if not parts:
        weights = [sale.gross_minor - sale.refunded_minor for sale in sales]
        if sum(weights) < refund.amount.amount_minor:  # a bank has kept some of it: the shop loses what is beyond
            weights = [sale.gross_minor for sale in sales]
        shares = split_by_largest_remainder(refund.amount.amount_minor, weights)
        parts = {sale.line_ref: share for sale, share in zip(sales, shares, strict=True) if share}
    return {sale.line_ref: Money(parts[sale.line_ref], currency) for sale in sales if sale.line_ref in parts}


def _end_licence(grant: LicenceGrant, sale: Sale) -> None:
    """With the reason that it has in whatever order refund and dispute are heard of: a bank's decision weighs more."""
    lost = sale.disputes.filter(dispute__outcome=Dispute.Outcome.LOST).first()
    if lost is not None:
        end_licence(grant=grant, reason=LicenceEnding.Reason.DISPUTED, note=lost.dispute_id)
    else:
        end_licence(grant=grant, reason=LicenceEnding.Reason.REFUNDED)
