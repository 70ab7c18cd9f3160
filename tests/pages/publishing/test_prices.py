"""Changing a published work's prices, as its artist, another artist, a person without a storefront, a stranger."""

import pytest

from marketplace.licensing.selectors import offers_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale

pytestmark = pytest.mark.django_db

FILLED = {
    "currency": "USD",
    "offer_personal": "on",
    "price_personal": "12",
    "open_personal": "on",
    "suggested_personal": "",
    "offer_commercial": "on",
    "price_commercial": "49",
}


@pytest.fixture
def work():
    return work_on_sale(title="Evening tide")


@pytest.fixture
def address(work):
    return f"/my/works/{work.pk}/prices"


def test_the_page_begins_with_what_is_offered(client, work, address):
    client.force_login(work.artist.user)
    page = client.get(address).text
    assert "Evening tide" in page
    for price in ("12.00", "49.00", "250.00"):
        assert f'value="{price}"' in page
    assert address in client.get("/my/works").text


def test_the_artist_opens_a_price_and_ends_a_licence(client, work, address):
    client.force_login(work.artist.user)
    commercial = offer_of(work, "commercial")
    answer = client.post(address, FILLED, follow=True)
    assert "The prices of “Evening tide” are changed." in answer.text
    assert "$12.00 or more" in answer.text
    assert [(one.terms.code, one.price_minor, one.suggested_minor) for one in offers_of(work)] == [
        ("personal", 1200, 1200),
        ("commercial", 4900, None),
    ]
    assert offer_of(work, "commercial").pk == commercial.pk
    page = client.get(address).text
    assert "checked" in page.split('name="open_personal"')[1].split(">")[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"offer_personal": "", "offer_commercial": ""}, "at least one licence"),
        ({"price_personal": ""}, "needs a price"),
        ({"price_personal": "0.10"}, "not a possible price"),
        ({"suggested_personal": "11"}, "Suggest the price or more"),
        ({"suggested_personal": "200000"}, "cannot be suggested"),
    ],
)
def test_a_slip_is_told_and_nothing_changes(client, work, address, changes, told):
    before = [one.pk for one in offers_of(work)]
    client.force_login(work.artist.user)
    assert told in client.post(address, {**FILLED, **changes}).text
    assert [one.pk for one in offers_of(work)] == before


def test_what_was_sold_exclusively_keeps_its_prices(client, work, address):
    licence_in(work, "exclusive")
    client.force_login(work.artist.user)
    assert "sold exclusively" in client.post(address, FILLED).text
    assert offer_of(work, "personal").suggested is None


def test_others_and_strangers_change_nothing(client, work, address):
    before = [one.pk for one in offers_of(work)]
    assert "/accounts/login" in client.post(address, FILLED).url
    client.force_login(UserFactory())
    assert client.post(address, FILLED).url == "/storefront/open"
    client.force_login(ArtistFactory().user)
    assert client.get(address).status_code == 403
    assert client.post(address, FILLED).status_code == 403
    assert [one.pk for one in offers_of(work)] == before
