"""Months as Stripe counts them: from an anchor, so that the 31st comes back after February."""

import calendar
from datetime import datetime, timedelta

# Clocks and second's fractions; no two months begin so near to each other.
_SAME = timedelta(hours=1)


def month_after(anchor: datetime, months: int) -> datetime:
    """``anchor`` plus ``months``; a day that the month lacks becomes its last. UTC in, UTC out."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = min(anchor.day, calendar.monthrange(year, month + 1)[1])
    return anchor.replace(year=year, month=month + 1, day=day)


def month_starts(*, anchor: datetime, begin: datetime, months: int) -> list[datetime]:
    """When each of ``months`` months begins in a period that begins at ``begin``, and when the last one ends.

    ``anchor`` says the day of the month, where ``begin`` lies a whole number of months from it; else ``begin`` does.
    """
    offset = (begin.year - anchor.year) * 12 + begin.month - anchor.month
    if abs(month_after(anchor, offset) - begin) > _SAME:
        anchor, offset = begin, 0
    return [begin, *(month_after(anchor, offset + n) for n in range(1, months + 1))]
