"""Members of artists, registered as what knows of memberships registers them; and people in the buyers' club."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from marketplace.accounts.models import Artist, User


class Memberships:
    """A register of its own for one test. ``asked``: how often it was looked into."""

    def __init__(self) -> None:
        self.levels: dict[UUID, dict[UUID, int]] = {}
        self.asked = 0

    def levels_of(self, *, user_id: UUID) -> Mapping[UUID, int]:
        """The check."""
        self.asked += 1
        return self.levels.get(user_id, {})

    def member_of(self, artist: Artist, *, level: int = 1, user: User | None = None) -> User:
        """Somebody (new by default) who is a member of ``artist`` now."""
        from tests.factories.accounts import UserFactory

        person: User = user or UserFactory()
        self.levels.setdefault(person.pk, {})[artist.pk] = level
        return person


def club_member(**subscription: Any) -> User:
    """Somebody whose plan of the club is paid."""
    from billing.models import Plan, PlanSubscription
    from tests.factories.accounts import UserFactory
    from tests.factories.billing import PlanFactory

    plan = Plan.objects.filter(code="club").first() or PlanFactory(
        code="club", name_en="Club", audience="buyer", credits=0, price_minor=3600, licences_each_month=3
    )
    person: User = UserFactory()
    PlanSubscription.objects.create(
        **{
            "user": person,
            "plan": plan,
            "audience": "buyer",
            "state": PlanSubscription.State.ACTIVE,
            "stripe_subscription_id": f"sub_{person.pk}",
            **subscription,
        }
    )
    return person
