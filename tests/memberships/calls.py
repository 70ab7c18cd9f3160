"""What the racing processes call."""

from uuid import UUID

from marketplace.accounts.models import User
from marketplace.memberships.services import end_overdue_memberships, join


def join_tier(n: int, *, user: str, price: str) -> None:
    join(user=User.objects.get(pk=UUID(user)), price_id=UUID(price), consent="1/en")


def end_overdue(n: int, *, at: str) -> None:
    from datetime import datetime

    end_overdue_memberships(at=datetime.fromisoformat(at))
