"""A refund of a sold order in the ledger, by its parts, and the licences that end with the last of their price."""

from billing import gateway
from billing.models import Dispute, Sale
from billing.services import record_refund, record_refund_failed, record_return_failed, record_unused_returned
from billing.services.ledger import lock_available
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.models import Order
from marketplace.orders.services.parts_of_refunds import Parts, due_to_buyer

_FAILED = {"failed", "canceled"}


def lock_sales(order: Order) -> list[Sale]:
    """What was sold with a locked order, tips too; its rights locked, then its artists' balances, as a sale does."""
    for work_id in sorted(order.lines.filter(grant__isnull=False).values_list("work_id", flat=True)):
        lock_rights(work_id=work_id)
    sold = Sale.objects.filter(order_ref=order.reference, kind=Sale.Kind.SALE, gross_minor__gt=0)
    sold = sold.select_related("artist").order_by("artist_id", "pk")
    lock_available(list(sold))
    return list(sold.all())


def book(refund: gateway.Refund, parts: Parts) -> None:
    """Each part of a refund, once; and that the bank did not take it, where it did not."""
    for line_ref, share in parts.of_sales.items():
        _book_of_sale(refund, line_ref, Money(share, refund.amount.currency))
    for line_ref, share in parts.of_dues.items():
        _book_of_due(refund, line_ref, Money(share, refund.amount.currency))


def end_licences_of_whole(order: Order, parts: Parts) -> None:
    """End the licences of those of its lines whose whole price is with the buyer now."""
    touched = {*parts.of_sales, *parts.of_dues}
    for line in order.lines.select_related("grant"):
        if line.grant is not None and line.reference in touched:
            _end_licence_of_whole(line.grant, line.reference)


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
