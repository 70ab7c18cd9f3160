"""What artists have earned, and why it is not with them yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from billing.models import (
    AccountKind,
    Balance,
    Dispute,
    DisputedSale,
    Entry,
    Payout,
    PayoutAccount,
    Sale,
)
from marketplace.accounts.models import Artist
from marketplace.core.money import Money

# After a refused payout the next try waits, so that an account that Stripe refuses is not asked every ten minutes.
PAYOUT_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ArtistBalance:
    """An artist's money: within the holding time, ready to be paid out, on its way, and owed after
    refunds.
    """

    pending: Money
    available: Money
    in_transit: Money
    debt: Money


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
    return (
        Sale.objects.filter(artist=artist)
        .select_related("work")
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


@dataclass(frozen=True, slots=True)
class PayoutHold:
    """Money of an artist that is not with her yet: how much, why, and until when (where that is known)."""

    amount: Money
    reason: str
    until: datetime | None = None


def payout_holds(artist: Artist, currency: str = "USD") -> list[PayoutHold]:
    """Why ``artist``'s money in ``currency`` is not paid out yet, one entry for each cause."""
    balance = artist_balance(artist, currency)
    holds = []
    for share, until in _pending_by_day(artist, currency):
        holds.append(PayoutHold(Money(share, currency), _("Within the holding time after the sale."), until))
    if balance.available.amount_minor:
        holds.append(_hold_on_available(artist, balance.available))
    holds += _held_by_disputes(artist, currency)
    if balance.debt.amount_minor:
        holds.append(PayoutHold(-balance.debt, _("Owed after a refund; your next sales repay it.")))
    return holds


def _held_by_disputes(artist: Artist, currency: str) -> Iterator[PayoutHold]:
    parts = DisputedSale.objects.filter(
        sale__artist=artist, sale__currency=currency, dispute__outcome=Dispute.Outcome.OPEN
    ).select_related("dispute")
    for part in parts.order_by("dispute__opened_at"):
        reason = _("The buyer's bank disputes a payment; it is decided there.")
        yield PayoutHold(Money(part.held_minor, currency), reason, part.dispute.evidence_due_by)


def _pending_by_day(artist: Artist, currency: str) -> Iterator[tuple[int, datetime]]:
    """(the artist's share, the latest moment) of each day on which pending sales become available."""
    days = (
        Sale.objects.filter(artist=artist, currency=currency, state=Sale.State.PENDING)
        .annotate(day=TruncDate("available_at"))
        .order_by("day")
        .values_list("day")
        .annotate(
            total=Sum(
                F("gross_minor") - F("fee_minor") - F("refunded_minor") + F("fee_refunded_minor") - F("held_minor")
            ),
            until=Max("available_at"),
        )
    )
    for _day, total, until in days:
        yield int(total), until


def _hold_on_available(artist: Artist, available: Money) -> PayoutHold:
    account = payout_account_of(artist)
    if account is None:
        return PayoutHold(available, _("You have not set up payouts yet."))
    if not account.details_submitted:
        return PayoutHold(available, _("Your details at the payment service are not complete."))
    if not account.is_ready:
        return PayoutHold(available, _("The payment service is still checking your details or needs more of them."))
    last = payouts_of(artist).filter(currency=available.currency).first()
    if last is not None and last.state == Payout.State.FAILED and last.ended_at is not None:
        reason = _("The last payout was refused: %(reason)s") % {"reason": last.failure_reason}
        return PayoutHold(available, reason, last.ended_at + PAYOUT_RETRY_AFTER)
    return PayoutHold(available, _("It goes out with the next payout, within minutes."))


def currencies_of(artist: Artist) -> list[str]:
    """The currencies in which ``artist`` has sold; US dollars where she has not."""
    sold = Sale.objects.filter(artist=artist).order_by("currency").values_list("currency", flat=True).distinct()
    return list(sold) or ["USD"]
