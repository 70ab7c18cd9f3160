"""Searches that people keep, and when they are told of new works."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id


class SavedSearch(models.Model):
    """A search with its filters, under a name. ``next_look_at``: when its owner's next letter is due; None for none."""

    class Alerts(models.TextChoices):
        NONE = "none", _("No letters")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=200, blank=True)
    filters = models.JSONField(default=dict, help_text="the fields of a WorkFilter that narrow something")
    address = models.CharField(max_length=1000, help_text="the query string of the page that shows it")
    alerts = models.CharField(_("letters"), max_length=8, choices=Alerts, default=Alerts.NONE)
    alerts_since = models.DateTimeField(null=True, blank=True, help_text="works published before are no news")
    looked_at = models.DateTimeField(null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["owner", "address"], name="a_search_is_saved_once"),
            models.CheckConstraint(
                name="letters_have_a_date",
                condition=models.Q(alerts="none", next_look_at=None)
                | (~models.Q(alerts="none") & models.Q(next_look_at__isnull=False, alerts_since__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_look_at"], condition=models.Q(next_look_at__isnull=False), name="searches_to_look_at"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that runs it again."""
        return f"/search?{self.address}" if self.address else "/search"
