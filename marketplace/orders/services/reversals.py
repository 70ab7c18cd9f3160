"""Taking back what cost nothing: there is no refund of it, but the platform may have paid its artist for it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Sale
from billing.services import record_refund
from billing.services.ledger import lock_available
from marketplace.accounts.models import User
from marketplace.core.errors import NotAllowed
from marketplace.licensing.models import LicenceEnding
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.errors import OrderNotFound, ReversalNotPossible
from marketplace.orders.models import Order, OrderLine


def reversible_lines(order: Order) -> list[OrderLine]:
    """The licences of a paid order for which the buyer paid nothing and that have not ended."""
    if order.state != Order.State.PAID:
        return []
    lines = order.lines.filter(grant__isnull=False, grant__ending=None).select_related("grant", "work__artist")
    return [line for line in lines.prefetch_related("work__texts").order_by("work_id") if not line.paid.amount_minor]


@transaction.atomic
def reverse_free_order(*, administrator: User, order_id: UUID, because: str) -> list[LicenceEnding]:
    """End the licences of an order for which nothing was paid, take back what the platform paid their artists, and tell
    the buyer ``because`` of what. Licences for which something was paid stay: they are refunded.

    Raises OrderNotFound, NotAllowed (no right to change orders, or one's own order or work) and ReversalNotPossible.
    """
    from marketplace.orders import tasks

    order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(way_out=_("Look at the list of orders."))
    lines = reversible_lines(order)
    sellers = {line.work.artist.user_id for line in lines}
    if not administrator.has_perm("orders.change_order") or administrator.pk in {order.buyer_id, *sellers}:
        raise NotAllowed(_("You may not take back this order."), way_out=_("Ask somebody who may."))
    if not because.strip():
        raise ReversalNotPossible(_("Say why, in a sentence."), way_out=_("The buyer reads it."))
    if not lines:
        raise ReversalNotPossible(
            _("There is no licence in it that cost nothing and has not ended."),
            way_out=_("What was paid for is refunded."),
        )
    for line in lines:  # rights before balances, as a sale locks them
        lock_rights(work_id=line.work_id)
    sold = Sale.objects.filter(line_ref__in=[line.reference for line in lines]).select_related("artist")
    lock_available(list(sold))
    endings = []
    for line in lines:
        assert line.grant is not None  # of reversible lines
        record_refund(line_ref=line.reference, refund_ref=f"reversal:{order.pk}")
        ended = end_licence(grant=line.grant, reason=LicenceEnding.Reason.REVERSED, note=because.strip()[:500])
        endings.append(ended)
    tasks.tell_reversed.defer(order_id=str(order.pk))
    return endings
