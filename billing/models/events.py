"""Stripe's events as they came in: stored once under their own id, processed by a job."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StripeEvent(models.Model):
    """One event. The payload is kept, so that it can be processed again."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Waiting")
        PROCESSED = "processed", _("Processed")
        FAILED = "failed", _("Given up")

    id = models.CharField(primary_key=True, max_length=120, editable=False)
    type = models.CharField(max_length=80)
    created = models.DateTimeField(help_text="when it happened at Stripe")
    account = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="the connected account; empty: the shop's own"
    )
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], condition=~Q(state="processed"), name="events_not_processed")]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
