"""Costs and margin of a month, by artist and by model; the usage that they are made of, and unit costs since when."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from billing.admin.ledger import LookOnly
from marketplace.metering import selectors
from marketplace.metering.models import Month, UnitCost, UsageRecord
from marketplace.metering.resources import GIB_MONTH_BYTE_DAYS, HOUR_MS
from marketplace.metering.selectors import MicroAmount, margin_in
from marketplace.metering.tasks import defer_adding_up

PER_PAGE = 50
MOST_MONTHS = 36


@admin.register(Month)
class CostsPage(LookOnly):
    """Its list is the page."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page; a POST adds the open months up now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_add_up = request.user.has_perm("metering.change_month")
        if request.method == "POST":
            if not may_add_up:
                raise PermissionDenied
            defer_adding_up()
            messages.success(request, gettext("The figures are in the queue; they appear here in a moment."))
            return HttpResponseRedirect(request.get_full_path())
        months = list(selectors.months()[:MOST_MONTHS])
        shown = _chosen(months, request.GET.get("month", ""))
        by = "model" if request.GET.get("by") == "model" else "artist"
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Costs and margin"),
            "opts": self.opts,
            "months": months,
            "shown": shown,
            "by": by,
            "may_add_up": may_add_up,
            "unit_costs": [(cost, MicroAmount(cost.cost_micro, cost.currency)) for cost in selectors.unit_costs()[:50]],
        }
        if shown is not None:
            rows = selectors.margins_by_model if by == "model" else selectors.margins_by_artist
            page = Paginator(rows(shown.begins), PER_PAGE).get_page(request.GET.get("page"))
            context |= {
                "totals": selectors.totals_of(shown.begins),
                "page": page,
                "rows": [(row, margin_in(row), _used(row)) for row in page],
            }
        return TemplateResponse(request, "metering/costs.html", context)


def _chosen(months: list[Month], asked: str) -> Month | None:
    """The month that was asked for as 2026-11, else the newest."""
    for month in months:
        if f"{month.begins:%Y-%m}" == asked:
            return month
    return months[0] if months else None


def _used(row: dict[str, Any]) -> dict[str, float]:
    """What was used, for people: hours, and GiB kept for a month."""
    used = {"gpu_h": row["gpu_ms"] / HOUR_MS, "cpu_h": row["cpu_ms"] / HOUR_MS}
    if "byte_days" in row:
        used |= {"gib_months": row["byte_days"] / GIB_MONTH_BYTE_DAYS, "emails": row["emails"]}
    return used


@admin.register(UsageRecord)
class UsageRecordAdmin(LookOnly):
    list_display = ["happened_at", "resource", "object_ref", "owner", "model", "device", "quantity"]
    list_filter = ["resource"]
    search_fields = ["object_ref__startswith"]
    list_select_related = ["owner", "model"]
    ordering = ["-happened_at"]
    show_full_result_count = False


@admin.register(UnitCost)
class UnitCostAdmin(LookOnly):
    list_display = ["resource", "valid_from", "cost_micro", "currency"]
    list_filter = ["resource"]
    ordering = ["resource", "-valid_from"]
