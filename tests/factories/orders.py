"""Orders as the services begin them; what is paid is paid at the local Stripe."""

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.orders.models import Order
from marketplace.orders.services import Consent, start_checkout
from tests.factories.accounts import UserFactory
from tests.factories.licensing import offer_of, work_on_sale

CONSENT = Consent("1", "en")


def begun_order(work: Work | None = None, code: str = "personal", *, buyer: User | None = None) -> Order:
    """An open order with its page at Stripe."""
    return start_checkout(buyer=buyer or UserFactory(), offer=offer_of(work or work_on_sale(), code), consent=CONSENT)
