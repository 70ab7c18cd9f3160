"""Endpoints of people's programs, what happened, and its deliveries with every attempt.

An event and its deliveries are written in the transaction in which it happened; jobs then send what stands here. All
four are kept for a time and then removed (services.pruning).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.ids import new_id

LONGEST_URL = 500


class WebhookEndpoint(models.Model):
    """An address that is told of what happens to its owner. Its secrets are sealed (see ``secrets``)."""

    class Disabled(models.TextChoices):
        BY_OWNER = "by_owner", _("You disabled it")
        FAILING = "failing", _("Nothing could be delivered for days")
        GONE = "gone", _("It answered 410: it wants nothing any more")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField(max_length=LONGEST_URL)
    description = models.CharField(max_length=120, blank=True)
    event_types = ArrayField(models.CharField(max_length=40))
    secret_sealed = models.TextField()
    former_secret_sealed = models.TextField(blank=True)
    former_secret_until = models.DateTimeField(null=True, blank=True, help_text="both sign until then")
    failing_since = models.DateTimeField(null=True, blank=True, help_text="no delivery succeeded since")
    last_failed_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=10, choices=Disabled, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="its log goes later")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        indexes = [
            models.Index(fields=["owner", "-created_at"], condition=Q(deleted_at=None), name="endpoints_of_an_owner")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_because="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_because="")),
                name="a_disabled_endpoint_says_why",
            ),
            models.CheckConstraint(
                condition=Q(former_secret_until=None, former_secret_sealed="")
                | (Q(former_secret_until__isnull=False) & ~Q(former_secret_sealed="")),
                name="a_former_secret_says_until_when",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        """Whether events are delivered to it."""
        return self.disabled_at is None and self.deleted_at is None

    @property
    def has_two_secrets(self) -> bool:
        """Whether the secret before the present one still signs too."""
        return self.former_secret_until is not None and self.former_secret_until > now()


class WebhookEvent(models.Model):
    """Something that happened to ``owner``. ``body`` is what is sent, to the letter, at every attempt."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="webhook_events")
    type = models.CharField(max_length=40)
    once_key = models.CharField(max_length=200, help_text="one event for each: sale.completed:<id of the sale>")
    body = models.TextField()
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = [models.UniqueConstraint(fields=["owner", "once_key"], name="one_webhook_event_per_key")]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def message_id(self) -> str:
        """The header ``webhook-id``: the same at every attempt and for every endpoint."""
        return f"msg_{self.id.hex}"


class WebhookDelivery(models.Model):
    """One event to one endpoint. While an attempt runs, ``next_at`` is when it is taken for dead."""

    class State(models.TextChoices):
        WAITING = "waiting", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")
        CANCELLED = "cancelled", _("Not sent: the endpoint was disabled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(WebhookEvent, on_delete=models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts_made = models.PositiveIntegerField(default=0)
    tried = models.PositiveSmallIntegerField(default=0, help_text="attempts since it was last sent by hand")
    next_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(fields=["endpoint", "-created_at", "-id"], name="deliveries_of_an_endpoint"),
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="deliveries_still_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="an_event_once_per_endpoint"),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False, ended_at=None)
                | (~Q(state="waiting") & Q(next_at=None, ended_at__isnull=False)),
                name="a_waiting_delivery_says_until_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id} {self.state}"


class WebhookAttempt(models.Model):
    """One request: what came back. One without an end was cut off with its worker, or still runs."""

    class Error(models.TextChoices):
        NAME = "name", _("Its name is not found")
        ADDRESS = "address", _("Its address is not one of the public internet")
        CONNECTION = "connection", _("No connection")
        TLS = "tls", _("Its certificate is not valid")
        TIMEOUT = "timeout", _("No answer in time")
        ANSWER = "answer", _("Its answer is not HTTP")
        SECRET = "secret", _("Its secret can't be read any more; make a new one")

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the answer, where there was one")
    error = models.CharField(max_length=12, choices=Error, blank=True)
    answer_start = models.TextField(blank=True, help_text="the first bytes of the answer")

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="an_attempt_once_per_number")]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"

    @property
    def has_ended(self) -> bool:
        """Whether anything is known of it."""
        return self.duration_ms is not None

    @property
    def has_succeeded(self) -> bool:
        """Whether the receiver has taken the event: 2xx, as the specification says."""
        return self.status is not None and 200 <= self.status < 300
