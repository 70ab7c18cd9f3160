"""The periods that a statement can be asked for: a month (2026-11) or a year (2026), in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.formats import date_format

from marketplace.core.clock import now

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_YEAR = re.compile(r"^(\d{4})$")


@dataclass(frozen=True, slots=True)
class Period:
    """``since`` <= moment < ``until``; ``code`` is what stands in the address."""

    code: str
    since: datetime
    until: datetime

    @property
    def label(self) -> str:
        """As people read it."""
        return self.code if len(self.code) == 4 else date_format(self.since.date(), "YEAR_MONTH_FORMAT")


def period_of(code: str | None) -> Period:
    """The period that ``code`` names; the present month where it names none."""
    if code and (match := _MONTH.match(code)) and "0000" < match[1] < "9999":
        return month(date(int(match[1]), int(match[2]), 1))
    if code and (match := _YEAR.match(code)) and "0000" < match[1] < "9999":
        begins = datetime(int(match[1]), 1, 1, tzinfo=UTC)
        return Period(code, begins, begins.replace(year=begins.year + 1))
    return month(now().date())


def month(of: date) -> Period:
    """The month in which a day lies."""
    begins = datetime(of.year, of.month, 1, tzinfo=UTC)
    ends = begins.replace(year=of.year + 1, month=1) if of.month == 12 else begins.replace(month=of.month + 1)
    return Period(f"{of:%Y-%m}", begins, ends)
