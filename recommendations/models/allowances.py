"""How much a source may tell: nothing of what it told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TellingAllowance(models.Model):
    """How many reports of pages a source has sent within one minute. ``source``: a keyed hash; gone after a day."""

    source = models.CharField(primary_key=True, max_length=64)
    minute = models.DateTimeField()
    reports = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("allowance for reports of pages")
        verbose_name_plural = _("allowances for reports of pages")

    def __str__(self) -> str:
        return f"{self.minute}: {self.reports}"
