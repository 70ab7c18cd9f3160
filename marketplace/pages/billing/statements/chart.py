"""What an artist earned month by month, as bars: figures for a drawing whose viewport is 100 high."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.periods import Period, month
from billing.selectors import PeriodTotals
from marketplace.core.money import Money

MONTHS = 12
_BAR, _GAP = 20.0, 10.0
_TOP, _BOTTOM = 8.0, 92.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One month. ``x``, ``y``, ``width`` and ``height`` in the drawing's units; below the line where it is a loss."""

    period: Period
    earned: Money
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars and the height of the line from which they rise."""

    bars: list[Bar]
    width: float
    zero_y: float


def earnings_chart(totals: Sequence[PeriodTotals], currency: str, *, until: date) -> Chart | None:
    """The twelve months that end with ``until``; None where nothing was earned in any."""
    months = [_months_before(until, back) for back in range(MONTHS - 1, -1, -1)]
    earned = {one.begins: one.earned for one in totals}
    amounts = [earned.get(begins, Money(0, currency)) for begins in months]
    highest = max(0, *(amount.amount_minor for amount in amounts))
    lowest = min(0, *(amount.amount_minor for amount in amounts))
    if highest == lowest:
        return None
    unit = (_BOTTOM - _TOP) / (highest - lowest)
    zero = _TOP + highest * unit
    bars = [
        Bar(
            period=month(begins),
            earned=amount,
            x=_GAP + place * (_BAR + _GAP),
            y=round(zero - max(0, amount.amount_minor) * unit, 2),
            width=_BAR,
            height=round(abs(amount.amount_minor) * unit, 2),
        )
        for place, (begins, amount) in enumerate(zip(months, amounts, strict=True))
    ]
    return Chart(bars, _GAP + MONTHS * (_BAR + _GAP), round(zero, 2))


def _months_before(day: date, back: int) -> date:
    count = day.year * 12 + day.month - 1 - back
    return date(count // 12, count % 12 + 1, 1)
