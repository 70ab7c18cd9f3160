"""Stripe's events: what came, what became of it, and a button to run one again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.admin.ledger import LookOnly
from billing.models import StripeEvent
from billing.webhooks import run_again


@admin.register(StripeEvent)
class StripeEventAdmin(LookOnly):
    list_display = ["id", "type", "state", "attempts", "last_error", "received_at"]
    list_filter = ["state", "type"]
    search_fields = ["id"]
    ordering = ["-received_at"]
    actions = ["process_again"]

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Looking is not running."""
        return request.user.has_perm("billing.change_stripeevent")

    @admin.action(description=_("Process again"), permissions=["run"])
    def process_again(self, request: HttpRequest, events: QuerySet[StripeEvent]) -> None:
        """Queue events that were given up or left behind; those that are processed stay as they are."""
        for event_id in events.exclude(state=StripeEvent.State.PROCESSED).values_list("id", flat=True):
            run_again(event_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One event, whole; a POST runs it again, also one that was processed: every effect is recorded once."""
        event = StripeEvent.objects.filter(pk=object_id).first()
        if event is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        may_run = self.has_run_permission(request)
        if request.method == "POST":
            if not may_run:
                raise PermissionDenied
            run_again(event.id)
            messages.success(request, gettext("The event is in the queue; its outcome appears here in a moment."))
            return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "billing/stripe_event.html",
            {
                **self.admin_site.each_context(request),
                "title": event.type,
                "opts": self.opts,
                "event": event,
                "may_run": may_run,
                "payload": json.dumps(event.payload, indent=2, ensure_ascii=False),
            },
        )
