"""What somebody wants to buy at once, before it has prices: licences, tips, a code, a person whom it is for."""

import hashlib
import json
from dataclasses import dataclass

from marketplace.accounts.models import Artist
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.models import Bundle

# Stripe's page takes 100 lines; nobody checks as many by eye.
MOST_LICENCES = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A licence to buy. ``amount``: what the buyer gives where she may choose, before a discount.

    ``bundle``: the licence is bought as a part of it, and ``amount`` is its share of the bundle's price.
    """

    offer: LicenceOffer
    amount: Money | None = None
    bundle: Bundle | None = None


@dataclass(frozen=True, slots=True)
class WantedTip:
    """Money for an artist, with words of at most 280 letters."""

    artist: Artist
    amount: Money
    words: str = ""


@dataclass(frozen=True, slots=True)
class GiftWish:
    """Whom the licences are for."""

    email: str
    name: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """The buyer's consent to delivery at once, with the version and the language of what she was shown."""

    version: str
    language: str


@dataclass(frozen=True, slots=True)
class Basket:
    """All of one order. ``bundles`` become ``wanted`` when it is priced (`services.checkout.unpacking`).

    ``origin``: a guest's cart, so that nobody else with her address comes into her order. ``by_club``: the buyer's club
    gives the licences, and the platform pays their artists. ``price_tax``: whether its prices are said with tax or
    without (`billing.tax.PriceTax`); empty: no tax is computed.
    """

    wanted: tuple[Wanted, ...] = ()
    tips: tuple[WantedTip, ...] = ()
    code: str = ""
    gift: GiftWish | None = None
    origin: str = ""
    bundles: tuple[Bundle, ...] = ()
    by_club: bool = False
    price_tax: str = ""

    @property
    def key(self) -> str:
        """The same for the same order pressed twice: a SHA-256 in hexadecimal."""
        gift = None if self.gift is None else [self.gift.email.lower(), self.gift.name, self.gift.words]
        content = [
            sorted([str(one.offer.pk), _plain(one.amount)] for one in self.wanted),
            sorted([str(tip.artist.pk), _plain(tip.amount), tip.words] for tip in self.tips),
            self.code.strip().upper(),
            gift,
            self.origin,
        ]
        if self.by_club:
            content.append("club")
        if self.bundles:
            content.append(sorted(str(bundle.pk) for bundle in self.bundles))
        if self.price_tax:
            content.append(self.price_tax)
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _plain(amount: Money | None) -> str:
    return "" if amount is None else f"{amount.amount_minor} {amount.currency}"
