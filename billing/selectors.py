"""Reads on credits and earnings."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from billing.models import (
    AccountKind,
    Balance,
    CreditHold,
    CreditLot,
    CreditPack,
    Entry,
    Payout,
    PayoutAccount,
    Plan,
    PlanSubscription,
    Sale,
)
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class ArtistBalance:
    """An artist's money: within the holding time, ready to be paid out, on its way, and owed after
    refunds.
    """

    pending: Money
    available: Money
    in_transit: Money
    debt: Money


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
    return ExpiringCredits(int(first["total"]), first["expires_at"]) if first else None


def credit_history(user: User) -> QuerySet[Entry]:
    """The lines of ``user``'s credits, newest first; each has its transaction."""
    return (
        Entry.objects.filter(account__kind=AccountKind.USER_CREDITS, account__user=user)
        .select_related("transaction")
        .order_by("-id")
    )


def credit_packs() -> QuerySet[CreditPack]:
    """Packs on sale, the smallest first."""
    return CreditPack.objects.filter(is_active=True).exclude(stripe_price_id="").order_by("price_minor")


def plans() -> QuerySet[Plan]:
    """Plans on sale, the cheapest first."""
    return Plan.objects.filter(is_active=True).exclude(stripe_price_id="").order_by("price_minor")


def running_plan(user: User) -> PlanSubscription | None:
    """The plan that ``user`` pays for now."""
    return PlanSubscription.objects.filter(user=user, state__in=PlanSubscription.RUNNING).select_related("plan").first()


def artist_balance(artist: Artist, currency: str = "USD") -> ArtistBalance:
    """What ``artist`` has in ``currency``, from the ledger."""
    sums = dict(
        Entry.objects.filter(
            account__artist=artist,
            account__currency=currency,
            account__kind__in=[AccountKind.ARTIST_PENDING, AccountKind.ARTIST_DEBT],
        )
        .order_by()
        .values_list("account__kind")
        .annotate(total=Sum("amount_minor"))
    )
    available = Balance.objects.filter(
        account__artist=artist, account__currency=currency, account__kind=AccountKind.ARTIST_AVAILABLE
    ).first()
    sending = Payout.objects.filter(artist=artist, currency=currency, state=Payout.State.SENDING)
    return ArtistBalance(
        pending=Money(int(sums.get(AccountKind.ARTIST_PENDING, 0)), currency),
        available=Money(available.amount_minor if available else 0, currency),
        in_transit=Money(int(sending.aggregate(total=Sum("amount_minor"))["total"] or 0), currency),
        debt=Money(-int(sums.get(AccountKind.ARTIST_DEBT, 0)), currency),
    )


def sales_of(artist: Artist) -> QuerySet[Sale]:
    """``artist``'s sales, newest first, each with its work."""
    return Sale.objects.filter(artist=artist).select_related("work").order_by("-created_at")


def payouts_of(artist: Artist) -> QuerySet[Payout]:
    """``artist``'s payouts, newest first."""
    return Payout.objects.filter(artist=artist).order_by("-created_at")


def payout_account_of(artist: Artist) -> PayoutAccount | None:
    """``artist``'s connected account; None before onboarding has begun."""
    return PayoutAccount.objects.filter(artist=artist).first()


def payouts_enabled(artist: Artist) -> bool:
    """Whether money can be transferred to ``artist``."""
    account = payout_account_of(artist)
    return account is not None and account.is_ready
