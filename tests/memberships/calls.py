"""What the racing processes call."""

from datetime import datetime
from uuid import UUID

from marketplace.accounts.models import Artist, User
from marketplace.memberships.services import end_overdue_memberships, join
from tests.factories.memberships import offered_tier


def join_tier(n: int, *, user: str, price: str) -> None:
    join(user=User.objects.get(pk=UUID(user)), price_id=UUID(price), consent="1/en")


def end_overdue(n: int, *, at: str) -> None:
    end_overdue_memberships(at=datetime.fromisoformat(at))


def offer_tier(n: int, *, artist: str) -> None:
    """Each of a level of its own, every other one in another currency."""
    offered_tier(Artist.objects.get(pk=UUID(artist)), n + 1, currency=("USD", "EUR")[n % 2])
