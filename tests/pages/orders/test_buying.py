"""The pages of buying, as the owner, another member and a stranger meet them."""

from urllib.parse import urlsplit

import pytest

from marketplace.core.clock import now
from marketplace.licensing.services import end_licence
from marketplace.orders.models import Order
from marketplace.pages.orders.views import MOST_WAITING
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import begun_order
from tests.orders.conftest import pay, run_jobs, shop, wait_for_event

__all__ = ["pay", "run_jobs", "shop", "wait_for_event"]


@pytest.mark.django_db
class TestWithoutStripe:
    def test_buy_leads_to_what_it_costs_and_asks(self, client):
        offer = offer_of(work_on_sale(), "commercial")
        for reader in (None, UserFactory()):
            if reader:
                client.force_login(reader)
            answer = client.post("/orders/start", {"offer": str(offer.pk)})
            assert (answer.status_code, answer.url) == (302, f"/checkout?offer={offer.pk}")
            page = client.get(answer.url).text
            assert "$49.00" in page
            assert "lose my right to withdraw" in page
            assert ('name="email"' in page) is (reader is None)
        assert not Order.objects.exists()

    def test_many_orders_that_wait_are_bounded_and_read_together(self, client, django_assert_max_num_queries):
        buyer = UserFactory()
        version = work_on_sale().versions.get()
        offer = offer_of(version.work, "personal")
        for _n in range(MOST_WAITING + 5):
            order = Order.objects.create(buyer=buyer, total_minor=1200, currency="USD", pay_until=now())
            order.lines.create(offer=offer, work=version.work, version=version, price_minor=1200, currency="USD")
        client.force_login(buyer)
        with django_assert_max_num_queries(30):
            page = client.get("/orders").text
        assert page.count('href="/orders/') == MOST_WAITING

    def test_buying_without_an_offer_is_told(self, client):
        client.force_login(UserFactory())
        answer = client.post("/orders/start", {"offer": "x"})
        assert answer.status_code == 404
        assert "Choose a licence first." in answer.text

    def test_ones_own_work_is_told(self, client):
        work = work_on_sale()
        client.force_login(work.artist.user)
        answer = client.post("/orders/start", {"offer": str(offer_of(work, "personal").pk)})
        assert answer.status_code == 403
        assert "your own work" in answer.text

    def test_the_collection_shows_licences_with_their_doors(self, client):
        buyer = UserFactory()
        grant = licence_in(work_on_sale(title="Evening tide"), "exclusive", holder=buyer)
        client.force_login(buyer)
        page = client.get("/orders").text
        for expected in (
            "Evening tide",
            "Exclusive licence",
            grant.number,
            f"/licences/{grant.number}/download",
            f"/licences/{grant.number}/certificate.pdf",
        ):
            assert expected in page

    def test_the_collection_is_ones_own(self, client):
        grant = licence_in(work_on_sale())
        assert client.get("/orders").url.startswith("/accounts/login/")
        client.force_login(UserFactory())
        page = client.get("/orders").text
        assert grant.number not in page
        assert "Nothing here yet" in page

    def test_an_ended_licence_has_no_doors(self, client):
        grant = licence_in(work_on_sale())
        end_licence(grant=grant, reason="refunded")
        client.force_login(grant.holder)
        page = client.get("/orders").text
        assert "Ended: Refunded" in page
        assert "/download" not in page

    @pytest.mark.parametrize("door", ["download", "certificate.pdf", "certificate.json"])
    def test_doors_open_for_the_holder_alone(self, client, door):
        grant = licence_in(work_on_sale())
        address = f"/licences/{grant.number}/{door}"
        assert client.get(address).url.startswith("/accounts/login/")
        for other in (UserFactory(), grant.work.artist.user):
            client.force_login(other)
            assert client.get(address).status_code == 403
        client.force_login(grant.holder)
        answer = client.get(address)
        assert answer.status_code in (200, 302)
        assert "no-store" in answer["Cache-Control"]
        if door == "download":
            assert "X-Amz-Expires=300" in answer.url

    def test_the_collection_in_chinese(self, client):
        client.force_login(UserFactory())
        assert "我的收藏" in client.get("/orders", headers={"accept-language": "zh-hans"}).text


@pytest.mark.usefixtures("shop")
class TestWithStripe:
    def test_buy_leads_to_stripe_and_back_to_a_page_that_waits_and_then_tells(self, client, pay, wait_for_event):
        work, buyer = work_on_sale(title="Evening tide"), UserFactory()
        client.force_login(buyer)
        address = f"/checkout?offer={offer_of(work, 'personal').pk}"
        refused = client.post(address, {"pay": "1"})
        assert (refused.status_code, Order.objects.count()) == (400, 0)
        assert "Please agree to delivery at once." in refused.text
        answer = client.post(address, {"pay": "1", "consent": "on"})
        order = Order.objects.get()
        assert answer.url == order.checkout_url
        assert order.consented_at is not None
        assert order.consent_wording == "1/en"
        back = urlsplit(pay(order).location)
        assert back.path == f"/orders/{order.pk}"
        waiting = client.get(f"{back.path}?{back.query}").text
        assert "Your payment is being confirmed." in waiting
        assert f'hx-get="/orders/{order.pk}/state' in waiting
        wait_for_event("checkout.session.completed")
        told = client.get(f"/orders/{order.pk}/state?returned=paid").text
        assert "Paid. The licence is yours." in told
        assert "hx-get" not in told
        assert "<html" not in told

    def test_a_declined_card_is_told_with_the_reason_and_the_way_on(self, client, pay, wait_for_event):
        order = begun_order()
        pay(order, "4000 0000 0000 9995")
        wait_for_event("payment_intent.payment_failed")
        client.force_login(order.buyer)
        page = client.get(f"/orders/{order.pk}?returned=left").text
        assert "Your card was declined." in page
        assert "The card has not enough money." in page
        assert order.checkout_url.replace("&", "&amp;") in page

    def test_an_order_is_its_buyers_alone(self, client):
        order = begun_order(code="exclusive")
        for address in (f"/orders/{order.pk}", f"/orders/{order.pk}/state"):
            client.logout()
            assert client.get(address).url.startswith("/accounts/login/")
            client.force_login(UserFactory())
            assert client.get(address).status_code == 404
        assert client.post(f"/orders/{order.pk}/cancel").status_code == 404
        assert str(order.pk) not in client.get("/orders").text
        order.refresh_from_db()
        assert order.state == "open"
        client.force_login(order.buyer)
        assert "Not finished yet" in client.get("/orders").text
        assert "Cancelled." in client.post(f"/orders/{order.pk}/cancel", follow=True).text

    def test_the_works_page_tells_others_of_the_hold_and_the_buyer_of_her_order(self, client):
        work = work_on_sale()
        order = begun_order(work, "exclusive")
        until = order.held_until.strftime("%H:%M")
        client.force_login(UserFactory())
        page = client.get(work.get_absolute_url()).text
        assert until in page
        assert "You have begun to buy this work." not in page
        answer = client.post("/orders/start", {"offer": str(offer_of(work, "personal").pk)})
        assert answer.status_code == 409
        assert until in answer.text
        client.force_login(order.buyer)
        assert "You have begun to buy this work." in client.get(work.get_absolute_url()).text
