"""One buyer of sixty-four, as a process of her own: begins to buy, and pays where she can."""

from marketplace.accounts.models import User
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.services import start_checkout
from tests.billing.processes import wait_for_the_others
from tests.demo.localstripe.server import card_form, visit
from tests.factories.orders import CONSENT


def buy(n: int, *, offer: str, buyers: list[str]) -> None:
    """Press Buy as the n-th buyer; pay with a good card on the page that opens."""
    order = start_checkout(
        buyer=User.objects.get(pk=buyers[n]), offer=LicenceOffer.objects.get(pk=offer), consent=CONSENT
    )
    page = visit(order.checkout_url, card_form())
    assert page.status == 303, page.text


def pay(n: int, *, addresses: list[str]) -> None:
    """Pay on the n-th page, which is open."""
    page = visit(addresses[n], card_form())
    assert page.status == 303, page.text


def buy_in_rounds(n: int, *, offers: list[str], buyers: list[str]) -> None:
    """One work after another; all buyers press Buy in the same moment of each round, and pay where they can."""
    for offer in offers:
        wait_for_the_others()
        try:
            buy(n, offer=offer, buyers=buyers)
        except (WorkHeld, SoldExclusively):
            continue
