"""The ledger beside Stripe's books: totals, what differs, the comparisons so far, and a button for another."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from billing.admin.ledger import LookOnly
from billing.models import LedgerDifference, Reconciliation, StripeMovement
from billing.selectors import reconciliation_overview
from billing.tasks import defer_reconciliation


@admin.register(Reconciliation)
class ReconciliationPage(LookOnly):
    """Its list is the page."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page; a POST compares now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_compare = request.user.has_perm("billing.add_reconciliation")
        if request.method == "POST":
            if not may_compare:
                raise PermissionDenied
            defer_reconciliation()
            messages.success(request, gettext("The comparison is in the queue; its outcome appears here in a moment."))
            return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "billing/reconciliation.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Reconciliation with Stripe"),
                "opts": self.opts,
                "shown": reconciliation_overview(),
                "may_compare": may_compare,
            },
        )


@admin.register(LedgerDifference)
class LedgerDifferenceAdmin(LookOnly):
    list_display = ["ref", "kind", "in_ledger", "at_stripe", "happened_at", "found_at", "agreed_at"]
    list_filter = ["kind", "currency", ("agreed_at", admin.EmptyFieldListFilter)]
    search_fields = ["ref"]
    ordering = ["-found_at"]


@admin.register(StripeMovement)
class StripeMovementAdmin(LookOnly):
    list_display = ["id", "type", "ref", "amount", "fee", "created", "available_on"]
    list_filter = ["type", "currency"]
    search_fields = ["id", "ref"]
    ordering = ["-created"]
