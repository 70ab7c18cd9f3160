"""Counters made from the events."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import Work


class WorkPopularity(models.Model):
    """Counters made from the events by ``refresh_popularity``; never the source of anything."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="popularity")
    score = models.FloatField(help_text="what independent viewers did, halved in a fixed time; for sorting only")
    interested = models.FloatField(
        default=0.0, db_default=0.0, help_text="how many independent viewers dealt with it; not halved"
    )
    viewers = models.PositiveIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    buyers = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("popularity")
        verbose_name_plural = _("popularity")
        indexes = [models.Index(fields=["-score"], name="most_popular_first")]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.score:.2f}"


class FirstViews(models.Model):
    """How far a work is with its first views; made by ``refresh_first_views``, never the source of anything.

    A row comes with publishing and stays, closed, when the work was shown EXPLORATION_FIRST_VIEWS times.
    """

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="first_views")
    shown = models.PositiveIntegerField(default=0, db_default=0, help_text="how often it was in sight, in any list")
    interested = models.FloatField(default=0.0, db_default=0.0, help_text="as in the work's popularity")
    is_by_new_artist = models.BooleanField(default=False, db_default=False)
    is_open = models.BooleanField(default=True, db_default=True, help_text="whether it still gets explored places")
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("first views of a work")
        verbose_name_plural = _("first views of works")
        indexes = [
            models.Index(
                fields=["is_by_new_artist", "shown", "work"], condition=models.Q(is_open=True), name="least_shown_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.shown}"
