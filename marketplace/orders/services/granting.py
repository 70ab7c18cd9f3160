"""Giving one licence of a paid order and booking its sale; or saying why it cannot be given."""

from collections.abc import Sequence

from billing.services import record_promotion, record_sale
from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.money import Money, split_by_largest_remainder
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceGrant, LicenceTerms
from marketplace.licensing.selectors import valid_licence_of
from marketplace.licensing.services import grant_licence, withdraw_from_sale
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.services.referrals import reward_line
from recommendations.services import record_event
from recommendations.viewers import viewer_of

Refusal = Order.Refusal


class LineRefused(Exception):
    """Carries the reason out of the savepoint in which the sale was tried."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal


def grant_line(order: Order, line: OrderLine, *, holder: User, look_alikes: Sequence[Work]) -> None:
    """Give ``holder`` the licence, book the sale and note the purchase. The caller has locked the works' rights.

    ``look_alikes``: works that show the same picture as one that is sold exclusively here. Raises LineRefused.
    """
    grant = _grant(order, line, holder)
    for work in look_alikes:
        withdraw_from_sale(work_id=work.pk)
    line.grant = grant
    line.save(update_fields=["grant"])
    sale = record_sale(
        order_ref=order.reference,
        line_ref=line.reference,
        artist=line.work.artist,
        gross=line.paid,
        tax=line.tax,
        work=line.work,
        payment_ref=order.payment_intent_id,
    )
    if order.is_discounted_by_platform:
        record_promotion(sale=sale, discount=_without_tax(line, line.discount))
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


def _without_tax(line: OrderLine, amount: Money) -> Money:
    """``amount`` as prices are said on this line, without the tax in it: so much of it as of the price."""
    inside = (line.tax - line.tax_added).amount_minor
    if not inside:
        return amount
    net, _tax = split_by_largest_remainder(amount.amount_minor, [line.price_minor - inside, inside])
    return Money(net, amount.currency)


def _grant(order: Order, line: OrderLine, holder: User) -> LicenceGrant:
    if line.work.artist.user_id == holder.pk:
        raise LineRefused(Refusal.OWN_WORK)
    if Work.objects.filter(pk=line.work_id, status=Work.Status.HIDDEN).exists():
        raise LineRefused(Refusal.NOT_ON_SALE)
    codes = [line.offer.terms.code, LicenceTerms.Code.EXCLUSIVE.value]
    if valid_licence_of(holder=holder, work=line.work, terms_codes=codes) is not None:
        raise LineRefused(Refusal.LICENSED_ALREADY)
    try:
        return grant_licence(
            offer=line.offer,
            version=line.version,
            holder=holder,
            order_line_ref=line.reference,
            price=line.price,
            holder_ref=order.reference,
        )
    except SoldExclusively as error:
        raise LineRefused(Refusal.SOLD_EXCLUSIVELY) from error
    except WorkHeld as error:
        raise LineRefused(Refusal.HELD_BY_ANOTHER) from error
