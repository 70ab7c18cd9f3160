"""Payouts that a person of the shop has stopped, and why: the artist reads the reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.core.ids import new_id


class PayoutStop(models.Model):
    """From when until when, by whom, and why. Lifted once; otherwise never changed, kept so by the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="payout_stops", verbose_name=_("artist"))
    reason = models.TextField(_("reason"), max_length=2000, help_text=_("The artist reads this, as it stands here."))
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payouts_stopped")
    stopped_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="payout_stops_lifted"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.TextField(_("why it was lifted"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("stop of payouts")
        verbose_name_plural = _("stopped payouts")
        constraints = [
            models.UniqueConstraint(
                fields=["artist"], condition=Q(lifted_at__isnull=True), name="one_payout_stop_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_because="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="payout_stop_lifted_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="payout_stop_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.artist} {self.stopped_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether it holds now."""
        return self.lifted_at is None
