"""Discount codes: what one takes off, who may still use it, and its uses, kept within its limits."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.accounts.selectors import has_confirmed_address
from marketplace.core.clock import now
from marketplace.core.money import Money, share_of_basis_points, split_by_largest_remainder
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.errors import DiscountNotUsable
from marketplace.orders.models import DiscountCode, DiscountUse, Order

State = DiscountUse.State
# How often a code that the platform pays for can be used where nobody said it.
MOST_USES_UNSAID = 100


def usable_code(text: str, *, buyer: User | None, is_known: bool = True, lock: bool = False) -> DiscountCode:
    """The code that ``text`` names, if ``buyer`` may use it now; locked until the transaction ends where asked.

    ``is_known``: the buyer has signed in. Whoever has not and only typed her address (or none yet: ``buyer`` None) uses
    up nothing of hers, and is told nothing of what she has used. Raises DiscountNotUsable with the reason.
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
    if code.is_paid_by_platform:
        _refuse_unless_confirmed(buyer if is_known else None)
    counted = DiscountUse.objects.filter(code=code, state__in=DiscountUse.COUNTED)
    in_all = MOST_USES_UNSAID if code.most_uses is None and code.is_paid_by_platform else code.most_uses
    if in_all is not None and counted.count() >= in_all:
        raise DiscountNotUsable(_("This code has been used up."), way_out=_("Go on without it."))
    most = code.most_uses_per_buyer
    if buyer is not None and most is not None:
        hers = counted.filter(buyer=buyer, order__made_as_guest=not is_known).count()
        if hers >= most and is_known:
            raise DiscountNotUsable(_("You have used this code already."), way_out=_("Go on without it."))
        if hers >= most:
            raise DiscountNotUsable(
                _("This code cannot be used for this order."), way_out=_("Sign in, or go on without it.")
            )
    return code


def _refuse_unless_confirmed(buyer: User | None) -> None:
    """The platform gives its money to people, not to addresses that anybody can make up."""
    if buyer is None:
        raise DiscountNotUsable(
            _("This code is for people who have signed in."),
            way_out=_("Sign in or make an account, or go on without it."),
        )
    if not has_confirmed_address(buyer):
        raise DiscountNotUsable(
            _("This code is for people whose e-mail address is confirmed."),
            way_out=_("Confirm yours by the letter that we sent to it, or go on without the code."),
        )


def taken_off(code: DiscountCode, priced: Sequence[tuple[LicenceOffer, Money]]) -> list[int]:
    """What ``code`` takes off each price, in minor units; an amount is shared in proportion (largest remainder).

    What the platform pays counts on the artist's least price, where a buyer may give more, and ends at the code's
    ceiling.

    Raises DiscountNotUsable where it is for none of these works, or is an amount in another currency.
    """
    works = set(code.works.values_list("pk", flat=True))
    eligible = [
        (code.artist_id is None or offer.work.artist_id == code.artist_id) and (not works or offer.work_id in works)
        for offer, _price in priced
    ]
    if not any(eligible):
        raise DiscountNotUsable(_("This code is for other works."), way_out=_("Go on without it."))
    prices = [_counted(code, *one) if fits else 0 for one, fits in zip(priced, eligible, strict=True)]
    if code.share_basis_points is not None:
        return _within_ceiling(
            code, [share_of_basis_points(price, code.share_basis_points) for price in prices], priced
        )
    if code.currency != priced[0][1].currency:
        raise DiscountNotUsable(_("This code is in another currency."), way_out=_("Go on without it."))
    return split_by_largest_remainder(min(code.amount_minor or 0, sum(prices)), prices)


def _counted(code: DiscountCode, offer: LicenceOffer, price: Money) -> int:
    return min(price.amount_minor, offer.price_minor) if code.is_paid_by_platform else price.amount_minor


def _within_ceiling(code: DiscountCode, off: list[int], priced: Sequence[tuple[LicenceOffer, Money]]) -> list[int]:
    most = code.most_off(priced[0][1].currency)
    if most is None or sum(off) <= most.amount_minor:
        return off
    return split_by_largest_remainder(most.amount_minor, off)


def keep_use(*, order: Order, code: DiscountCode) -> DiscountUse:
    """Count a use for an open order; the caller has locked the code by ``usable_code``."""
    return DiscountUse.objects.create(order=order, code=code, buyer=order.buyer)


def note_used(*, order: Order) -> None:
    """The order is paid. One that had ended, and whose payment came late, keeps what was promised."""
    if order.discount_code_id is not None:
        DiscountUse.objects.filter(order=order).update(state=State.USED)


def give_use_back(*, order: Order) -> None:
    """The order ended unpaid: somebody else may use the code."""
    DiscountUse.objects.filter(order=order, state=State.KEPT).update(state=State.GIVEN_BACK)
