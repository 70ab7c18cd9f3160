"""Discount codes: what one takes off, who may still use it, and its uses, kept within its limits."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money, share_of_basis_points, split_by_largest_remainder
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.errors import DiscountNotUsable
from marketplace.orders.models import DiscountCode, DiscountUse, Order

State = DiscountUse.State


def usable_code(text: str, *, buyer: User | None, lock: bool = False) -> DiscountCode:
    """The code that ``text`` names, if ``buyer`` may use it now; locked until the transaction ends where asked.

    Raises DiscountNotUsable with the reason.
    """
    codes = DiscountCode.objects.select_for_update(no_key=True, of=("self",)) if lock else DiscountCode.objects
    code = codes.select_related("artist").filter(code=text.strip().upper()).first()
    if code is None or not code.is_active:
        raise DiscountNotUsable(_("There is no such code."), way_out=_("Look for a slip of the pen, or go on without."))
    moment = now()
    if code.starts_at is not None and moment < code.starts_at:
        raise DiscountNotUsable(_("This code is not valid yet."), way_out=_("Come back later, or go on without."))
    if not code.is_current(moment):
        raise DiscountNotUsable(_("This code is not valid any more."), way_out=_("Go on without it."))
    counted = DiscountUse.objects.filter(code=code, state__in=DiscountUse.COUNTED)
    if code.most_uses is not None and counted.count() >= code.most_uses:
        raise DiscountNotUsable(_("This code has been used up."), way_out=_("Go on without it."))
    most = code.most_uses_per_buyer
    if buyer is not None and most is not None and counted.filter(buyer=buyer).count() >= most:
        raise DiscountNotUsable(_("You have used this code already."), way_out=_("Go on without it."))
    return code


def taken_off(code: DiscountCode, priced: Sequence[tuple[LicenceOffer, Money]]) -> list[int]:
    """What ``code`` takes off each price, in minor units; an amount is shared in proportion (largest remainder).

    Raises DiscountNotUsable where it is for none of these works, or is an amount in another currency.
    """
    works = set(code.works.values_list("pk", flat=True))
    eligible = [
        (code.artist_id is None or offer.work.artist_id == code.artist_id) and (not works or offer.work_id in works)
        for offer, _price in priced
    ]
    if not any(eligible):
        raise DiscountNotUsable(_("This code is for other works."), way_out=_("Go on without it."))
    prices = [price.amount_minor if fits else 0 for (_offer, price), fits in zip(priced, eligible, strict=True)]
    if code.share_basis_points is not None:
        return [share_of_basis_points(price, code.share_basis_points) for price in prices]
    if code.currency != priced[0][1].currency:
        raise DiscountNotUsable(_("This code is in another currency."), way_out=_("Go on without it."))
    return split_by_largest_remainder(min(code.amount_minor or 0, sum(prices)), prices)


def keep_use(*, order: Order, code: DiscountCode) -> DiscountUse:
    """Count a use for an open order; the caller has locked the code by ``usable_code``."""
    return DiscountUse.objects.create(order=order, code=code, buyer=order.buyer)


def note_used(*, order: Order) -> None:
    """The order is paid. One that had ended, and whose payment came late, keeps what was promised."""
    DiscountUse.objects.filter(order=order).update(state=State.USED)


def give_use_back(*, order: Order) -> None:
    """The order ended unpaid: somebody else may use the code."""
    DiscountUse.objects.filter(order=order, state=State.KEPT).update(state=State.GIVEN_BACK)
