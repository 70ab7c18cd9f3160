"""The tax of a quarter by place and rate, beside the ledger, as a page and as CSV."""

import csv
import re
from io import StringIO
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from billing.admin.ledger import LookOnly
from billing.models import TaxedPart
from billing.selectors.taxes import TaxQuarter, quarter_of, tax_quarter
from marketplace.core.clock import now

# How far back the page leads; an older quarter is reached by its address.
_SHOWN = 8


@admin.register(TaxedPart)
class TaxPage(LookOnly):
    """Its list is the page: what is to be declared, not the single sales."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """``?quarter=2026-4``, by default the present one; ``&file=csv`` as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = tax_quarter(*_asked(request))
        if request.GET.get("file") == "csv":
            return _as_csv(found)
        return TemplateResponse(
            request,
            "billing/taxes.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Tax collected"),
                "opts": self.opts,
                "found": found,
                "quarters": _latest_quarters(),
            },
        )


def _asked(request: HttpRequest) -> tuple[int, int]:
    given = re.fullmatch(r"(20\d\d)-([1-4])", request.GET.get("quarter", ""), re.ASCII)
    return (int(given[1]), int(given[2])) if given else quarter_of(now())


def _latest_quarters() -> list[tuple[int, int]]:
    year, quarter = quarter_of(now())
    last = year * 4 + quarter - 1
    return [(one // 4, one % 4 + 1) for one in range(last, last - _SHOWN, -1)]


def _as_csv(found: TaxQuarter) -> HttpResponse:
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    heads = [_("Place"), _("Rate in percent"), _("Reason"), _("Currency"), _("Without tax"), _("Tax")]
    writer.writerow([_("Quarter"), *heads])
    for row in found.rows:
        what = [row.place, row.percent, row.reason, row.tax.currency]
        writer.writerow([f"{found.year}-{found.quarter}", *what, row.net.major, row.tax.major])
    name = f"atelier-tax-{found.year}-{found.quarter}.csv"
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
