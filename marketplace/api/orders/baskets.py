"""What a program asks to buy, as a basket."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.selectors import artist_by_handle
from marketplace.core.money import Money
from marketplace.licensing.selectors import active_offer
from marketplace.orders.basket import Basket, GiftWish, Wanted, WantedTip
from marketplace.orders.errors import BasketNotPossible
from marketplace.orders.selectors import bundle_by_id


def basket_in(said: dict[str, Any]) -> Basket:
    """From a valid NewPurchaseSerializer. Raises OfferNotFound, BundleNotFound and BasketNotPossible."""
    items = list(said.get("items", []))
    if "offer" in said:
        items.insert(0, {"offer": said["offer"]})
    gift = said.get("gift")
    return Basket(
        wanted=tuple(_wanted(item) for item in items),
        tips=tuple(_tip(tip) for tip in said.get("tips", [])),
        code=said["code"],
        bundles=tuple(bundle_by_id(one) for one in dict.fromkeys(said.get("bundles", []))),
        gift=GiftWish(gift["email"], gift["name"], gift["words"]) if gift else None,
    )


def _wanted(item: dict[str, Any]) -> Wanted:
    offer = active_offer(item["offer"])
    amount = item.get("amount_minor")
    return Wanted(offer, None if amount is None else Money(amount, offer.currency))


def _tip(tip: dict[str, Any]) -> WantedTip:
    artist = artist_by_handle(tip["artist"])
    if artist is None:
        raise BasketNotPossible(_("There is no such artist."), way_out=_("Look around."))
    return WantedTip(artist, Money(tip["amount_minor"], tip["currency"]), tip["words"])
