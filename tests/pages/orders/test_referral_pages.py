"""Following a referral link, buying after it, and its owner's page; as a stranger, the owner, another."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core import signing

from billing.selectors import artist_balance
from marketplace.orders.models import Order, Referral, ReferralLink
from marketplace.orders.services import referral_link_of
from marketplace.pages.orders.referrals import COOKIE
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.orders.baskets import paid, usd
from tests.orders.conftest import shop
from tests.orders.test_referrals import bought_by_link

__all__ = ["shop"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    return referral_link_of(user=UserFactory())


def clicks(link) -> int:
    link.refresh_from_db()
    return int(link.clicks)


def buy(client) -> Order:
    address = f"/checkout?offer={offer_of(work_on_sale(), 'commercial').pk}"
    said = {"pay": "1", "consent": "on", "email": "guest@example.org"}
    client.post(address, said)
    return Order.objects.latest("created_at")


def test_a_click_sets_a_signed_cookie_and_counts_once(client, link):
    answer = client.get(f"/r/{link.code}?to=/search%3Fq%3Dsea")
    assert answer.url == "/search?q=sea"
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 30 * 86400)
    client.get(f"/r/{link.code}")
    client.head(f"/r/{link.code}")
    client.get(f"/r/{link.code}", headers={"sec-purpose": "prefetch"})
    assert clicks(link) == 1
    type(client)().get(f"/r/{link.code}")
    assert clicks(link) == 2
    assert client.get("/r/nobodys").status_code == 404


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])
def test_it_leads_to_nowhere_else(client, link, to):
    assert client.get(f"/r/{link.code}?to={quote(to)}").url == "/"


@pytest.mark.usefixtures("shop")
def test_an_order_after_it_is_its_owners(client, link):
    client.get(f"/r/{link.code}")
    order = buy(client)
    assert Referral.objects.get().order == order
    assert order.referral.link == link


@pytest.mark.usefixtures("shop")
def test_the_last_one_counts_and_a_forged_one_does_not(client, link):
    affiliate = ArtistFactory()
    client.get(f"/r/{link.code}")
    client.get(f"/r/{referral_link_of(user=affiliate.user).code}")
    paid(buy(client))
    assert artist_balance(affiliate).pending == usd(98)
    forger = type(client)()
    forger.cookies[COOKIE] = link.code
    buy(forger)
    assert Referral.objects.count() == 1


@pytest.mark.usefixtures("shop")
def test_after_the_window_it_counts_no_more(client, link, monkeypatch):
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() - timedelta(days=31).total_seconds())
    client.get(f"/r/{link.code}")
    kept = client.cookies[COOKIE].value
    monkeypatch.undo()
    client.cookies[COOKIE] = kept
    buy(client)
    assert not Referral.objects.exists()


@pytest.mark.usefixtures("shop")
def test_ones_own_link_is_nothing_for_oneself(client, link):
    client.force_login(link.user)
    client.get(f"/r/{link.code}")
    order = buy(client)
    assert order.buyer == link.user
    assert not Referral.objects.exists()


def test_the_owners_page(client):
    affiliate = ArtistFactory()
    client.force_login(affiliate.user)
    page = client.get("/my/referrals").text
    link = ReferralLink.objects.get()
    assert f"/r/{link.code}" in page
    assert "Nothing has come by your link yet" in page
    assert "20% of Atelier" in page
    assert 'href="/my/referrals"' in client.get("/account").text
    order = bought_by_link(link, work_on_sale(title="Evening tide"))
    page = client.get("/my/referrals").text
    assert "Evening tide" in page
    assert "$0.98" in page
    assert order.buyer.email not in page
    earnings = client.get("/earnings").text
    assert "Referral" in earnings
    client.force_login(UserFactory())
    assert "Evening tide" not in client.get("/my/referrals").text
    client.logout()
    assert "/accounts/login" in client.get("/my/referrals").url


def test_credits_wait_on_the_page(client, link):
    bought_by_link(link, work_on_sale())
    client.force_login(link.user)
    assert "1 sale is in its holding time." in client.get("/my/referrals").text


def test_the_number_of_queries_does_not_grow(client, link, django_assert_max_num_queries):
    for _n in range(6):
        bought_by_link(link, work_on_sale())
    client.force_login(link.user)
    with django_assert_max_num_queries(16):
        assert client.get("/my/referrals").text.count("$0.98") == 6
