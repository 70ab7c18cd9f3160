"""The first sales: real checkouts at the local Stripe, paid on its hosted page with the documented test card.

The orders become paid as any order does, by Stripe's webhooks, when the shop answers.
"""

import random
import urllib.error
import urllib.parse
import urllib.request

from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.consent import given_consent
from marketplace.orders.models import Order
from marketplace.orders.services import start_checkout

CARD = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123"}


def seed_sales(buyers: list[User], *, most: int) -> int:
    """Buy up to ``most`` licences in other people's names, once; returns how many were paid for."""
    if not buyers or Order.objects.exists():
        return 0
    dice = random.Random(7)
    consent = given_consent(is_given=True)
    offers = list(
        LicenceOffer.objects.filter(is_active=True, work__status="listed", terms__code__in=["personal", "commercial"])
        .select_related("work__artist")
        .order_by("id")
    )
    paid = 0
    for offer in dice.sample(offers, min(most, len(offers))):
        # The demo's own buyer begins with an empty collection.
        buyer = dice.choice(buyers[1:])
        try:
            order = start_checkout(buyer=buyer, offer=offer, consent=consent)
        except AtelierError:  # she has this licence already
            continue
        _pay(order.checkout_url, email=buyer.email)
        paid += 1
    return paid


def _pay(checkout_url: str, *, email: str) -> None:
    form = urllib.parse.urlencode({**CARD, "email": email}).encode()
    opener = urllib.request.build_opener(_StayHere)
    try:
        opener.open(checkout_url, form, timeout=30).close()
    except urllib.error.HTTPError as answer:
        with answer:
            # Paid: the page sends the browser back to the shop, which does not answer yet.
            if answer.code not in {302, 303}:
                raise


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Does not follow redirections."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None
