"""A month's statement by program: as the artist, another, a member without storefront, a stranger."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from billing.models import Sale
from billing.services import record_refund
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import sell
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db
STATEMENT = "/api/v1/earnings/statement"


def signed_in(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def usd(amount_minor: int) -> dict[str, object]:
    return {"amount_minor": amount_minor, "currency": "USD"}


@pytest.fixture
def artist():
    return ArtistFactory()


@pytest.fixture
def api(artist) -> APIClient:
    return signed_in(artist.user)


def test_every_line_of_this_month_with_its_balance(api, artist):
    work = WorkFactory(artist=artist)
    sold = sell(artist, 2000, work=work)
    record_refund(line_ref=sold.line_ref, amount=Money(500, "USD"), refund_ref="re_1")
    sell(ArtistFactory(), 777_700)
    told = api.get(STATEMENT).json()
    assert told["period"] == f"{now():%Y-%m}"
    assert (told["currency"], told["opening"], told["closing"]) == ("USD", usd(0), usd(1350))
    sale, refund = told["lines"]
    assert (sale["reason"], sale["work"], sale["object_ref"]) == ("sale", str(work.pk), sold.line_ref)
    assert (sale["gross"], sale["fee"], sale["amount"], sale["balance"]) == (usd(2000), usd(200), usd(1800), usd(1800))
    assert (refund["reason"], refund["amount"], refund["balance"]) == ("refund", usd(-450), usd(1350))


def test_another_month_a_year_and_another_currency(api, artist):
    sell(artist, 2000)
    empty = api.get(STATEMENT, {"period": "2020-02"}).json()
    assert (empty["since"], empty["until"], empty["lines"]) == ("2020-02-01T00:00:00Z", "2020-03-01T00:00:00Z", [])
    assert empty["closing"] == usd(0)
    year = api.get(STATEMENT, {"period": f"{now():%Y}"}).json()
    assert [line["amount"] for line in year["lines"]] == [usd(1800)]
    assert api.get(STATEMENT, {"currency": "EUR"}).json()["opening"] == {"amount_minor": 0, "currency": "EUR"}


@pytest.mark.parametrize(
    ("name", "value"), [("period", "2026-13"), ("period", "last"), ("period", "0000"), ("currency", "CREDITS")]
)
def test_what_is_no_period_or_currency_is_refused(api, name, value):
    answer = api.get(STATEMENT, {name: value})
    assert answer.status_code == 400
    assert list(answer.json()) == [name]


def test_queries_do_not_grow_with_the_lines(api, artist):
    counts = []
    for lines in (2, 12):
        for _n in range(lines - Sale.objects.count()):
            sell(artist, 2000, work=WorkFactory(artist=artist))
        with CaptureQueriesContext(connection) as asked:
            assert len(api.get(STATEMENT).json()["lines"]) == lines
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 15


def test_nobody_else_reads_it(artist):
    sell(artist)
    assert signed_in(ArtistFactory().user).get(STATEMENT).json()["lines"] == []
    assert signed_in(UserFactory()).get(STATEMENT).json()["error"] == "no_storefront"
    assert APIClient().get(STATEMENT).status_code == 401
