"""An artist's page of discount codes, as its artist, another, a person without a storefront, a stranger; the desk."""

import pytest

from marketplace.core.money import Money
from marketplace.orders.models import DiscountCode
from marketplace.orders.services import create_code
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import work_on_sale

pytestmark = pytest.mark.django_db

FILLED = {"code": "spring", "percent": "25", "amount": "", "currency": "USD", "most_uses_per_buyer": "1"}


@pytest.fixture
def artist(client):
    made = ArtistFactory()
    client.force_login(made.user)
    return made


def test_it_begins_empty_and_is_found(client, artist):
    assert "You have no codes yet" in client.get("/my/discounts").text
    for page in ("/my/works", "/earnings"):
        assert 'href="/my/discounts"' in client.get(page).text


def test_a_code_is_made_listed_and_switched(client, artist):
    work = work_on_sale(artist=artist, title="Evening tide")
    filled = {**FILLED, "works": [str(work.pk)], "first_day": "2026-01-01", "last_day": "2099-01-01", "most_uses": "9"}
    page = client.post("/my/discounts", filled, follow=True).text
    code = DiscountCode.objects.get()
    for shown in ("SPRING", "−25%", "Evening tide", "In use", "0 / 9", "1 time per buyer"):
        assert shown in page
    assert (code.artist, code.share_basis_points, code.ends_at.isoformat()) == (
        artist,
        2500,
        "2099-01-02T00:00:00+00:00",
    )
    assert "Switched off" in client.post(f"/my/discounts/{code.pk}/switch", {"to": "off"}, follow=True).text
    assert "In use" in client.post(f"/my/discounts/{code.pk}/switch", {"to": "on"}, follow=True).text


def test_an_amount(client, artist):
    page = client.post("/my/discounts", {**FILLED, "percent": "", "amount": "5", "currency": "EUR"}, follow=True).text
    assert "−€5.00" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": "a b"}, "is not a possible code"),
        ({"code": "taken"}, "There is a code TAKEN already."),
        ({"percent": ""}, "Give a share or an amount"),
        ({"amount": "5"}, "Give a share or an amount"),
        ({"percent": "101"}, "less than or equal"),
        ({"percent": "", "amount": "5.5", "currency": "JPY"}, "whole number"),
        ({"first_day": "2026-02-02", "last_day": "2026-02-01"}, "would end before it begins"),
        ({"most_uses": "0"}, "greater than or equal"),
    ],
)
def test_a_slip_is_told_and_nothing_is_made(client, artist, changes, told):
    create_code(artist=ArtistFactory(), text="TAKEN", takes=1000)
    answer = client.post("/my/discounts", {**FILLED, **changes})
    assert answer.status_code == 422
    assert told in answer.text
    assert DiscountCode.objects.count() == 1


def test_anothers_work_is_no_choice(client, artist):
    work_on_sale(artist=artist)
    answer = client.post("/my/discounts", {**FILLED, "works": [str(work_on_sale().pk)]})
    assert answer.status_code == 422
    assert not DiscountCode.objects.exists()


def test_others_and_strangers_see_and_change_nothing(client):
    code = create_code(artist=ArtistFactory(), text="SPRING", takes=1000)
    switch = f"/my/discounts/{code.pk}/switch"
    assert "/accounts/login" in client.get("/my/discounts").url
    assert "/accounts/login" in client.post(switch, {"to": "off"}).url
    client.force_login(UserFactory())
    assert client.get("/my/discounts").url == "/storefront/open"
    client.force_login(ArtistFactory().user)
    assert "SPRING" not in client.get("/my/discounts").text
    assert client.post(switch, {"to": "off"}).status_code == 404
    code.refresh_from_db()
    assert code.is_active


def test_the_number_of_queries_does_not_grow(client, artist, django_assert_max_num_queries):
    work = work_on_sale(artist=artist)
    for n in range(8):
        create_code(artist=artist, text=f"CODE-{n}", takes=1000, works=[work.pk])
    with django_assert_max_num_queries(16):
        assert client.get("/my/discounts").text.count("Switch off") == 8


def test_the_platforms_codes_are_made_at_the_desk(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    limits = {"most_uses": "500", "most_uses_per_buyer": "1", "most_off_dollars": "20"}
    filled = {"code": "launch", "share_basis_points": "1000", "is_active": "on", **limits}
    client.post("/admin/orders/discountcode/add/", filled)
    code = DiscountCode.objects.get()
    assert (code.code, code.artist, code.takes) == ("LAUNCH", None, "10%")
    assert (code.most_uses, code.most_off("USD")) == (500, Money(2000, "USD"))
    assert "LAUNCH" in client.get("/admin/orders/discountcode/").text
    change = f"/admin/orders/discountcode/{code.pk}/change/"
    client.post(change, {"code": "OTHER", "share_basis_points": "9000", **limits})
    code.refresh_from_db()
    assert (code.code, code.share_basis_points, code.is_active) == ("LAUNCH", 1000, False)
    assert client.post(f"/admin/orders/discountcode/{code.pk}/delete/", {"post": "yes"}).status_code == 403
    wrongs = (
        {"code": "a b"},
        {"most_uses": ""},
        {"most_off_dollars": ""},
        {"most_off_dollars": "0"},
        {"amount_minor": "5"},
        {"share_basis_points": "", "amount_minor": "5"},
    )
    for wrong in wrongs:
        page = client.post("/admin/orders/discountcode/add/", {**filled, "code": "SECOND", **wrong}).text
        assert "errorlist" in page
    assert DiscountCode.objects.count() == 1
