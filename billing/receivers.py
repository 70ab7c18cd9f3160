"""What billing does when a lower room says that something happened."""

from django.conf import settings

from billing.models import Dispute, Reason, Sale
from billing.services.credits import grant_credits
from billing.services.sale_refunds import refund_parts
from marketplace.accounts.models import Artist


def welcome_artist(*, artist: Artist, **_more: object) -> None:
    """Grant the welcome credits once per person, in the transaction that opened the storefront."""
    amount = settings.CONFIGURATION.sign_up_credits
    if amount:
        grant_credits(
            user=artist.user,
            amount=amount,
            reason=Reason.SIGN_UP,
            object_ref=f"user:{artist.user_id}",
            effect="welcome",
        )


def refund_parts_of_lost(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """A bank kept a sale, or a part of it: what the platform added to it goes back too."""
    refund_parts(sale, effect=f"dispute_lost:{dispute.pk}")
