"""Giving one licence of a paid order and booking its sale; or saying why it cannot be given."""

from collections.abc import Sequence

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceGrant, LicenceTerms
from marketplace.licensing.selectors import valid_licence_of
from marketplace.licensing.services import grant_licence, withdraw_from_sale
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.services.booking import book_line
from marketplace.orders.services.referrals import reward_line
from marketplace.royalties.selectors import Sharing
from recommendations.services import record_event
from recommendations.viewers import viewer_of

Refusal = Order.Refusal


class LineRefused(Exception):
    """Carries the reason out of the savepoint in which the sale was tried."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal


def grant_line(order: Order, line: OrderLine, *, holder: User, look_alikes: Sequence[Work], sharing: Sharing) -> None:
    """Give ``holder`` the licence, book the sale and note the purchase. The caller has locked the works' rights.

    ``look_alikes``: works that show the same picture as one that is sold exclusively here. ``sharing``: who else earns
    with the work. Raises LineRefused.
    """
    grant = _grant(order, line, holder)
    for work in look_alikes:
        withdraw_from_sale(work_id=work.pk)
    line.grant = grant
    line.save(update_fields=["grant"])
    sale = book_line(order, line, sharing=sharing)
    reward_line(order=order, line=line, sale=sale, holder=holder)
    viewer = viewer_of(user=order.buyer)
    assert viewer is not None
    record_event(
        kind="bought",
        work_id=line.work_id,
        viewer=viewer,
        once_key=line.reference,
        happened_at=grant.granted_at,
    )


def _grant(order: Order, line: OrderLine, holder: User) -> LicenceGrant:
    if line.work.artist.user_id == holder.pk:
        raise LineRefused(Refusal.OWN_WORK)
    if Work.objects.filter(pk=line.work_id, status=Work.Status.HIDDEN).exists():
        raise LineRefused(Refusal.NOT_ON_SALE)
    codes = [line.offer.terms.code, LicenceTerms.Code.EXCLUSIVE.value]
    if valid_licence_of(holder=holder, work=line.work, terms_codes=codes) is not None:
        raise LineRefused(Refusal.LICENSED_ALREADY)
    # The same row, with its artist: whoever is told of the licence need not ask for it again.
    line.offer.work = line.work
    try:
        return grant_licence(
            offer=line.offer,
            version=line.version,
            holder=holder,
            order_line_ref=line.reference,
            price=line.price,
            holder_ref=order.reference,
            is_known=not order.made_as_guest and holder.pk == order.buyer_id,
        )
    except SoldExclusively as error:
        raise LineRefused(Refusal.SOLD_EXCLUSIVELY) from error
    except WorkHeld as error:
        raise LineRefused(Refusal.HELD_BY_ANOTHER) from error
