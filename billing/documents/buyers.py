"""The buyer as a document names her."""

from billing.documents.facts import Party
from marketplace.accounts.models import User


def buyer_of(user: User) -> Party:
    """Name and address of whoever bought."""
    return Party(name=user.display_name, email=user.email)
