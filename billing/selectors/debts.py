"""What artists owe after refunds and disputes: since when, what brought it about, and who has owed for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import connection
from django.db.models import Q

from billing.models import Account, Entry, Reason, Sale
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
    found = next(iter(_running(artist, currency)), None)
    return found.since if found else None


def debt_lines(artist: Artist, currency: str) -> list[DebtLine]:
    """What brought ``artist``'s present debt about and what has repaid of it, the oldest first."""
    running = _running(artist, currency)
    return [line for lines in _lines_of(running).values() for line in lines]


def debts_for_review(*, older_than: timedelta | None = None) -> list[tuple[Debt, list[DebtLine]]]:
    """Artists who have owed something for ``older_than`` (the configured time by default), the oldest debt first, each
    with what brought it about. The number of queries does not grow with them.
    """
    age = timedelta(days=settings.CONFIGURATION.debt_review_days) if older_than is None else older_than
    running = [one for one in _running() if one.since <= now() - age]
    accounts = Account.objects.select_related("artist__user").in_bulk([one.account_id for one in running])
    lines = _lines_of(running)
    debts = []
    for one in sorted(running, key=lambda one: one.since):
        account = accounts[one.account_id]
        assert account.artist is not None  # the database keeps it so
        owed = Money(one.owed_minor, account.currency)
        debts.append((Debt(account.artist, owed, one.since), lines[one.account_id]))
    return debts


@dataclass(frozen=True, slots=True)
class _Running:
    """A debt that is not repaid: its account, its first entry since it was last nothing, and what is owed."""

    account_id: int
    first_entry: int
    since: datetime
    owed_minor: int


def _running(artist: Artist | None = None, currency: str = "") -> list[_Running]:
    narrowed, values = "", []
    if artist is not None:
        narrowed, values = "AND a.artist_id = %s AND a.currency = %s", [str(artist.pk), currency]
    with connection.cursor() as cursor:
        cursor.execute(_SINCE.format(narrowed=narrowed), values)
        return [_Running(account, first, since, -int(total)) for account, first, since, total in cursor.fetchall()]


def _lines_of(running: list[_Running]) -> dict[int, list[DebtLine]]:
    """By account, what moved each of these debts."""
    lines: dict[int, list[DebtLine]] = {one.account_id: [] for one in running}
    begun = [Q(account_id=one.account_id, id__gte=one.first_entry) for one in running]
    if not begun:
        return lines
    entries = list(
        Entry.objects.filter(reduce(or_, begun)).select_related("transaction", "account").order_by("account_id", "id")
    )
    sales = Sale.objects.filter(line_ref__in=[entry.transaction.object_ref for entry in entries])
    works = {sale.line_ref: sale.work for sale in sales.select_related("work").prefetch_related("work__texts")}
    for entry in entries:
        lines[entry.account_id].append(
            DebtLine(
                at=entry.recorded_at,
                reason=Reason(entry.transaction.reason),
                work=works.get(entry.transaction.object_ref),
                amount=Money(entry.amount_minor, entry.account.currency),
            )
        )
    return lines
