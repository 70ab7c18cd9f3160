"""When artists are paid: their choice, and the shop's default for those who have not chosen."""

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import PayoutDayInvalid
from billing.models import AccountKind, Balance, PayoutSchedule
from billing.models.payout_schedules import LAST_DAY_OF_EVERY_MONTH
from marketplace.accounts.models import Artist
from marketplace.core.clock import now


@transaction.atomic
def choose_payout_schedule(*, artist: Artist, every: str, weekday: int = 0, day_of_month: int = 1) -> PayoutSchedule:
    """Pay ``artist`` every week (``weekday``: 0 is Monday), every month or when she asks. Raises PayoutDayInvalid."""
    if (
        every not in PayoutSchedule.Every.values
        or not 0 <= weekday <= 6
        or not 1 <= day_of_month <= LAST_DAY_OF_EVERY_MONTH
    ):
        way_out = _("Choose a weekday, or a day of the month from 1 to 28.")
        raise PayoutDayInvalid(way_out=way_out)
    chosen = PayoutSchedule(artist=artist, every=every, weekday=weekday, day_of_month=day_of_month, chosen_at=now())
    chosen.next_at = chosen.date_after(now())
    PayoutSchedule.objects.bulk_create(
        [chosen],
        update_conflicts=True,
        unique_fields=["artist"],
        update_fields=["every", "weekday", "day_of_month", "next_at", "chosen_at"],
    )
    return PayoutSchedule.objects.get(artist=artist)


def give_default_schedules() -> None:
    """Give a date to every artist who has money and has not chosen one."""
    without = Balance.objects.filter(
        account__kind=AccountKind.ARTIST_AVAILABLE, amount_minor__gt=0, account__artist__payout_schedule=None
    )
    made = []
    for artist_id in set(without.values_list("account__artist_id", flat=True)):
        schedule = PayoutSchedule(artist_id=artist_id)
        schedule.next_at = schedule.date_after(now())
        made.append(schedule)
    PayoutSchedule.objects.bulk_create(made, ignore_conflicts=True)
