"""What people have of credits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from billing.models import AccountKind, CreditHold, CreditLot, Entry
from marketplace.accounts.models import User
from marketplace.core.clock import now


@dataclass(frozen=True, slots=True)
class ExpiringCredits:
    """Credits that expire at a moment."""

    amount: int
    expires_at: datetime


def credits_available(user: User) -> int:
    """Credits that ``user`` can spend now; expired lots do not count."""
    lots = CreditLot.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now()), account__user=user, remaining__gt=0
    )
    return int(lots.aggregate(total=Sum("remaining"))["total"] or 0)


def credits_held(user: User) -> int:
    """Credits of ``user`` that are reserved for running jobs."""
    holds = CreditHold.objects.filter(user=user, state=CreditHold.State.OPEN)
    return int(holds.aggregate(total=Sum("amount"))["total"] or 0)


def credits_expiring_next(user: User) -> ExpiringCredits | None:
    """The credits of ``user`` that expire first; None where none expire."""
    first = (
        CreditLot.objects.filter(account__user=user, remaining__gt=0, expires_at__gt=now())
        .values("expires_at")
        .annotate(total=Sum("remaining"))
        .order_by("expires_at")
        .first()
    )
    if first is None or first["expires_at"] is None:
        return None
    return ExpiringCredits(int(first["total"]), first["expires_at"])


def credit_history(user: User) -> QuerySet[Entry]:
    """The lines of ``user``'s credits, newest first; each has its transaction."""
    return (
        Entry.objects.filter(account__kind=AccountKind.USER_CREDITS, account__user=user)
        .select_related("transaction")
        .order_by("-id")
    )
