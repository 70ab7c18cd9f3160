"""The card that pays a membership, on Stripe's page."""

from billing import gateway
from marketplace.memberships.models import Membership


def card_url(*, membership: Membership, return_url: str, locale: str = "auto") -> str:
    """The address of Stripe's page with the card and the invoices of the customer whose membership it is."""
    return gateway.create_portal(customer_id=membership.customer_id, return_url=return_url, locale=locale)
