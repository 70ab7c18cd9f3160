"""The statement's page and its files."""

import csv
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import selectors
from billing.periods import Period, month, period_of
from billing.selectors import Statement, StatementLine
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.core.spreadsheets import harmless
from marketplace.pages.billing.earnings import artist_or_told
from marketplace.pages.billing.statements.chart import earnings_chart
from marketplace.pages.billing.statements.pdf import statement_pdf
from marketplace.pages.billing.titles import titles_of


@login_required
@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    """A period's lines, the last year as a chart, and totals by year."""
    artist = artist_or_told(request)
    currencies = selectors.currencies_of(artist)
    currency = _currency(request, currencies)
    period = period_of(request.GET.get("period"))
    by_month = selectors.totals_by_month(artist, currency)
    offered = [month(now().date()), *(month(totals.begins) for totals in by_month)]
    # A month that the chart led to, though nothing moved in it, stands in the list too.
    offered += [period] if len(period.code) > len("2026") else []
    periods = {one.code: one for one in sorted(offered, key=lambda one: one.since, reverse=True)}
    found = _statement(artist, currency, period)
    context = {
        "period": period,
        "periods": list(periods.values()),
        "currency": currency,
        "currencies": currencies,
        "statement": found,
        "lines": with_titles(found),
        "years": selectors.totals_by_year(artist, currency),
        "chart": earnings_chart(by_month, currency, until=now().date()),
    }
    return render(request, "billing/statement.html", context)


@login_required
@require_GET
def statement_csv(request: HttpRequest) -> HttpResponse:
    """The same lines for a spreadsheet: amounts in major units, moments in UTC."""
    artist, period, found = _asked(request)
    text = StringIO()
    # Spreadsheets take a file without this mark for one in a local encoding.
    text.write("\ufeff")
    writer = csv.writer(text)
    money = [_("Price"), _("Platform fee"), _("Amount"), _("Balance")]
    # What came later stands last: programs read the others by their place.
    writer.writerow([_("Date"), _("What"), _("Work"), *money, _("Currency"), _("Id"), _("Royalties to others")])
    for line, title in with_titles(found):
        writer.writerow(
            [
                f"{line.at:%Y-%m-%d %H:%M:%S}",
                line.reason.label,
                harmless(title),
                _major(line.gross),
                _major(line.fee_taken),
                line.amount.major,
                line.balance.major,
                found.currency,
                line.object_ref,
                _major(line.royalties_given),
            ]
        )
    return _file(text.getvalue().encode(), f"atelier-{artist.handle}-{period.code}-{found.currency}.csv", "text/csv")


@login_required
@require_GET
def statement_as_pdf(request: HttpRequest) -> HttpResponse:
    """The same lines on paper."""
    artist, period, found = _asked(request)
    data = statement_pdf(artist=artist, statement=found, period=period, lines=with_titles(found))
    return _file(data, f"atelier-{artist.handle}-{period.code}-{found.currency}.pdf", "application/pdf")


def with_titles(found: Statement) -> list[tuple[StatementLine, str]]:
    """Each line with what it is of, in the reader's language; empty where it is of no sale, or of a tip."""
    titles = titles_of((line.object_ref, line.work) for line in found.lines)
    return [(line, titles[line.object_ref]) for line in found.lines]


def _asked(request: HttpRequest) -> tuple[Artist, Period, Statement]:
    artist = artist_or_told(request)
    period = period_of(request.GET.get("period"))
    return artist, period, _statement(artist, _currency(request, selectors.currencies_of(artist)), period)


def _statement(artist: Artist, currency: str, period: Period) -> Statement:
    return selectors.statement_of(artist, currency=currency, since=period.since, until=period.until)


def _currency(request: HttpRequest, currencies: list[str]) -> str:
    asked = request.GET.get("currency", "")
    return asked if asked in currencies else currencies[0]


def _major(amount: Money | None) -> object:
    return amount.major if amount is not None else ""


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
