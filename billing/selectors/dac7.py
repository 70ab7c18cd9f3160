"""What a platform reports of its sellers for a year (Directive (EU) 2021/514, "DAC7", Annex V).

For each seller and quarter: the consideration (what she was credited, after the platform's fees), the fees withheld,
and the number of activities. Amounts stand in the currency in which they were paid; nothing is converted, but for the
threshold, where the operator has given a rate. A discount that the platform pays for is consideration of the sale that
it belongs to, and a royalty is that of whoever gets it, though no sale of hers; what an artist gets for bringing buyers
is not for her works, and is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from billing.models import PayoutAccount
from billing.selectors.statements import HERS
from marketplace.accounts.models import Artist
from marketplace.core.money import Money

# Annex V, section I, B(4): a seller with fewer activities and no more than this much is left out.
ACTIVITIES, EUROS = 30, Decimal(2000)
QUARTERS = (1, 2, 3, 4)

_CONSIDERATION = """
    SELECT a.artist_id, a.currency, extract(quarter FROM e.recorded_at AT TIME ZONE 'UTC')::int, sum(e.amount_minor)
    FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
    JOIN billing_transaction t ON t.id = e.transaction_id
    WHERE a.kind = ANY(%(hers)s) AND t.reason NOT IN ('payout', 'payout_returned')
      AND starts_with(t.object_ref, 'referral:') IS FALSE
      AND e.recorded_at >= %(since)s AND e.recorded_at < %(until)s
    GROUP BY 1, 2, 3
"""
_FEES = """
    SELECT s.artist_id, a.currency, extract(quarter FROM e.recorded_at AT TIME ZONE 'UTC')::int, sum(e.amount_minor)
    FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
    JOIN billing_transaction t ON t.id = e.transaction_id JOIN billing_sale s ON s.line_ref = t.object_ref
    WHERE a.kind = 'platform_fees' AND s.kind <> 'referral' AND e.recorded_at >= %(since)s AND e.recorded_at < %(until)s
    GROUP BY 1, 2, 3
"""
# A sale that went back whole before the year was over is none.
_ACTIVITIES = """
    SELECT s.artist_id, s.currency, extract(quarter FROM s.created_at AT TIME ZONE 'UTC')::int, count(*)
    FROM billing_sale s
    WHERE s.kind = 'sale' AND s.gross_minor > 0 AND s.created_at >= %(since)s AND s.created_at < %(until)s
      AND NOT (s.state = 'refunded' AND s.refunded_at < %(until)s)
    GROUP BY 1, 2, 3
"""


class Verdict(TextChoices):
    """Whether a seller is reported."""

    REPORTABLE = "reportable", _("Reported")
    LEFT_OUT = "left_out", _("Below both thresholds")
    UNKNOWN = "unknown", _("Not judged: a rate to the euro is missing")


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of one seller in one currency; ``consideration`` is below zero where more went back than came."""

    number: int
    consideration: Money
    fees: Money
    activities: int


@dataclass(frozen=True, slots=True)
class CurrencyYear:
    """One seller's year in one currency: always four quarters."""

    currency: str
    quarters: list[Quarter]

    @property
    def consideration(self) -> Money:
        """Of the whole year."""
        return Money(sum(quarter.consideration.amount_minor for quarter in self.quarters), self.currency)

    @property
    def fees(self) -> Money:
        """Of the whole year."""
        return Money(sum(quarter.fees.amount_minor for quarter in self.quarters), self.currency)


@dataclass(frozen=True, slots=True)
class SellerYear:
    """One seller's year. ``in_euros``: what was judged, of the euros and of currencies with a rate; ``unjudged``:
    currencies without one. ``account``: None before she has set payouts up.
    """

    artist: Artist
    account: PayoutAccount | None
    currencies: list[CurrencyYear]
    activities: int
    in_euros: Decimal
    unjudged: list[str]
    verdict: Verdict


def dac7_year(year: int) -> list[SellerYear]:
    """Every seller with a movement or a sale in ``year`` (UTC), by handle. Five queries, however many sellers."""
    bounds: dict[str, Any] = {
        "since": datetime(year, 1, 1, tzinfo=UTC),
        "until": datetime(year + 1, 1, 1, tzinfo=UTC),
        "hers": [kind.value for kind in HERS],
    }
    with connection.cursor() as cursor:
        sums = []
        for query in (_CONSIDERATION, _FEES, _ACTIVITIES):
            cursor.execute(query, bounds)
            sums.append({(artist, currency, quarter): int(n) for artist, currency, quarter, n in cursor.fetchall()})
    consideration, fees, activities = sums
    traded: dict[UUID, set[str]] = defaultdict(set)
    for artist, currency, _quarter in (*consideration, *fees, *activities):
        traded[artist].add(currency)
    artists = Artist.objects.select_related("user").in_bulk(list(traded))
    accounts = {account.artist_id: account for account in PayoutAccount.objects.filter(artist_id__in=traded)}
    years = []
    for artist_id, artist in artists.items():
        currencies = [
            CurrencyYear(
                currency,
                [
                    Quarter(
                        quarter,
                        Money(consideration.get((artist_id, currency, quarter), 0), currency),
                        Money(fees.get((artist_id, currency, quarter), 0), currency),
                        activities.get((artist_id, currency, quarter), 0),
                    )
                    for quarter in QUARTERS
                ],
            )
            for currency in sorted(traded[artist_id])
        ]
        years.append(_judged(artist, accounts.get(artist_id), currencies))
    return sorted(years, key=lambda seller: seller.artist.handle)


def years_with_sales() -> list[int]:
    """The years that can be asked for, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT extract(year FROM created_at AT TIME ZONE 'UTC')::int FROM billing_sale")
        return sorted((int(year) for (year,) in cursor.fetchall()), reverse=True)


def _judged(artist: Artist, account: PayoutAccount | None, currencies: list[CurrencyYear]) -> SellerYear:
    count = sum(quarter.activities for year in currencies for quarter in year.quarters)
    in_euros, unjudged = _in_euros((year.consideration for year in currencies), settings.CONFIGURATION.eur_rates)
    if count >= ACTIVITIES or in_euros > EUROS:
        verdict = Verdict.REPORTABLE
    else:
        verdict = Verdict.UNKNOWN if unjudged else Verdict.LEFT_OUT
    return SellerYear(artist, account, currencies, count, in_euros, unjudged, verdict)


def _in_euros(amounts: Iterable[Money], rates: Mapping[str, Decimal]) -> tuple[Decimal, list[str]]:
    """(the sum in euros of what can be said in euros, the other currencies in which something was earned)."""
    total, unjudged = Decimal(0), []
    for amount in amounts:
        if amount.currency == "EUR":
            total += amount.major
        elif amount.currency in rates:
            total += amount.major * rates[amount.currency]
        elif amount.amount_minor > 0:
            unjudged.append(amount.currency)
    return total, unjudged
