"""Refunds of a sold order that somebody made at Stripe, past the shop: the ledger and the licence follow."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import Dispute, Sale
from billing.services import record_refund, record_refund_failed, record_return_failed, record_unused_returned
from billing.services.ledger import lock_available
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.models import LineReturn, Order, RefundRequest
from marketplace.orders.services.parts_of_refunds import due_to_buyer, parts_of

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
    once per refund and in any order. What an earlier refund that failed has left due is paid by it first.

    The licence of a line ends when all of its price is with the buyer. Nothing is done for an order that is not paid.
    Raises ObjectNotKnownYet where more went back than we know to be there, or where it was booked in this moment in
    place of another: tried again, it is found there.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.state != Order.State.PAID:
        return
    if _has_taken_anothers_place(refund, order):
        raise ObjectNotKnownYet(refund=refund.id)
    grants = {line.reference: line.grant for line in order.lines.select_related("grant") if line.grant is not None}
    for work_id in sorted(grant.work_id for grant in grants.values()):  # rights before balances, as a sale locks them
        lock_rights(work_id=work_id)
    sold = Sale.objects.filter(order_ref=order.reference, kind=Sale.Kind.SALE, gross_minor__gt=0)
    sold = sold.select_related("artist").order_by("artist_id", "pk")
    lock_available(list(sold))
    parts = parts_of(refund, order=order, sales=list(sold.all()))
    for line_ref, share in parts.of_sales.items():
        _book_of_sale(refund, line_ref, Money(share, refund.amount.currency))
    for line_ref, share in parts.of_dues.items():
        _book_of_due(refund, line_ref, Money(share, refund.amount.currency))
    if refund.status == "succeeded":
        for line_ref in {*parts.of_sales, *parts.of_dues} & {*grants}:
            _end_licence_of_whole(grants[line_ref], line_ref)


def _has_taken_anothers_place(refund: gateway.Refund, order: Order) -> bool:
    requests = RefundRequest.objects.filter(line__order=order, refund_id=refund.id)
    returns = LineReturn.objects.filter(line__order=order, refund_id=refund.id)
    return requests.exists() or returns.exists()


def _book_of_sale(refund: gateway.Refund, line_ref: str, share: Money) -> None:
    from marketplace.orders import tasks

    record_refund(line_ref=line_ref, amount=share, refund_ref=refund.id)
    if refund.status in _FAILED:
        record_refund_failed(line_ref=line_ref, refund_ref=refund.id)
    if line_ref.startswith("order_line:"):
        tasks.settle_referral.defer(line_id=line_ref.partition(":")[2])


def _book_of_due(refund: gateway.Refund, line_ref: str, share: Money) -> None:
    record_unused_returned(object_ref=line_ref, returned=share, refund_ref=refund.id)
    if refund.status in _FAILED:
        record_return_failed(object_ref=line_ref, returned=share, refund_ref=refund.id)


def _end_licence_of_whole(grant: LicenceGrant, line_ref: str) -> None:
    sale = Sale.objects.get(line_ref=line_ref)
    if sale.state == Sale.State.REFUNDED and not due_to_buyer([line_ref]):
        _end_licence(grant, sale)


def _end_licence(grant: LicenceGrant, sale: Sale) -> None:
    """With the reason that it has in whatever order refund and dispute are heard of: a bank's decision weighs more."""
    lost = sale.disputes.filter(dispute__outcome=Dispute.Outcome.LOST).first()
    if lost is not None:
        end_licence(grant=grant, reason=LicenceEnding.Reason.DISPUTED, note=lost.dispute_id)
    else:
        end_licence(grant=grant, reason=LicenceEnding.Reason.REFUNDED)
