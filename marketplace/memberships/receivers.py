"""What memberships do when billing says that something happened."""

from billing.models import Dispute, Sale
from marketplace.memberships.services.payments import REFERENCE_KIND


def end_lost_membership(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """The member's bank kept a whole payment: the membership ends, by a job that is queued in the same transaction.

    Not here: the sale is locked already, and a membership's row is locked before sales.
    """
    from marketplace.memberships.tasks import end_disputed

    kind, _colon, invoice_id = sale.line_ref.partition(":")
    if kind == REFERENCE_KIND and sale.state == Sale.State.REFUNDED:
        end_disputed.defer(invoice_id=invoice_id)
