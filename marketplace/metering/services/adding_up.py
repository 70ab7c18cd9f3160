"""The figures of a month: usage at its costs, and what it brought.

Revenue has two sources. **Credits spent** are valued at what was paid for them: a lot's payment divided by its credits,
for each credit that was taken from it (in the order in which a hold takes them); credits that were given away bring
nothing. A plan's payment, less what refunds and disputes took back of it, is shared among the months that it pays for,
so that twelve months of a year are worth its price and no more. They count in the month in which the job was settled,
for its owner and its model. **Platform fees** count in the month in which the ledger booked them, less what refunds and
disputes took back, for the artist of the sale. Currencies are not converted: a month has figures in each.

Everything follows from rows that only grow, so a month can be added up again and again; it is closed three days after
its end, and then stays as it is.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from billing.models import AccountKind
from marketplace.core.clock import now
from marketplace.core.money import CREDITS, EXPONENTS
from marketplace.metering.errors import MonthClosed
from marketplace.metering.models import Month, MonthlyFigure, UsageRecord
from marketplace.metering.resources import PRICED_UNITS
from marketplace.metering.services.costs import keep_unit_costs

CLOSED_AFTER = timedelta(days=3)

# Each cost from its first day to the day before the next. Sums are exact; one rounding for each cost in force.
_COSTS = """
    INSERT INTO metering_monthlyfigure (month_id, owner_id, model_id, item, currency, quantity, amount_micro)
    SELECT %(month)s, owner_id, model_id, resource, currency, sum(quantity), sum(amount) FROM (
        SELECT u.owner_id, u.model_id, u.resource, c.currency, sum(u.quantity) AS quantity,
               round(sum(u.quantity) * c.cost_micro / priced.units) AS amount
          FROM metering_usagerecord u
          JOIN (SELECT *, lead(valid_from) OVER (PARTITION BY resource ORDER BY valid_from) AS valid_until
                  FROM metering_unitcost) AS c
            ON c.resource = u.resource
           AND c.valid_from <= (u.happened_at AT TIME ZONE 'UTC')::date
           AND (c.valid_until IS NULL OR c.valid_until > (u.happened_at AT TIME ZONE 'UTC')::date)
          JOIN unnest(%(resources)s::text[], %(units)s::numeric[]) AS priced(resource, units)
            ON priced.resource = u.resource
         WHERE u.happened_at >= %(since)s AND u.happened_at < %(until)s
         GROUP BY u.owner_id, u.model_id, u.resource, c.id, c.currency, c.cost_micro, priced.units
    ) AS priced_usage
    GROUP BY owner_id, model_id, resource, currency
"""

# A hold takes its credits from its lots in the order of their expiry, and gives back what is left from the last ones
# (billing.services.credits): so many of each part were spent.
# The months' shares of a plan's payment are the differences of whole parts, so that they add up to it exactly.
# Each step is written down before the next reads it, by keys that have an index: however little the database knows of
# its tables, no step looks at a whole one again and again.
_CREDITS = """
    WITH parts AS MATERIALIZED (
        SELECT h.user_id, h.object_ref, p.lot_id, least(p.amount, greatest(0, h.spent - (
                   sum(p.amount) OVER (PARTITION BY h.id ORDER BY l.expires_at IS NULL,
                       coalesce(l.expires_at, l.created_at), l.created_at, p.id) - p.amount))) AS credits
          FROM billing_credithold h
          JOIN billing_creditholdpart p ON p.hold_id = h.id
          JOIN billing_creditlot l ON l.id = p.lot_id
         WHERE h.state = 'settled' AND h.ended_at >= %(since)s AND h.ended_at < %(until)s
    ), spent AS MATERIALIZED (
        SELECT * FROM parts WHERE credits > 0
    ), lots AS MATERIALIZED (
        SELECT lot.id, lot.amount, granted.object_ref, period.id IS NOT NULL AS is_of_plan,
               coalesce(period.months, 1) AS months,
               CASE WHEN period.id IS NULL THEN 0 ELSE
                    coalesce(substring(granted.effect FROM '^plan_credits_of_month_([0-9]+)$')::int - 1, 0)
               END AS month
          FROM billing_creditlot lot
          JOIN billing_transaction granted ON granted.id = lot.granted_by_id
          LEFT JOIN billing_paidperiod period
            ON granted.object_ref LIKE 'invoice:%%' AND period.invoice_id = substr(granted.object_ref, 9)
         WHERE lot.id IN (SELECT lot_id FROM spent)
    ), taken AS MATERIALIZED (
        SELECT t.object_ref, t.stripe_ref, a.currency, e.amount_minor
          FROM billing_transaction t
          JOIN billing_entry e ON e.transaction_id = t.id
          JOIN billing_account a ON a.id = e.account_id AND a.kind = %(credit_sales)s
         WHERE t.effect = 'paid' AND t.object_ref IN (SELECT object_ref FROM lots)
    ), reasons AS MATERIALIZED (
        SELECT object_ref, object_ref AS why_ref FROM lots WHERE is_of_plan
         UNION
        SELECT taken.object_ref, 'dispute:' || d.id
          FROM taken JOIN billing_dispute d ON d.payment_ref = taken.stripe_ref AND d.payment_ref <> ''
         WHERE taken.object_ref IN (SELECT object_ref FROM lots WHERE is_of_plan)
    ), given_back AS MATERIALIZED (
        SELECT reasons.object_ref, kept.currency, sum(back.amount_minor) AS amount_minor
          FROM reasons
          JOIN billing_transaction why ON why.object_ref = reasons.why_ref AND why.effect <> 'paid'
          JOIN billing_entry back ON back.transaction_id = why.id
          JOIN billing_account kept ON kept.id = back.account_id AND kept.kind = %(credit_sales)s
         GROUP BY reasons.object_ref, kept.currency
    ), paid AS MATERIALIZED (
        SELECT taken.object_ref, taken.currency,
               (taken.amount_minor + coalesce(given_back.amount_minor, 0))::numeric * factor.micro AS amount_micro
          FROM taken
          JOIN unnest(%(currencies)s::text[], %(factors)s::numeric[]) AS factor(currency, micro)
            ON factor.currency = taken.currency
          LEFT JOIN given_back ON given_back.object_ref = taken.object_ref AND given_back.currency = taken.currency
    )
    INSERT INTO metering_monthlyfigure (month_id, owner_id, model_id, item, currency, quantity, amount_micro)
    SELECT %(month)s, spent.user_id, job.model_id, 'credits', paid.currency, sum(spent.credits),
           sum(round(spent.credits * (div(paid.amount_micro * (lots.month + 1), lots.months)
                                      - div(paid.amount_micro * lots.month, lots.months)) / lots.amount))
      FROM spent
      JOIN lots ON lots.id = spent.lot_id
      JOIN paid ON paid.object_ref = lots.object_ref
      LEFT JOIN generation_generationjob job
        ON job.id = CASE WHEN spent.object_ref ~ '^job:[0-9a-f-]{36}$' THEN substr(spent.object_ref, 5)::uuid END
     GROUP BY spent.user_id, job.model_id, paid.currency
"""

_FEES = """
    INSERT INTO metering_monthlyfigure (month_id, owner_id, model_id, item, currency, quantity, amount_micro)
    SELECT %(month)s, artist.user_id, NULL, 'fees', a.currency, count(*), sum(e.amount_minor * factor.micro)
      FROM billing_entry e
      JOIN billing_account a ON a.id = e.account_id
           AND a.kind IN (%(platform_fees)s, %(promotional_cost)s, %(dispute_losses)s)
      JOIN billing_transaction t ON t.id = e.transaction_id
      JOIN billing_sale s ON s.line_ref = t.object_ref
      -- What the platform adds to a sale out of its own pocket is a cost of that sale's artist.
      LEFT JOIN billing_sale whole ON whole.id = s.part_of_id
      JOIN accounts_artist artist ON artist.id = coalesce(whole.artist_id, s.artist_id)
      JOIN unnest(%(currencies)s::text[], %(factors)s::numeric[]) AS factor(currency, micro)
        ON factor.currency = a.currency
     WHERE e.recorded_at >= %(since)s AND e.recorded_at < %(until)s
     GROUP BY artist.user_id, a.currency
"""


def add_up_what_is_open() -> list[date]:
    """Add up every month that is not closed, to the present one; answers their first days."""
    keep_unit_costs()
    months = _open_months()
    for month in months:
        add_up(month)
    return months


@transaction.atomic
def add_up(month: date) -> Month:
    """Write the figures of the month that begins at ``month`` anew; close it where its time has come.

    Raises MonthClosed. Two at once wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('metering.add_up'))")
        row = Month.objects.filter(pk=month).first() or Month(begins=month)
        if row.is_closed:
            raise MonthClosed(way_out=_("Look at another month."))
        row.added_up_at = now()
        row.is_closed = now() >= _moment(_next(month)) + CLOSED_AFTER
        row.save()
        MonthlyFigure.objects.filter(month=row).delete()
        named = _parameters(month)
        for statement in (_COSTS, _CREDITS, _FEES):
            cursor.execute(statement, named)
    return row


def _parameters(month: date) -> dict[str, Any]:
    traded = [currency for currency in EXPONENTS if currency != CREDITS]
    return {
        "month": month,
        "since": _moment(month),
        "until": _moment(_next(month)),
        "resources": [resource.value for resource in PRICED_UNITS],
        "units": list(PRICED_UNITS.values()),
        "currencies": traded,
        "factors": [10 ** (6 - EXPONENTS[currency]) for currency in traded],
        "credit_sales": AccountKind.CREDIT_SALES.value,
        "platform_fees": AccountKind.PLATFORM_FEES.value,
        "promotional_cost": AccountKind.PROMOTIONAL_COST.value,
        "dispute_losses": AccountKind.DISPUTE_LOSSES.value,
    }


def _open_months() -> list[date]:
    present = now().date().replace(day=1)
    closed = Month.objects.filter(is_closed=True).order_by("-begins").first()
    first = UsageRecord.objects.order_by("happened_at").first()
    if closed is not None:
        month = _next(closed.begins)
    elif first is not None:
        month = first.happened_at.date().replace(day=1)
    else:
        month = present
    months = []
    while month <= present:
        months.append(month)
        month = _next(month)
    return months


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
