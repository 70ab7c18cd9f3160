"""Discount codes by program: made, used, ended; as their artist, another, a member without storefront, a stranger."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.orders.basket import Basket, Wanted
from marketplace.orders.errors import DiscountNotUsable
from marketplace.orders.models import DiscountCode
from marketplace.orders.services import create_code
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.orders.baskets import claimed, paid

pytestmark = pytest.mark.django_db
CODES = "/api/v1/discount-codes"


def signed_in(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


@pytest.fixture
def artist():
    return ArtistFactory()


@pytest.fixture
def api(artist) -> APIClient:
    return signed_in(artist.user)


def with_discount(work: Work) -> Basket:
    return Basket((Wanted(offer_of(work, "commercial")),), code="SPRING")


def test_made_used_and_ended(api, artist):
    work = work_on_sale(artist=artist)
    wish = {"code": "spring", "share_basis_points": 2500, "works": [str(work.pk)], "most_uses": 9}
    answer = api.post(CODES, wish, format="json")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["code"], made["share_basis_points"], made["amount_minor"]) == ("SPRING", 2500, None)
    assert (made["works"], made["most_uses"], made["most_uses_per_buyer"]) == ([str(work.pk)], 9, 1)

    with_code = paid(claimed(with_discount(work)))
    (listed,) = api.get(CODES).json()["results"]
    line = with_code.lines.get()
    assert (listed["used"], listed["kept"]) == (1, 0)
    assert listed["totals"] == [
        {
            "taken_off": {"amount_minor": line.discount_minor, "currency": "USD"},
            "sold": {"amount_minor": line.price_minor, "currency": "USD"},
        }
    ]
    assert line.discount_minor == 1225

    ended = api.patch(f"{CODES}/{made['id']}", {"is_active": False}, format="json")
    assert ended.status_code == 200
    assert ended.json() == {**listed, "is_active": False}
    with pytest.raises(DiscountNotUsable):
        claimed(with_discount(work))
    assert api.patch(f"{CODES}/{made['id']}", {"is_active": True}, format="json").json()["is_active"] is True


def test_an_amount_with_dates_and_without_limits(api):
    begins, ends = now(), now() + timedelta(days=3)
    wish = {
        "code": "five-off",
        "amount_minor": 500,
        "currency": "EUR",
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
        "most_uses_per_buyer": None,
    }
    made = api.post(CODES, wish, format="json").json()
    kept = DiscountCode.objects.get(pk=made["id"])
    assert (kept.amount_minor, kept.currency, kept.share_basis_points) == (500, "EUR", None)
    assert (kept.starts_at, kept.ends_at, kept.most_uses, kept.most_uses_per_buyer) == (begins, ends, None, None)


@pytest.mark.parametrize(
    ("changes", "status", "at"),
    [
        ({"code": "a b"}, 400, "error"),
        ({"code": "taken"}, 409, "error"),
        ({"code": ""}, 400, "code"),
        ({"share_basis_points": 10_001}, 400, "share_basis_points"),
        ({"share_basis_points": 0}, 400, "share_basis_points"),
        ({"amount_minor": 500, "currency": "USD"}, 400, "non_field_errors"),
        ({"currency": "USD"}, 400, "currency"),
        ({"most_uses": 0}, 400, "most_uses"),
        ({"starts_at": "2026-02-02T00:00Z", "ends_at": "2026-02-01T00:00Z"}, 400, "error"),
    ],
)
def test_what_is_no_code_is_told_and_not_made(api, artist, changes, status, at):
    create_code(artist=ArtistFactory(), text="TAKEN", takes=1000)
    answer = api.post(CODES, {"code": "spring", "share_basis_points": 1000, **changes}, format="json")
    assert answer.status_code == status, answer.json()
    assert at in answer.json()
    assert not DiscountCode.objects.filter(artist=artist).exists()


def test_an_amount_needs_its_currency_and_a_work_must_be_ones_own(api):
    without = api.post(CODES, {"code": "spring", "amount_minor": 500}, format="json")
    assert (without.status_code, list(without.json())) == (400, ["currency"])
    wish = {"code": "spring", "share_basis_points": 1000, "works": [str(work_on_sale().pk)]}
    anothers = api.post(CODES, wish, format="json")
    assert (anothers.status_code, anothers.json()["error"]) == (400, "discount_code_invalid")
    assert not DiscountCode.objects.exists()


def test_another_artist_neither_sees_nor_ends_it(artist):
    code = create_code(artist=artist, text="SPRING", takes=1000)
    other = signed_in(ArtistFactory().user)
    assert other.get(CODES).json()["results"] == []
    refused = other.patch(f"{CODES}/{code.pk}", {"is_active": False}, format="json")
    assert (refused.status_code, refused.json()["error"]) == (404, "discount_code_not_found")
    code.refresh_from_db()
    assert code.is_active


@pytest.mark.parametrize(("person", "status"), [("member", 403), ("stranger", 401)])
def test_a_member_without_a_storefront_and_a_stranger_can_do_nothing(artist, person, status):
    code = create_code(artist=artist, text="SPRING", takes=1000)
    api = signed_in(UserFactory()) if person == "member" else APIClient()
    assert api.get(CODES).status_code == status
    wish = {"code": "MINE", "share_basis_points": 1000}
    assert api.post(CODES, wish, format="json").status_code == status
    assert api.patch(f"{CODES}/{code.pk}", {"is_active": False}, format="json").status_code == status
    code.refresh_from_db()
    assert code.is_active
    assert DiscountCode.objects.count() == 1


def test_queries_do_not_grow_with_the_codes(api, artist, django_assert_max_num_queries):
    works = [work_on_sale(artist=artist) for _n in range(2)]
    for n in range(12):
        create_code(artist=artist, text=f"CODE-{n}", takes=1000, works=[work.pk for work in works])
    with django_assert_max_num_queries(6):
        page = api.get(f"{CODES}?page_size=10").json()
    assert (page["count"], len(page["results"]), len(page["results"][0]["works"])) == (12, 10, 2)
