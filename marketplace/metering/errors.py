"""What can go wrong with metering."""

from marketplace.core.errors import Conflict


class MonthClosed(Conflict):
    """The figures of this month are final."""

    code = "month_closed"
