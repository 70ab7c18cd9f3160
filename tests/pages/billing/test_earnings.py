"""The artist's earnings: each sale with its fee, why money waits, and who may look."""

import pytest

from billing.models import Payout
from billing.services import mature_sales
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, sell
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist(client):
    made = ArtistFactory()
    client.force_login(made.user)
    return made


def test_somebody_without_a_storefront_is_told_how_to_get_one(client):
    client.force_login(UserFactory())
    answer = client.get("/earnings")
    assert answer.status_code == 403
    assert "Open a storefront first" in answer.text
    assert client.post("/earnings/payouts/set-up").status_code == 403


def test_an_artist_sees_price_fee_and_share_of_her_own_sales(client, artist):
    sell(artist, 1999, work=WorkFactory(artist=artist, title="Quiet sea"))
    sell(ArtistFactory(), 777_700)
    page = client.get("/earnings").text
    for shown in ("Quiet sea", "$19.99", "$2.00", "$17.99", "In the holding time"):
        assert shown in page
    assert "7,777" not in page


def test_it_says_why_money_is_waiting(client, artist):
    sell(artist, 1000)
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    page = client.get("/earnings").text
    assert "Within the holding time after the sale." in page
    assert "You have not set up payouts yet." in page
    assert "Set up payouts" in page


def test_an_account_that_is_not_complete_can_be_gone_on_with(client, artist):
    PayoutAccountFactory(
        artist=artist, details_submitted=False, payouts_enabled=False, requirements_due=["external_account"]
    )
    page = client.get("/earnings").text
    assert "Not complete" in page
    assert "still needs 1 detail" in page
    assert "Go on with the set-up" in page


def test_a_payout_that_failed_says_why(client, artist):
    PayoutAccountFactory(artist=artist)
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    Payout.objects.create(
        artist=artist,
        destination="acct_1",
        amount_minor=1800,
        currency="USD",
        state=Payout.State.FAILED,
        failure_reason="The account is closed.",
        ended_at=now(),
    )
    page = client.get("/earnings").text
    assert page.count("The account is closed.") == 2
    assert "Failed" in page


def test_coming_back_without_an_account_shows_the_page(client, artist):
    assert client.get("/earnings/payouts/return").url == "/earnings"


def test_the_page_speaks_chinese(client, artist):
    page = client.get("/earnings", headers={"accept-language": "zh-hans"}).text
    assert "收入" in page
    assert "Earnings" not in page
