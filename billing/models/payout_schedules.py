"""When an artist's money goes out: every week, every month, or when she asks for it."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist

MONDAY = 0
LAST_DAY_OF_EVERY_MONTH = 28


class PayoutSchedule(models.Model):
    """An artist's choice; days begin at midnight UTC. She can ask for a payout at any time besides."""

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")
        ASKED = "asked", _("Only when I ask for it")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    artist = models.OneToOneField(Artist, on_delete=models.PROTECT, primary_key=True, related_name="payout_schedule")
    every = models.CharField(max_length=8, choices=Every, default=Every.WEEK)
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=MONDAY)
    day_of_month = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField(null=True, blank=True, help_text="empty: only when she asks for it")
    chosen_at = models.DateTimeField(null=True, blank=True, help_text="empty: she has not chosen, the shop's default")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="payout_schedules_by_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, day_of_month__gte=1, day_of_month__lte=LAST_DAY_OF_EVERY_MONTH),
                name="payout_day_exists",
            ),
            models.CheckConstraint(
                condition=Q(every="asked", next_at__isnull=True) | (~Q(every="asked") & Q(next_at__isnull=False)),
                name="payout_date_unless_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artist_id} {self.every}"

    def date_after(self, moment: datetime) -> datetime | None:
        """The first of its days that begins after ``moment``; None where it waits until she asks."""
        today = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.every == self.Every.WEEK:
            return today + timedelta(days=(self.weekday - today.weekday() - 1) % 7 + 1)
        if self.every == self.Every.MONTH:
            this_month = today.replace(day=self.day_of_month)
            if this_month > today:
                return this_month
            in_next_month = today.replace(day=LAST_DAY_OF_EVERY_MONTH) + timedelta(days=7)
            return in_next_month.replace(day=self.day_of_month)
        return None
