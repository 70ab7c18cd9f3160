"""What billing does when a lower room says that something happened."""

from billing.models import Dispute, Sale
from billing.services.sale_refunds import refund_parts
from billing.services.welcome import welcome, welcome_after_decision
from marketplace.accounts.models import Artist
from marketplace.risk.models import Decision, Verdict


def welcome_artist(*, artist: Artist, **_more: object) -> None:
    """Grant the welcome credits once per person, in the transaction that opened the storefront; or hold them."""
    welcome(user=artist.user)


def act_on_decision(*, decision: Decision, **_more: object) -> None:
    """Somebody has decided on welcome credits."""
    if decision.verdict.kind == Verdict.Kind.WELCOME:
        welcome_after_decision(decision=decision)


def refund_parts_of_lost(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """A bank kept a sale, or a part of it: what the platform added to it goes back too."""
    refund_parts(sale, effect=f"dispute_lost:{dispute.pk}")
