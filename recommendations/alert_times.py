"""When letters are due: every day, or every Monday, at one hour, so that what is due to a person comes together."""

from datetime import datetime, time, timedelta

HOUR_UTC = 6
MONDAY = 0


def next_morning(after: datetime) -> datetime:
    """The next 06:00 UTC after ``after``."""
    today = datetime.combine(after.date(), time(HOUR_UTC), tzinfo=after.tzinfo)
    return today if today > after else today + timedelta(days=1)


def next_monday(after: datetime) -> datetime:
    """The next Monday's 06:00 UTC after ``after``."""
    morning = next_morning(after)
    return morning + timedelta(days=(MONDAY - morning.weekday()) % 7)
