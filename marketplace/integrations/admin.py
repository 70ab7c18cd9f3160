"""Webhooks to look at: whose endpoints fail, and why. Secrets are shown to nobody."""

from django.contrib import admin

from billing.admin.ledger import LookOnly
from marketplace.integrations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(LookOnly):
    list_display = ["url", "owner", "failing_since", "disabled_at", "disabled_because", "deleted_at", "created_at"]
    list_filter = ["disabled_because", ("failing_since", admin.EmptyFieldListFilter)]
    search_fields = ["url", "owner__email"]
    list_select_related = ["owner"]
    exclude = ["secret_sealed", "former_secret_sealed"]
    ordering = ["-created_at"]


class AttemptInline(admin.TabularInline[WebhookAttempt, WebhookDelivery]):
    model = WebhookAttempt
    extra = 0
    can_delete = False
    fields = ["number", "began_at", "duration_ms", "status", "error", "answer_start"]
    readonly_fields = ["number", "began_at", "duration_ms", "status", "error", "answer_start"]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(LookOnly):
    list_display = ["event", "endpoint", "state", "attempts_made", "next_at", "created_at"]
    list_filter = ["state", "event__type"]
    search_fields = ["endpoint__url", "endpoint__owner__email"]
    list_select_related = ["event", "endpoint"]
    ordering = ["-created_at"]
    inlines = [AttemptInline]
