"""What artists have earned, sold and been paid."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from billing.models import AccountKind, Balance, Entry, Payout, PayoutAccount, Sale
from marketplace.accounts.models import Artist
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class ArtistBalance:
    """An artist's money: within the holding time, kept back while she is new, ready to be paid out, on its way, and
    owed after refunds.
    """

    pending: Money
    reserve: Money
    available: Money
    in_transit: Money
    debt: Money


def artist_balance(artist: Artist, currency: str = "USD") -> ArtistBalance:
    """What ``artist`` has in ``currency``, from the ledger."""
    sums = dict(
        Entry.objects.filter(
            account__artist=artist,
            account__currency=currency,
            account__kind__in=[
                AccountKind.ARTIST_PENDING,
                AccountKind.ARTIST_ROLLING_RESERVE,
                AccountKind.ARTIST_DEBT,
            ],
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
        reserve=Money(int(sums.get(AccountKind.ARTIST_ROLLING_RESERVE, 0)), currency),
        available=Money(available.amount_minor if available else 0, currency),
        in_transit=Money(int(sending.aggregate(total=Sum("amount_minor"))["total"] or 0), currency),
        debt=Money(-int(sums.get(AccountKind.ARTIST_DEBT, 0)), currency),
    )


def sales_of(artist: Artist) -> QuerySet[Sale]:
    """``artist``'s sales, newest first, each with its work and what is kept back of it."""
    return (
        Sale.objects.filter(artist=artist)
        .select_related("work", "rolling_reserve")
        .prefetch_related("work__texts")
        .order_by("-created_at")
    )


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


def currencies_of(artist: Artist) -> list[str]:
    """The currencies in which ``artist`` has sold; US dollars where she has not."""
    sold = Sale.objects.filter(artist=artist).order_by("currency").values_list("currency", flat=True).distinct()
    return list(sold) or ["USD"]
