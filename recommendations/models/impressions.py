"""How often works were shown: numbers alone, nothing of anybody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import Work
from recommendations.models.events import Event


class WorkImpressions(models.Model):
    """How often a work was in sight in one kind of list on one day (UTC). Stays when events go."""

    id = models.BigAutoField(primary_key=True)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="impressions", db_index=False)
    day = models.DateField()
    surface = models.CharField(max_length=16, choices=Event.Surface)
    shown = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("impressions of a work")
        verbose_name_plural = _("impressions of works")
        constraints = [models.UniqueConstraint(fields=["work", "day", "surface"], name="impressions_once_a_day")]

    def __str__(self) -> str:
        return f"{self.work_id} {self.surface} {self.day}: {self.shown}"


class CountingSalt(models.Model):
    """The secret of one day from which keys of viewers are made who were not asked; gone when the day is.

    Without it nobody, this shop included, can tell whose keys they were.
    """

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salt of a day")
        verbose_name_plural = _("salts of days")

    def __str__(self) -> str:
        return str(self.day)
