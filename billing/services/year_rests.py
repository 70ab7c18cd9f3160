"""Rests within a paid year: its end and the months to come move by as long, and no month is lost.

Stripe knows a longer paid period only as a trial that follows from now on without charge
(https://docs.stripe.com/billing/subscriptions/billing-cycle): the next invoice comes when it ends. The rests stand in
the subscription's metadata, set by the same request, so that a crash leaves both or neither; ours are copied from
there.
"""

from datetime import datetime
from itertools import pairwise

from billing.gateway import Subscription
from billing.models import PaidPeriod, PlanSubscription
from billing.months import month_starts
from marketplace.core.clock import now

# Where a subscription's metadata keeps them: the invoice of the paid year, and each rest (see PaidPeriod.rests).
RESTS_KEY = "year_rests"


def in_metadata(period: PaidPeriod, rests: list[tuple[int, int]]) -> dict[str, str]:
    """What Stripe keeps of the ``rests`` of a paid year: before which of its months, for how many."""
    return {RESTS_KEY: f"{period.invoice_id}:{_in_words(rests)}"}


def month_of(period: PaidPeriod, index: int) -> tuple[datetime, datetime]:
    """When a month of a paid period begins and ends; a rest before it has moved it."""
    starts = _starts(period)
    place = index + sum(months for before, months in period.rests_before if before <= index)
    return starts[place], period.ends_at if index == period.months - 1 else starts[place + 1]


def span_of_rest(period: PaidPeriod, before: int, months: int) -> tuple[datetime, datetime]:
    """From when to when a rest lasts; it begins where the month before it ends."""
    starts = _starts(period)
    place = before + sum(one for earlier, one in period.rests_before if earlier < before)
    return starts[place], starts[place + months]


def copy_rests(found: Subscription, row: PlanSubscription) -> bool:
    """Bring a locked subscription and its paid year to what Stripe says of their rests; answers whether one is to come
    or lasts. While it is so, Stripe's word "trialing" means a paid year that ends later.
    """
    invoice_id, _colon, words = found.metadata.get(RESTS_KEY, "").partition(":")
    period = row.periods.filter(invoice_id=invoice_id).first() if invoice_id else None
    row.extended_to = None
    if period is None:
        return False
    if period.rests != words:
        _move(period, words)
    if found.status == "trialing":
        row.state, row.trial_ends_at, row.extended_to = PlanSubscription.State.ACTIVE, None, period.ends_at
    if not period.rests_before or row.extended_to is None:
        return False
    begins, ends = span_of_rest(period, *period.rests_before[-1])
    if ends <= now():
        return False
    row.paused_from, row.paused_until = begins, ends
    return True


def _move(period: PaidPeriod, words: str) -> None:
    period.rests = words
    period.ends_at = _starts(period)[-1]
    if period.next_month_at is not None:
        period.next_month_at = month_of(period, period.months_done)[0]
    period.save(update_fields=["rests", "ends_at", "next_month_at"])


def _starts(period: PaidPeriod) -> list[datetime]:
    """The beginnings of all months from the year's first to its end, those that rest too."""
    rested = sum(months for _before, months in period.rests_before)
    return month_starts(anchor=period.anchor_at, begin=period.starts_at, months=period.months + rested)


def _in_words(rests: list[tuple[int, int]]) -> str:
    assert all(one[0] <= other[0] for one, other in pairwise(rests)), "rests follow each other"
    return ",".join(f"{before}+{months}" for before, months in rests)
