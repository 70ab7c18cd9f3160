"""Counters made from the events."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import Work


class WorkPopularity(models.Model):
    """Counters made from the events by ``refresh_popularity``; never the source of anything."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="popularity")
    score = models.FloatField(help_text="weighted events, halved in a fixed time; for sorting only")
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
