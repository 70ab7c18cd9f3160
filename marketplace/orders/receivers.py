"""What orders do when billing says that something happened."""

from billing.models import Dispute, Sale

_PREFIX = "order_line:"


def end_lost_licence(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """The buyer's bank kept the whole price: the licence ends, by a job that is queued in the same transaction.

    What a referral got in credits for it goes back by another, for a part as well. Not here: whoever ends a licence
    locks its rights before sales, and the sale is locked already.
    """
    from marketplace.orders import tasks

    if sale.line_ref.startswith(_PREFIX):
        tasks.settle_referral.defer(line_id=sale.line_ref.removeprefix(_PREFIX))
    if sale.state == Sale.State.REFUNDED and sale.line_ref.startswith(_PREFIX):
        tasks.end_disputed_licence.defer(line_id=sale.line_ref.removeprefix(_PREFIX), dispute_id=dispute.pk)
