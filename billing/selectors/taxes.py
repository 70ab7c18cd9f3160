"""The tax that was collected, as it is declared: by quarter, place and rate, less what went back.

What moved is the ledger's word; whose it is, `TaxedPart`'s. A payment counts in the quarter in which it was booked, and
what goes back of it in the quarter in which that was booked. The sums of the tax are those of the account of collected
tax to the last unit. Where a bank and the shop both returned a price, the amount without tax is lower by so much.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Sum

from billing.models import AccountKind, Entry
from marketplace.core.money import Money

# Where the money of a sale is, whether it is there, disputed, or due to the buyer again.
_MONEY = (AccountKind.CASH_AT_STRIPE, AccountKind.DISPUTES_OPEN, AccountKind.REFUNDS_DUE)
# Of one payment's parts each gets what the running sums say, so that they add up to the whole (div: towards zero).
_COLLECTED = """
    WITH moved AS (
        SELECT t.object_ref, a.currency,
               coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'tax_collected'), 0) AS tax,
               coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind <> 'tax_collected'), 0) AS paid
        FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
        JOIN billing_transaction t ON t.id = e.transaction_id
        WHERE a.kind = ANY(%(kinds)s) AND e.recorded_at >= %(since)s AND e.recorded_at < %(until)s
        GROUP BY 1, 2
    ), parts AS (
        SELECT p.object_ref, p.place, p.basis_points, p.reason, p.tax_minor AS tax, p.paid_minor AS paid,
               sum(p.tax_minor) OVER running AS tax_to, sum(p.tax_minor) OVER whole AS tax_whole,
               sum(p.paid_minor) OVER running AS paid_to, sum(p.paid_minor) OVER whole AS paid_whole
        FROM billing_taxedpart p WHERE p.object_ref IN (SELECT object_ref FROM moved)
        WINDOW running AS (PARTITION BY p.object_ref ORDER BY p.id), whole AS (PARTITION BY p.object_ref)
    ), shares AS (
        SELECT coalesce(p.place, '') AS place, coalesce(p.basis_points, 0) AS basis_points,
               coalesce(p.reason, '') AS reason, m.currency,
               CASE WHEN p.object_ref IS NULL THEN m.tax WHEN p.tax_whole = 0 THEN 0
                    ELSE div(m.tax * p.tax_to, p.tax_whole) - div(m.tax * (p.tax_to - p.tax), p.tax_whole)
               END AS tax,
               CASE WHEN p.object_ref IS NULL THEN m.paid WHEN p.paid_whole = 0 THEN 0
                    ELSE div(m.paid * p.paid_to, p.paid_whole) - div(m.paid * (p.paid_to - p.paid), p.paid_whole)
               END AS paid
        FROM moved m LEFT JOIN parts p ON p.object_ref = m.object_ref
        WHERE p.object_ref IS NOT NULL OR m.tax <> 0
    )
    SELECT place, basis_points, reason, currency, sum(paid - tax)::bigint, sum(tax)::bigint FROM shares
    GROUP BY 1, 2, 3, 4 HAVING sum(tax) <> 0 OR sum(paid) <> 0 ORDER BY 1, 2 DESC, 3, 4
"""


@dataclass(frozen=True, slots=True)
class CollectedTax:
    """What one place is owed of one rate. ``place``: ``DE``, ``US-CA``; empty where no payment says whose it is.

    ``reason``: Stripe's word: under reverse_charge and not_collecting stands what was sold without tax.
    """

    place: str
    basis_points: int
    reason: str
    net: Money
    tax: Money

    @property
    def percent(self) -> str:
        """The rate as people write it: ``19``, ``25.5``."""
        return f"{self.basis_points / 100:g}"


@dataclass(frozen=True, slots=True)
class TaxQuarter:
    """A quarter of a year (UTC): its rows, the sums of each currency, and what the ledger says of them."""

    year: int
    quarter: int
    rows: tuple[CollectedTax, ...]
    sums: tuple[Money, ...]
    in_ledger: tuple[Money, ...]

    @property
    def agrees(self) -> bool:
        """Whether rows and ledger say the same."""
        return self.sums == self.in_ledger


def tax_quarter(year: int, quarter: int) -> TaxQuarter:
    """All tax of a quarter, in two queries. Raises ValueError for a quarter that is none of four."""
    since, until = _bounds(year, quarter)
    with connection.cursor() as cursor:
        kinds = [AccountKind.TAX_COLLECTED, *_MONEY]
        cursor.execute(_COLLECTED, {"kinds": kinds, "since": since, "until": until})
        rows = tuple(
            CollectedTax(place, basis_points, reason, Money(net, currency), Money(tax, currency))
            for place, basis_points, reason, currency, net, tax in cursor.fetchall()
        )
    moved = Entry.objects.filter(account__kind=AccountKind.TAX_COLLECTED, recorded_at__gte=since, recorded_at__lt=until)
    in_ledger = moved.order_by().values_list("account__currency").annotate(total=Sum("amount_minor"))
    return TaxQuarter(year, quarter, rows, _sums(row.tax for row in rows), _sums(Money(t, c) for c, t in in_ledger))


def _sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """By currency, those of nothing left out."""
    found: dict[str, int] = defaultdict(int)
    for amount in amounts:
        found[amount.currency] += amount.amount_minor
    return tuple(Money(total, currency) for currency, total in sorted(found.items()) if total)


def quarter_of(moment: datetime) -> tuple[int, int]:
    """Year and quarter (1 to 4) of a moment, in UTC."""
    at = moment.astimezone(UTC)
    return at.year, (at.month + 2) // 3


def _bounds(year: int, quarter: int) -> tuple[datetime, datetime]:
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"no quarter of a year: {quarter}")
    ends = (year + 1, 1) if quarter == 4 else (year, 3 * quarter + 1)
    return datetime(year, 3 * quarter - 2, 1, tzinfo=UTC), datetime(*ends, 1, tzinfo=UTC)
