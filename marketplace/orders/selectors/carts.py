"""What is in a cart, as it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.audiences import closed_among
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import closed_error
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant, LicenceHold, LicenceTerms
from marketplace.licensing.selectors import active_offers_prefetch
from marketplace.orders.basket import Wanted
from marketplace.orders.models import Cart, CartBundle, CartItem, Order
from marketplace.orders.selectors.bundles import PresentBundle, bundles_named, present_bundles
from marketplace.orders.selectors.orders import order_id_in


@dataclass(frozen=True, slots=True)
class CartLine:
    """An item as it stands now: its price, and why it cannot be bought (empty where it can).

    ``is_closed``: the work is for others now, and its picture too.
    """

    item: CartItem
    wanted: Wanted
    price: Money
    problem: str
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class CartBundleLine:
    """A bundle in a cart as it stands now, and why it cannot be bought (empty where it can)."""

    item: CartBundle
    present: PresentBundle
    problem: str

    @property
    def price(self) -> Money:
        """What it costs this buyer."""
        return self.present.price


def bundles_in(cart: Cart | None, *, buyer: User | None) -> list[CartBundleLine]:
    """The bundles in a cart, what came first first. The number of queries does not grow with them."""
    items = list(CartBundle.objects.filter(cart=cart).order_by("added_at")) if cart else []
    if not items:
        return []
    bundles = bundles_named(item.bundle_id for item in items)
    present = {one.bundle.pk: one for one in present_bundles(bundles, buyer=buyer)}
    lines: list[CartBundleLine] = []
    taken: set[UUID] = set()
    for item in items:
        found = present[item.bundle_id]
        works = {part.offer.work_id for part in found.parts}
        problem = found.problem
        if not problem and works & taken:
            problem = _("Another bundle in your cart has some of its works.")
        taken |= set() if problem else works
        lines.append(CartBundleLine(item, found, problem))
    return lines


def lines_in(cart: Cart | None, *, buyer: User | None, bundles: Sequence[CartBundleLine] = ()) -> list[CartLine]:
    """The single licences in a cart, what came first first. Six queries, however many items, and those of the buyer's
    access where some are not for everybody.

    ``bundles``: those in the same cart; what is in one that can be bought need not be bought twice. An offer whose
    price has changed is replaced by the present one of the same licence.
    """
    if cart is None:
        return []
    items = list(
        CartItem.objects.filter(cart=cart)
        .select_related("work__artist", "work__rights", "offer__terms")
        .prefetch_related("work__texts", "work__versions__files", active_offers_prefetch("work__"))
        .order_by("added_at")
    )
    works = [item.work_id for item in items]
    held = {
        (grant.work_id, grant.terms.code): grant
        for grant in LicenceGrant.objects.filter(holder=buyer, work_id__in=works, ending=None).select_related("terms")
    }
    holds = LicenceHold.objects.filter(work_id__in=works, released_at=None, until__gt=now())
    kept_from_her = {hold.work_id: hold for hold in holds if not _is_held_by(buyer, hold)}
    bought = {part.offer.work_id for line in bundles if not line.problem for part in line.present.parts}
    closed = closed_among((item.work for item in items), buyer)
    return [_cart_line(item, buyer, held, kept_from_her, bought, closed) for item in items]


def _is_held_by(buyer: User | None, hold: LicenceHold) -> bool:
    order_id = order_id_in(hold.holder_ref)
    return buyer is not None and order_id is not None and Order.objects.filter(pk=order_id, buyer=buyer).exists()


def _cart_line(
    item: CartItem,
    buyer: User | None,
    held: dict[tuple[UUID, str], LicenceGrant],
    kept_from_her: dict[UUID, LicenceHold],
    in_bundles: set[UUID],
    closed: set[UUID],
) -> CartLine:
    code = item.offer.terms.code
    present = next((offer for offer in item.work.active_offers if offer.terms.code == code), None)  # type: ignore[attr-defined]
    offer = present or item.offer
    offer.work = item.work
    amount = None
    if item.amount_minor is not None and offer.suggested is not None:
        amount = Money(max(item.amount_minor, offer.price_minor), offer.currency)
    problem = ""
    if item.work.sold_exclusively:
        problem = _("It was sold exclusively and cannot be bought any more.")
    elif item.work.status != Work.Status.LISTED or present is None:
        problem = _("It is not on sale at the moment.")
    elif buyer is not None and item.work.artist.user_id == buyer.pk:
        problem = _("This is your own work; you need no licence.")
    elif item.work_id in closed:
        problem = closed_error(item.work).message
    elif (item.work_id, code) in held or (item.work_id, LicenceTerms.Code.EXCLUSIVE.value) in held:
        problem = _("You have this licence already.")
    elif item.work_id in kept_from_her:
        until = date_format(localtime(kept_from_her[item.work_id].until), "H:i")
        problem = _("Somebody is buying it exclusively; until %(time)s UTC at the latest.") % {"time": until}
    elif item.work_id in in_bundles:
        problem = _("It is in a bundle in your cart.")
    wanted = Wanted(offer, amount)
    price = amount or offer.suggested or offer.price
    return CartLine(item, wanted, price, problem, is_closed=item.work_id in closed)
