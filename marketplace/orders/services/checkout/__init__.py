"""From the click on Buy to Stripe's hosted page."""

from dataclasses import replace

from billing.tax import tax_place_of
from marketplace.accounts.addresses import Visit
from marketplace.accounts.models import User
from marketplace.catalog.audiences import Access
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.errors import WorkHeld
from marketplace.licensing.models import LicenceHold, LicenceOffer, WorkRights
from marketplace.orders.basket import Basket, Consent, GiftWish, Wanted, WantedTip
from marketplace.orders.models import Order
from marketplace.orders.selectors import order_id_in
from marketplace.orders.services.checkout.claiming import claim_order, refuse_unless_sold, works_in
from marketplace.orders.services.checkout.pricing import PricedBasket, PricedLine, price_basket
from marketplace.orders.services.checkout.sessions import open_session
from marketplace.orders.services.checkout.unpacking import unpacked
from marketplace.orders.services.closing import cancel_order, expire_order
from marketplace.orders.services.payment import settle_payment
from marketplace.risk.services import note_payment, note_stranger

__all__ = [
    "Basket",
    "Consent",
    "GiftWish",
    "PricedBasket",
    "PricedLine",
    "Wanted",
    "WantedTip",
    "close_other_checkouts",
    "open_order",
    "price_basket",
    "refuse_early",
    "start_checkout",
    "unpacked",
]


def start_checkout(*, buyer: User, offer: LicenceOffer, consent: Consent) -> Order:
    """Begin to buy one licence at its price (where the buyer may choose: at the suggested one). See `open_order`."""
    return open_order(buyer=buyer, basket=Basket((Wanted(offer),)), consent=consent)


def open_order(
    *,
    buyer: User,
    basket: Basket,
    consent: Consent,
    is_known: bool = True,
    referral_code: str = "",
    country: str = "",
    visit: Visit | None = None,
) -> Order:
    """Begin to buy ``basket``; the answer's ``checkout_url`` is Stripe's page. Pressed again: the same order.

    Exclusive licences are held for this order from here on, and others' open checkouts of these works end. The buyer's
    own open checkouts of other licences in these works are closed first. An order that costs nothing is settled at
    once and has no page at Stripe. ``is_known``: False for a guest, who is known by an e-mail address alone.
    ``referral_code``: of the link by which the buyer came. ``country``: the buyer's by her own choice, for the tax
    where she has no billing details (ISO 3166). ``visit``: a guest's, for whose address may be another's account.

    Raises OfferNotFound, OwnWork, WorkNotOnSale, WorkClosed, LicensedAlready, SoldExclusively, WorkHeld,
    BasketNotPossible, AmountNotPossible, DiscountNotUsable, BundleNotOnSale (nothing is charged in any of these), and
    the gateway's errors: after a retryable one, pressing again goes on.
    """
    place = tax_place_of(buyer if is_known else None, chosen=country)
    if place is not None:
        basket = replace(basket, price_tax=place.prices)
    _free_holds_that_are_over(basket)
    if is_known:
        close_other_checkouts(buyer=buyer, basket=basket)
    order = claim_order(buyer=buyer, basket=basket, consent=consent, is_known=is_known, referral_code=referral_code)
    if order.checkout_url:
        return order
    if order.is_by_stranger:
        note_stranger(subject_ref=order.reference, visit=visit or Visit())
    if order.total_minor == 0:
        if order.at_stake.amount_minor:
            # No card: who it is, and how many of them came, is all that it is judged by.
            note_payment(person=buyer, subject_ref=order.reference, card="", risk_level="")
        return settle_payment(order_id=order.pk, session_id="", payment_intent_id="", paid=Money(0, order.currency))
    return open_session(order, is_known=is_known)


def refuse_early(*, buyer: User | None, offer: LicenceOffer) -> None:
    """Tell before anything is filled in that ``offer`` cannot be bought now; without locks, so only as a courtesy.

    Raises OwnWork, SoldExclusively, WorkNotOnSale, WorkClosed, LicensedAlready, WorkHeld.
    """
    rights = WorkRights.objects.filter(work_id=offer.work_id).first() or WorkRights(work_id=offer.work_id)
    refuse_unless_sold(offer, rights=rights, access=Access(buyer), is_gift=False)
    hold = LicenceHold.objects.filter(work_id=offer.work_id, released_at=None, until__gt=now()).first()
    if hold is not None:
        order_id = order_id_in(hold.holder_ref)
        if buyer is None or order_id is None or not Order.objects.filter(pk=order_id, buyer=buyer).exists():
            raise WorkHeld(until=hold.until)


def _free_holds_that_are_over(basket: Basket) -> None:
    for over in LicenceHold.objects.filter(work_id__in=works_in(basket), released_at=None, until__lte=now()):
        if (order_id := order_id_in(over.holder_ref)) is not None:
            expire_order(order_id=order_id)


def close_other_checkouts(*, buyer: User, basket: Basket) -> None:
    """End the buyer's other open checkouts of these works.

    Not for a guest: whoever knows a person's address must not end what she is buying.
    """
    others = Order.objects.filter(buyer=buyer, state=Order.State.OPEN, lines__work_id__in=works_in(basket))
    for order in others.exclude(basket_key=basket.key).distinct():
        cancel_order(order=order)
