"""What orders do when billing says that something happened."""

from billing.models import Dispute, Sale
from marketplace.licensing.models import LicenceEnding
from marketplace.licensing.services import end_licence
from marketplace.orders.models import OrderLine

_PREFIX = "order_line:"


def end_lost_licence(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """The buyer's bank kept the whole price: the licence ends, in the same transaction."""
    if sale.state != Sale.State.REFUNDED or not sale.line_ref.startswith(_PREFIX):
        return
    line = OrderLine.objects.select_related("grant").filter(pk=sale.line_ref.removeprefix(_PREFIX)).first()
    if line is not None and line.grant is not None:
        end_licence(grant=line.grant, reason=LicenceEnding.Reason.DISPUTED, note=dispute.pk)
