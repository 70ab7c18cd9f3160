"""Payouts, accounts, reserves and declarations to look at; who owes for long; the yearly report of sellers."""

import csv
from io import StringIO

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from billing.admin.ledger import LookOnly
from billing.models import BankRefusal, Payout, PayoutAccount, PayoutSchedule, RollingReserve, SellerDeclaration
from billing.selectors import SellerYear, dac7_year, debts_for_review, years_with_sales
from marketplace.core.clock import now
from marketplace.core.spreadsheets import harmless


@admin.register(Payout)
class PayoutAdmin(LookOnly):
    """With a page of artists who have owed for long."""

    change_list_template = "billing/admin_payouts.html"
    list_display = ["artist", "amount", "state", "failure_reason", "reversed", "created_at"]
    list_filter = ["state", "currency"]
    search_fields = ["artist__handle", "stripe_transfer_id"]
    list_select_related = ["artist"]

    def get_urls(self) -> list[URLPattern]:
        own = path("debts/", self.admin_site.admin_view(self.debts), name="billing_debts")
        return [own, *super().get_urls()]

    def debts(self, request: HttpRequest) -> HttpResponse:
        """Debts older than the configured days, each with what brought it about."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(
            request,
            "billing/debts.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Artists who owe"),
                "opts": self.opts,
                "debts": debts_for_review(),
                "days": settings.CONFIGURATION.debt_review_days,
            },
        )


@admin.register(BankRefusal)
class BankRefusalAdmin(LookOnly):
    list_display = ["stripe_payout_id", "artist", "amount", "code", "told_at", "mended_at"]
    list_filter = ["code", ("mended_at", admin.EmptyFieldListFilter)]
    search_fields = ["stripe_payout_id", "artist__handle"]
    list_select_related = ["artist"]
    ordering = ["-told_at"]


@admin.register(PayoutAccount)
class PayoutAccountAdmin(LookOnly):
    """With the yearly report of sellers (DAC7)."""

    change_list_template = "billing/admin_payout_accounts.html"
    list_display = [
        *("artist", "stripe_account_id", "business_type", "country", "details_submitted", "transfers_active"),
        *("payouts_enabled", "has_tax_id", "disabled_reason"),
    ]
    list_filter = ["business_type", "payouts_enabled", "has_tax_id"]
    search_fields = ["artist__handle", "stripe_account_id"]
    list_select_related = ["artist"]

    def get_urls(self) -> list[URLPattern]:
        own = path("dac7/", self.admin_site.admin_view(self.dac7), name="billing_dac7")
        return [own, *super().get_urls()]

    def dac7(self, request: HttpRequest) -> HttpResponse:
        """A year's sellers with their quarters, as a page or (``file=csv``) for a spreadsheet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        years = years_with_sales() or [now().year]
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else years[0]
        sellers = dac7_year(year)
        if request.GET.get("file") == "csv":
            return _as_csv(year, sellers)
        return TemplateResponse(
            request,
            "billing/dac7.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Yearly report of sellers (DAC7)"),
                "opts": self.opts,
                "year": year,
                "years": years,
                "sellers": sellers,
                "rates": settings.CONFIGURATION.eur_rates,
            },
        )


def _as_csv(year: int, sellers: list[SellerYear]) -> HttpResponse:
    """One row for each seller and currency; amounts in major units of that currency."""
    text = StringIO()
    # Spreadsheets take a file without this mark for one in a local encoding.
    text.write("\ufeff")
    writer = csv.writer(text)
    quarters = [
        f"Q{number} {what}" for number in (1, 2, 3, 4) for what in ("consideration", "fees", "number of activities")
    ]
    writer.writerow(
        [
            *("Year", "Handle", "Name", "Stripe account", "Business type", "Country", "Tax number known", "Currency"),
            *quarters,
            *("Year's consideration", "Year's fees", "Year's activities in all currencies"),
            *("Judged in EUR", "Not judged", "Reported"),
        ]
    )
    for seller in sellers:
        account = seller.account
        for one in seller.currencies:
            writer.writerow(
                [
                    *(year, seller.artist.handle, harmless(seller.artist.name)),
                    *((account.stripe_account_id, account.business_type, account.country) if account else ("", "", "")),
                    *("yes" if account and account.has_tax_id else "no", one.currency),
                    *(
                        value
                        for quarter in one.quarters
                        for value in (quarter.consideration.major, quarter.fees.major, quarter.activities)
                    ),
                    *(one.consideration.major, one.fees.major, seller.activities),
                    *(f"{seller.in_euros:.2f}", " ".join(seller.unjudged), seller.verdict.value),
                ]
            )
    return HttpResponse(
        text.getvalue().encode(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="atelier-dac7-{year}.csv"'},
    )


@admin.register(PayoutSchedule)
class PayoutScheduleAdmin(LookOnly):
    list_display = ["artist", "every", "weekday", "day_of_month", "next_at", "chosen_at"]
    list_filter = ["every"]
    search_fields = ["artist__handle"]
    list_select_related = ["artist"]
    ordering = ["next_at"]


@admin.register(RollingReserve)
class RollingReserveAdmin(LookOnly):
    list_display = ["artist", "sale", "amount", "left", "taken_at", "release_at", "released_at"]
    list_filter = ["currency", ("released_at", admin.EmptyFieldListFilter)]
    search_fields = ["artist__handle", "sale__line_ref"]
    list_select_related = ["artist", "sale"]
    ordering = ["release_at"]


@admin.register(SellerDeclaration)
class SellerDeclarationAdmin(LookOnly):
    list_display = ["artist", "is_trader", "trade_register", "wording", "declared_by", "declared_at"]
    list_filter = ["is_trader"]
    search_fields = ["artist__handle", "trade_register"]
    list_select_related = ["artist", "declared_by"]
    ordering = ["-declared_at"]
