"""Refunds of a sold order that somebody made at Stripe, past the shop: the ledger and the licence follow."""

from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import Dispute, Sale
from billing.services import record_refund, record_refund_failed
from marketplace.core.money import Money, split_by_largest_remainder
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.models import Order

_FAILED = {"failed", "canceled"}


def note_refund_of_unsettled(refund: gateway.Refund) -> None:
    """A refund of a payment that no order knows: raises ObjectNotKnownYet where it is an order's whose payment we have
    not heard of yet, so that it is tried again; another room's is left alone.
    """
    named = gateway.metadata_of_payment(refund.payment_intent_id or "").get("order")
    if named and Order.objects.filter(pk=named, payment_intent_id="").exists():
        raise ObjectNotKnownYet(f"the payment of order {named} is not here")


@transaction.atomic
def note_refund_by_hand(*, order_id: UUID, refund: gateway.Refund) -> None:
    """Book a refund of a paid order over its lines, in proportion to their prices, once per refund and in any order.

    The licence of a line ends when all of its price is with the buyer. Nothing is done for an order that is not paid.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state != Order.State.PAID:
        return
    lines = list(order.lines.select_related("grant").order_by("pk"))
    for work_id in sorted(line.work_id for line in lines):  # rights before balances, as a sale locks them
        lock_rights(work_id=work_id)
    sales = {sale.line_ref: sale for sale in Sale.objects.filter(order_ref=order.reference, gross_minor__gt=0)}
    sold = [line for line in lines if line.reference in sales]
    prices = [sales[line.reference].gross_minor for line in sold]
    shares = split_by_largest_remainder(refund.amount.amount_minor, prices)
    for line, share in sorted(zip(sold, shares, strict=True), key=lambda part: sales[part[0].reference].artist_id):
        sale = record_refund(line_ref=line.reference, amount=Money(share, refund.amount.currency), refund_ref=refund.id)
        if refund.status in _FAILED:
            record_refund_failed(line_ref=line.reference, refund_ref=refund.id)
        elif refund.status == "succeeded" and sale.state == Sale.State.REFUNDED and line.grant is not None:
            _end_licence(line.grant, sale)


def _end_licence(grant: LicenceGrant, sale: Sale) -> None:
    """With the reason that it has in whatever order refund and dispute are heard of: a bank's decision weighs more."""
    lost = sale.disputes.filter(dispute__outcome=Dispute.Outcome.LOST).first()
    if lost is not None:
        end_licence(grant=grant, reason=LicenceEnding.Reason.DISPUTED, note=lost.dispute_id)
    else:
        end_licence(grant=grant, reason=LicenceEnding.Reason.REFUNDED)
