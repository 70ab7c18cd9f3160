"""Orders and licences as the templates show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding, LicenceGrant, LicenceOffer
from marketplace.orders.models import Bundle, Gift, Order, OrderLine, OrderTip
from marketplace.orders.selectors import CartBundleLine, CartLine, PresentBundle
from marketplace.orders.services import PricedBasket
from marketplace.pages.orders.pictures import best_picture


@dataclass(frozen=True, slots=True)
class Bought:
    """A licence with the words and the picture beside it."""

    grant: LicenceGrant
    title: str
    picture: str
    ended: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A licence of an order with its words and picture, and why it was refused."""

    line: OrderLine
    title: str
    picture: str
    refusal: str

    @property
    def ending(self) -> LicenceEnding | None:
        """How its licence ended, where it did."""
        return getattr(self.line.grant, "ending", None)


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order with its lines, words and pictures. ``line`` is the first; None for a tip alone."""

    order: Order
    lines: tuple[ShownLine, ...]
    tips: tuple[OrderTip, ...]
    gift: Gift | None
    title: str
    declined: str
    refusal: str

    @property
    def line(self) -> OrderLine | None:
        """The first one."""
        return self.lines[0].line if self.lines else None

    @property
    def picture(self) -> str:
        """The first one's."""
        return self.lines[0].picture if self.lines else ""

    @property
    def granted(self) -> int:
        """How many licences were given."""
        return sum(shown.line.grant is not None for shown in self.lines)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of a cart with its words and picture."""

    line: CartLine
    title: str
    picture: str


@dataclass(frozen=True, slots=True)
class ShownBundle:
    """A bundle in a cart with its pictures."""

    line: CartBundleLine
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownWanted:
    """A licence that is about to be bought. ``price`` is after the discount."""

    offer: LicenceOffer
    title: str
    picture: str
    listed: Money
    price: Money
    bundle: Bundle | None


def bought(grant: LicenceGrant) -> Bought:
    """From a grant of ``licences_of``."""
    ending = getattr(grant, "ending", None)
    return Bought(
        grant=grant,
        title=title_in(grant.work, get_language() or "en"),
        picture=best_picture(grant.version.files.all()),
        ended=ending.get_reason_display() if ending else "",
    )


def shown_order(order: Order, *, is_known: bool = True) -> ShownOrder:
    """From an order of ``orders_of``. ``is_known``: whoever looks has signed in, and may read what her account has to
    do with it.
    """
    language = get_language() or "en"
    lines = tuple(
        ShownLine(
            line,
            title_in(line.work, language),
            best_picture(line.version.files.all()),
            _refusal_of(order, line, is_known=is_known),
        )
        for line in order.lines.all()
    )
    tips = tuple(order.tips.all())
    return ShownOrder(
        order=order,
        lines=lines,
        tips=tips,
        gift=getattr(order, "gift", None),
        title=_title_of(lines, tips),
        declined=decline_in_words(order.decline_code) if order.declined_at else "",
        refusal=_refusal_of(order, order, is_known=is_known),
    )


def _refusal_of(order: Order, refused: Order | OrderLine, *, is_known: bool) -> str:
    """Why it was refused. To somebody who may only have typed an address, what we refuse for the account behind it and
    what we refuse for the payment read alike.
    """
    hidden = (*Order.ABOUT_THE_ACCOUNT, Order.Refusal.NOT_ACCEPTED)
    if order.made_as_guest and not is_known and refused.refusal in hidden:
        return _("We could not accept it. What we write to the address of the order says more.")
    return str(refused.get_refusal_display())


def _title_of(lines: tuple[ShownLine, ...], tips: tuple[OrderTip, ...]) -> str:
    if not lines:
        return _("A tip for %(artist)s") % {"artist": ", ".join(tip.artist.name for tip in tips)}
    if len(lines) == 1:
        return lines[0].title
    more = len(lines) - 1
    return ngettext("%(title)s and %(more)d more work", "%(title)s and %(more)d more works", more) % {
        "title": lines[0].title,
        "more": more,
    }


def shown_items(lines: Iterable[CartLine]) -> list[ShownItem]:
    """From ``lines_in``."""
    return [
        ShownItem(
            line,
            title_in(line.item.work, get_language() or "en"),
            "" if line.is_closed else picture_in(line.item.work),
        )
        for line in lines
    ]


def shown_bundles(lines: Iterable[CartBundleLine]) -> list[ShownBundle]:
    """From ``bundles_in``."""
    return [ShownBundle(line, pictures_in(line.present)) for line in lines]


def shown_wanted(priced: PricedBasket | None) -> list[ShownWanted]:
    """All licences of a basket that has a price."""
    if priced is None:
        return []
    return [
        ShownWanted(
            offer=line.offer,
            title=title_in(line.offer.work, get_language() or "en"),
            picture=picture_in(line.offer.work),
            listed=line.price + line.discount,
            price=line.price,
            bundle=line.bundle,
        )
        for line in priced.lines
    ]


def pictures_in(bundle: PresentBundle) -> tuple[str, ...]:
    """Of the first four of its works that are open to whoever looks."""
    works = [work for work in bundle.works if work.pk not in bundle.closed]
    return tuple(filter(None, map(picture_in, works[:4])))


def picture_in(work: Work) -> str:
    """Reads prefetched ``versions`` and their ``files``."""
    present = next((version for version in work.versions.all() if version.is_current), None)
    return best_picture(present.files.all()) if present else ""


def decline_in_words(code: str) -> str:
    """What a bank's refusal means for the buyer. Codes: https://docs.stripe.com/declines/codes"""
    match code:
        case "insufficient_funds":
            return _("The card has not enough money.")
        case "expired_card":
            return _("The card has expired.")
        case "incorrect_cvc" | "invalid_cvc":
            return _("The security code was wrong.")
        case "incorrect_number" | "invalid_number":
            return _("The card number was wrong.")
        case "processing_error" | "try_again_later":
            return _("The bank could not be reached.")
        case "authentication_required":
            return _("The bank wanted you to confirm the payment.")
        case _:
            return _("The bank refused the card without saying why.")
