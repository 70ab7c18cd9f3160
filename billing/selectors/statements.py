"""An artist's statement: every line of her money in a period, with its balance; totals by year and by month.

All of it is read from the ledger: her money is what stands on her accounts together (pending, kept back, available,
owed), so a sale that matures moves nothing here, and a payout leaves when it is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min, Sum
from django.db.models.functions import TruncMonth, TruncYear

from billing.models import Account, AccountKind, Entry, Reason, Sale
from billing.selectors.balances import balance_at
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import Money

# The database's smallest step: "before a moment" is "up to the one before it".
_INSTANT = timedelta(microseconds=1)
_TAKEN_BACK = (Reason.REFUND, Reason.DISPUTED, Reason.DISPUTE_WON)
_BROUGHT = (Reason.SALE, Reason.PROMOTION, Reason.REFERRAL, Reason.ROYALTY)
HERS = (
    AccountKind.ARTIST_PENDING,
    AccountKind.ARTIST_ROLLING_RESERVE,
    AccountKind.ARTIST_AVAILABLE,
    AccountKind.ARTIST_DEBT,
)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement. ``gross`` and ``fee`` are those of a sale or a refund; ``balance``: what she has after it."""

    at: datetime
    reason: Reason
    object_ref: str
    work: Work | None
    gross: Money | None
    fee: Money | None
    amount: Money
    balance: Money

    @property
    def fee_taken(self) -> Money | None:
        """The fee as it changes her money: below zero for a sale."""
        return -self.fee if self.fee is not None else None


@dataclass(frozen=True, slots=True)
class Statement:
    """All lines of ``since`` <= at < ``until``, the oldest first."""

    currency: str
    since: datetime
    until: datetime
    opening: Money
    lines: list[StatementLine]

    @property
    def closing(self) -> Money:
        """What she has at the end."""
        return self.lines[-1].balance if self.lines else self.opening


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """Sums of a year or a month; refunds, with what disputes took, and payouts are told as positive amounts."""

    begins: date
    gross: Money
    fees: Money
    refunds: Money
    paid_out: Money

    @property
    def earned(self) -> Money:
        """What sales brought her, after fees and refunds."""
        return self.gross - self.fees - self.refunds


def statement_of(artist: Artist, *, currency: str, since: datetime, until: datetime) -> Statement:
    """``artist``'s statement in ``currency``. The number of queries does not grow with its lines."""
    moved = list(
        _entries(artist, currency)
        .filter(recorded_at__gte=since, recorded_at__lt=until)
        .values_list("transaction_id", "transaction__reason", "transaction__object_ref")
        .annotate(at=Min("recorded_at"), total=Sum("amount_minor"))
        .exclude(total=0)
        .order_by("at", "transaction_id")
    )
    gross, fees = _gross_and_fees([transaction_id for transaction_id, *_rest in moved])
    works = _works([object_ref for _id, _reason, object_ref, *_rest in moved])
    before = since - _INSTANT
    opening = sum((balance_at(account, before).amount_minor for account in _accounts(artist, currency)), start=0)
    lines, balance = [], opening
    for transaction_id, reason, object_ref, at, total in moved:
        balance += int(total)
        is_of_sale = transaction_id in gross
        lines.append(
            StatementLine(
                at=at,
                reason=Reason(reason),
                object_ref=object_ref,
                work=works.get(object_ref),
                gross=Money(gross[transaction_id], currency) if is_of_sale else None,
                fee=Money(fees.get(transaction_id, 0), currency) if is_of_sale else None,
                amount=Money(int(total), currency),
                balance=Money(balance, currency),
            )
        )
    return Statement(currency, since, until, Money(opening, currency), lines)


def totals_by_year(artist: Artist, currency: str) -> list[PeriodTotals]:
    """Every year with a movement, the newest first."""
    return _totals(artist, currency, TruncYear)


def totals_by_month(artist: Artist, currency: str) -> list[PeriodTotals]:
    """Every month with a movement, the newest first."""
    return _totals(artist, currency, TruncMonth)


def _totals(artist: Artist, currency: str, truncated: type[TruncYear] | type[TruncMonth]) -> list[PeriodTotals]:
    hers = list(
        _entries(artist, currency)
        .annotate(period=truncated("recorded_at"))
        .values_list("period", "transaction__reason")
        .annotate(total=Sum("amount_minor"))
    )
    fees = list(
        Entry.objects.filter(
            account__kind=AccountKind.PLATFORM_FEES,
            account__currency=currency,
            transaction__entries__account__artist=artist,
            transaction__reason__in=[Reason.SALE, Reason.PROMOTION],
        )
        .order_by()
        .annotate(period=truncated("recorded_at"))
        .values_list("period")
        .annotate(total=Sum("amount_minor"))
    )
    periods: dict[date, dict[str, int]] = {}
    for period, reason, total in hers:
        periods.setdefault(period.date(), {})[reason] = int(total)
    for period, total in fees:
        periods.setdefault(period.date(), {})["fees"] = int(total)
    return [
        PeriodTotals(
            begins=begins,
            gross=Money(sum(sums.get(reason, 0) for reason in (*_BROUGHT, "fees")), currency),
            fees=Money(sums.get("fees", 0), currency),
            refunds=Money(-sum(sums.get(reason, 0) for reason in _TAKEN_BACK), currency),
            paid_out=Money(-sums.get(Reason.PAYOUT, 0) - sums.get(Reason.PAYOUT_RETURNED, 0), currency),
        )
        for begins, sums in sorted(periods.items(), reverse=True)
        if any(sums.values())
    ]


def _entries(artist: Artist, currency: str):  # type: ignore[no-untyped-def]
    hers = Entry.objects.filter(account__artist=artist, account__currency=currency, account__kind__in=HERS)
    return hers.order_by()


def _accounts(artist: Artist, currency: str) -> list[Account]:
    return list(Account.objects.filter(artist=artist, currency=currency, kind__in=HERS))


def _gross_and_fees(transactions: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    gross: dict[UUID, int] = {}
    fees: dict[UUID, int] = {}
    others = Entry.objects.filter(
        transaction_id__in=transactions,
        transaction__reason__in=[Reason.SALE, Reason.PROMOTION, Reason.REFUND],
        account__kind__in=[AccountKind.CASH_AT_STRIPE, AccountKind.PROMOTIONAL_COST, AccountKind.PLATFORM_FEES],
    )
    for transaction_id, kind, amount in others.values_list("transaction_id", "account__kind", "amount_minor"):
        if kind == AccountKind.PLATFORM_FEES:
            fees[transaction_id] = amount
        else:
            gross[transaction_id] = -amount
    return gross, fees


def _works(object_refs: Iterable[str]) -> dict[str, Work | None]:
    sales = Sale.objects.filter(line_ref__in=object_refs).select_related("work").prefetch_related("work__texts")
    return {sale.line_ref: sale.work for sale in sales}
