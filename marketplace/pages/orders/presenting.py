"""Orders and licences as the templates show them."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.catalog.selectors import title_in
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.models import Order, OrderLine
from marketplace.pages.orders.pictures import best_picture


@dataclass(frozen=True, slots=True)
class Bought:
    """A licence with the words and the picture beside it."""

    grant: LicenceGrant
    title: str
    picture: str
    ended: str


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order with its (first) line, words and picture."""

    order: Order
    line: OrderLine
    title: str
    picture: str
    declined: str


def bought(grant: LicenceGrant) -> Bought:
    """From a grant of ``licences_of``."""
    ending = getattr(grant, "ending", None)
    return Bought(
        grant=grant,
        title=title_in(grant.work, get_language() or "en"),
        picture=best_picture(grant.version.files.all()),
        ended=ending.get_reason_display() if ending else "",
    )


def shown_order(order: Order) -> ShownOrder:
    """From an order of ``orders_of``."""
    line = next(iter(order.lines.all()))
    return ShownOrder(
        order=order,
        line=line,
        title=title_in(line.work, get_language() or "en"),
        picture=best_picture(line.version.files.all()),
        declined=decline_in_words(order.decline_code) if order.declined_at else "",
    )


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
