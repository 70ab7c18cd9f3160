"""What artists owe after refunds and disputes: since when, what brought it about, and who has owed for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from billing.models import AccountKind, Entry, Reason, Sale
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money

# The entries of a debt since it was last nothing: a debt that was repaid is not told again.
_SINCE = """
    WITH moved AS (
        SELECT e.id, e.recorded_at, a.id AS account_id, e.amount_minor,
               sum(e.amount_minor) OVER (PARTITION BY a.id ORDER BY e.id) AS owed
        FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
        WHERE a.kind = 'artist_debt' {narrowed})
    SELECT m.account_id, min(m.id), min(m.recorded_at), sum(m.amount_minor)
    FROM moved m
    WHERE m.id > coalesce((SELECT max(z.id) FROM moved z WHERE z.account_id = m.account_id AND z.owed = 0), 0)
    GROUP BY m.account_id
"""


@dataclass(frozen=True, slots=True)
class DebtLine:
    """One thing that made a debt larger (below zero) or smaller: which, of which work, when."""

    at: datetime
    reason: Reason
    work: Work | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Debt:
    """What an artist owes in one currency, and since when she has owed anything without a break."""

    artist: Artist
    owed: Money
    since: datetime


def debt_since(artist: Artist, currency: str) -> datetime | None:
    """Since when ``artist`` has owed something in ``currency`` without a break; None where she owes nothing."""
    found = _running(artist, currency)
    return found[1] if found else None


def debt_lines(artist: Artist, currency: str) -> list[DebtLine]:
    """What brought ``artist``'s present debt about and what has repaid of it, the oldest first."""
    found = _running(artist, currency)
    if found is None:
        return []
    entries = list(
        Entry.objects.filter(
            account__kind=AccountKind.ARTIST_DEBT, account__artist=artist, account__currency=currency, id__gte=found[0]
        )
        .select_related("transaction")
        .order_by("id")
    )
    sales = Sale.objects.filter(line_ref__in=[entry.transaction.object_ref for entry in entries])
    works = {sale.line_ref: sale.work for sale in sales.select_related("work").prefetch_related("work__texts")}
    return [
        DebtLine(
            at=entry.recorded_at,
            reason=Reason(entry.transaction.reason),
            work=works.get(entry.transaction.object_ref),
            amount=Money(entry.amount_minor, currency),
        )
        for entry in entries
    ]


def debts_for_review(*, older_than: timedelta | None = None) -> list[Debt]:
    """Artists who have owed something for ``older_than`` (the configured time by default), the oldest debt first."""
    age = timedelta(days=settings.CONFIGURATION.debt_review_days) if older_than is None else older_than
    with connection.cursor() as cursor:
        cursor.execute(_SINCE.format(narrowed=""))
        running = {account: (since, total) for account, _first, since, total in cursor.fetchall()}
        accounts = _owners(list(running))
    debts = [
        Debt(artist, Money(-int(running[account][1]), currency), running[account][0])
        for account, artist, currency in accounts
    ]
    return sorted((debt for debt in debts if debt.since <= now() - age), key=lambda debt: debt.since)


def _owners(accounts: list[int]) -> list[tuple[int, Artist, str]]:
    from billing.models import Account

    rows = Account.objects.filter(pk__in=accounts).select_related("artist__user")
    return [(row.pk, row.artist, row.currency) for row in rows if row.artist is not None]


def _running(artist: Artist, currency: str) -> tuple[int, datetime] | None:
    """(the first entry, its moment) of the debt that ``artist`` has now."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE.format(narrowed="AND a.artist_id = %s AND a.currency = %s"), [artist.pk, currency])
        row = cursor.fetchone()
    return (row[1], row[2]) if row else None
