"""An artist's statement: the ledger's lines with balances, as page, CSV and PDF, hers alone."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from billing.models import Payout
from billing.periods import month, period_of
from billing.selectors import statement_of, totals_by_month, totals_by_year
from billing.services import mature_sales, pay_out_now, record_refund
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.pages.billing.statements.chart import earnings_chart
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, sell
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


def usd(amount: int) -> Money:
    return Money(amount, "USD")


@pytest.fixture
def artist(client):
    made = ArtistFactory()
    client.force_login(made.user)
    return made


@pytest.fixture
def history(artist):
    """A sale that was paid out, one that went back in part, and one in its holding time."""
    sell(artist, 3000, days_until_available=-1, work=WorkFactory(artist=artist, title="Quiet sea"))
    mature_sales()
    PayoutAccountFactory(artist=artist)
    pay_out_now(artist=artist, currency="USD")
    partly = sell(artist, 2000, work=WorkFactory(artist=artist, title='=HYPERLINK("http://evil")'))
    record_refund(line_ref=partly.line_ref, amount=usd(500), refund_ref="re_1")
    sell(ArtistFactory(), 777_700)
    return partly


def this_month(artist):
    period = month(now().date())
    return statement_of(artist, currency="USD", since=period.since, until=period.until)


def test_each_line_has_its_balance_and_maturing_moves_nothing(artist, history):
    statement = this_month(artist)
    told = [(line.reason.value, line.amount.amount_minor, line.balance.amount_minor) for line in statement.lines]
    assert told == [("sale", 2700, 2700), ("payout", -2700, 0), ("sale", 1800, 1800), ("refund", -450, 1350)]
    sold, _paid, _other, refund = statement.lines
    assert (sold.gross, sold.fee) == (usd(3000), usd(300))
    assert (refund.gross, refund.fee) == (usd(-500), usd(-50))
    assert (statement.opening, statement.closing) == (usd(0), usd(1350))


def test_a_period_begins_with_what_was_there_before(artist, history):
    soon = now() + timedelta(seconds=1)
    later = statement_of(artist, currency="USD", since=soon, until=soon + timedelta(days=9))
    assert (later.opening, later.lines, later.closing) == (usd(1350), [], usd(1350))


def test_totals_by_year_and_month(artist, history):
    (year,) = totals_by_year(artist, "USD")
    assert (year.gross, year.fees, year.refunds, year.earned, year.paid_out) == (
        usd(5000),
        usd(500),
        usd(450),
        usd(4050),
        usd(2700),
    )
    (only,) = totals_by_month(artist, "USD")
    assert (only.begins, only.earned) == (now().date().replace(day=1), usd(4050))
    assert totals_by_year(ArtistFactory(), "USD") == []


def test_the_number_of_queries_does_not_grow(artist, history, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/earnings/statement")
    for _ in range(15):
        sell(artist, 900, work=WorkFactory(artist=artist))
    with django_assert_num_queries(len(few)):
        client.get("/earnings/statement")
    assert len(few) <= 25


def test_the_page_shows_lines_years_and_a_chart(artist, history, client):
    page = client.get("/earnings/statement").text
    for told in ("Quiet sea", "$30.00", "$27.00", "$13.50", "$40.50", "<svg", "By year"):
        assert told in page
    assert "7,777" not in page
    assert '<option value="' + str(now().year) in page
    empty = client.get("/earnings/statement?period=2020-01").text
    assert "Nothing moved in this period" in empty
    assert client.get("/earnings/statement?period=2020-13&currency=XYZ").status_code == 200


def test_the_csv_is_for_spreadsheets_and_runs_no_formula(artist, history, client):
    answer = client.get("/earnings/statement.csv")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="atelier-{artist.handle}-')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Date", "What"]
    assert [row[3:7] for row in rows[1:]] == [
        ["30.00", "-3.00", "27.00", "27.00"],
        ["", "", "-27.00", "0.00"],
        ["20.00", "-2.00", "18.00", "18.00"],
        ["-5.00", "0.50", "-4.50", "13.50"],
    ]
    assert rows[3][2] == '\'=HYPERLINK("http://evil")'


@pytest.mark.parametrize(("language", "told"), [("en", "Statement"), ("zh-hans", "对账单")])
def test_the_pdf_says_the_same_in_both_languages(artist, history, client, language, told):
    client.cookies["django_language"] = language
    answer = client.get(f"/earnings/statement.pdf?period={now().year}")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for expected in (told, "Quiet sea", "$27.00", "$13.50", artist.handle):
        assert expected in text


def test_many_lines_take_many_pages(artist, client):
    for _ in range(60):
        sell(artist, 1000)
    answer = client.get("/earnings/statement.pdf")
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) >= 2


def test_nobody_elses_statement(artist, history, client):
    other = ArtistFactory()
    client.force_login(other.user)
    assert "Quiet sea" not in client.get("/earnings/statement").text
    client.force_login(UserFactory())
    for path in ("/earnings/statement", "/earnings/statement.csv", "/earnings/statement.pdf"):
        assert client.get(path).status_code == 403
    client.logout()
    assert client.get("/earnings/statement").status_code == 302
    assert Payout.objects.count() == 1


def test_periods():
    year = period_of("2024")
    assert (year.since, year.until) == (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    december = period_of("2024-12")
    assert (december.since, december.until) == (datetime(2024, 12, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    for nonsense in ("0000", "2024-13", "9999", "abc", "", None):
        assert period_of(nonsense).code == f"{now():%Y-%m}"


def test_the_chart_stands_on_its_line_also_with_a_loss(artist):
    sale = sell(artist, 1000)
    record_refund(line_ref=sale.line_ref, refund_ref="re_1")
    assert earnings_chart(totals_by_month(artist, "USD"), "USD", until=now().date()) is None
    sell(artist, 2000)
    chart = earnings_chart(totals_by_month(artist, "USD"), "USD", until=now().date())
    assert chart is not None
    assert len(chart.bars) == 12
    last = chart.bars[-1]
    assert last.earned == usd(1800)
    assert last.y + last.height == pytest.approx(chart.zero_y, abs=0.02)
    assert all(bar.height == 0 for bar in chart.bars[:-1])
