"""Billing periods: counted from their anchor, so that the 31st comes back after February."""

from __future__ import annotations

import calendar
import datetime as dt

FIXED_S = {"day": 24 * 3600, "week": 7 * 24 * 3600}
MONTHS = {"month": 1, "year": 12}


def add_intervals(anchor: int, interval: str, count: int) -> int:
    """``anchor`` plus ``count`` intervals, in seconds since 1970; a month's missing day becomes its last."""
    if interval in FIXED_S:
        return anchor + FIXED_S[interval] * count
    start = dt.datetime.fromtimestamp(anchor, tz=dt.UTC)
    month_index = start.year * 12 + start.month - 1 + MONTHS[interval] * count
    year, month = divmod(month_index, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def period_after(anchor: int, interval: str, interval_count: int, moment: int) -> int:
    """The first end of a period, counted from ``anchor``, that lies after ``moment``."""
    periods = 1
    while (end := add_intervals(anchor, interval, periods * interval_count)) <= moment:
        periods += 1
    return end
