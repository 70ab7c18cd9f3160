"""The page before Stripe's, and how guests and those who get a gift come to what is theirs."""

import pytest
from django.core import mail

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.models import CartItem, DiscountCode, Order
from tests.factories.accounts import UserFactory, confirmed_user
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import begun_order
from tests.orders.conftest import pay, run_jobs, shop, wait_for_event

__all__ = ["pay", "run_jobs", "shop", "wait_for_event"]


def address_of(work, code="personal") -> str:
    return f"/checkout?offer={offer_of(work, code).pk}"


@pytest.mark.django_db
class TestThePage:
    def test_a_code_and_a_tip_change_the_sum(self, client):
        work = work_on_sale()
        client.force_login(confirmed_user())
        DiscountCode.objects.create(code="SPRING", share_basis_points=2500)
        said = {"code": "spring", f"tip_{work.artist.pk}": "3,50", "update": "1"}
        page = client.post(address_of(work), said).text
        assert "Saved with SPRING (25%)" in page
        assert "$12.50" in page
        part = client.post(address_of(work), said, headers={"hx-request": "true"}).text
        assert "$12.50" in part
        assert "<html" not in part
        assert not Order.objects.exists()

    def test_a_code_that_is_not_good_is_told_and_costs_nothing(self, client):
        client.force_login(UserFactory())
        page = client.post(address_of(work_on_sale()), {"code": "NONE", "update": "1"}).text
        assert "There is no such code." in page
        assert "$12.00" in page

    @pytest.mark.parametrize("tip", ["a lot", "-3", "0.1", "1e9"])
    def test_a_tip_that_is_no_amount(self, client, tip):
        work = work_on_sale()
        client.force_login(UserFactory())
        said = {f"tip_{work.artist.pk}": tip, "pay": "1", "consent": "on"}
        answer = client.post(address_of(work), said)
        assert answer.status_code in {400, 422}
        assert not Order.objects.exists()

    def test_a_gift_needs_an_address(self, client):
        client.force_login(UserFactory())
        answer = client.post(address_of(work_on_sale()), {"is_gift": "on", "pay": "1", "consent": "on"})
        assert answer.status_code == 422
        assert "Say to whom we should send it." in answer.text

    def test_a_guest_needs_an_address(self, client):
        answer = client.post(address_of(work_on_sale()), {"pay": "1", "consent": "on", "email": "nobody"})
        assert answer.status_code == 422
        assert not User.objects.filter(is_guest=True).exists()

    def test_nothing_and_nobody(self, client):
        assert client.get("/checkout").status_code == 409
        assert client.get("/checkout?offer=x").status_code == 404
        assert client.get("/checkout?tip=nobody-here").status_code == 409

    def test_in_chinese(self, client):
        page = client.get(address_of(work_on_sale()), headers={"accept-language": "zh-hans"}).text
        assert "结账" in page
        assert "撤销购买" in page


@pytest.mark.usefixtures("shop")
class TestGuests:
    def buy(self, client, work, pay, wait_for_event, email="anna@example.org", **more) -> Order:
        answer = client.post(address_of(work), {"pay": "1", "consent": "on", "email": email, **more})
        order = Order.objects.get()
        assert answer.url == order.checkout_url
        pay(order)
        wait_for_event("checkout.session.completed")
        order.refresh_from_db()
        return order

    def test_a_guest_buys_and_comes_back_by_her_letter(self, client, pay, wait_for_event, run_jobs):
        work = work_on_sale()
        order = self.buy(client, work, pay, wait_for_event)
        assert (order.state, order.buyer.is_guest, order.buyer.has_usable_password()) == ("paid", True, False)
        grant = LicenceGrant.objects.get()
        page = client.get(f"/orders/{order.pk}").text
        assert f"/licences/{grant.number}/download" in page
        assert "Set a password" in page
        assert client.get(f"/licences/{grant.number}/download").status_code == 302
        run_jobs()
        letter = next(letter for letter in mail.outbox if letter.to == ["anna@example.org"])
        path = next(line for line in letter.body.splitlines() if f"/orders/{order.pk}" in line).split("/orders/")[1]
        stranger = type(client)()
        assert stranger.get(f"/orders/{order.pk}").url.startswith("/accounts/login/")
        assert stranger.get(f"/orders/{order.pk}?key=wrong").url.startswith("/accounts/login/")
        by_letter = type(client)()
        answer = by_letter.get(f"/orders/{path}")
        assert answer.url == f"/orders/{order.pk}"
        assert grant.number in by_letter.get(answer.url).text
        assert by_letter.get(f"/licences/{grant.number}/certificate.pdf").status_code == 200
        assert stranger.get(f"/licences/{grant.number}/download").url.startswith("/accounts/login/")

    def test_setting_a_password_makes_it_an_account(self, client, pay, wait_for_event):
        order = self.buy(client, work_on_sale(), pay, wait_for_event)
        mail.outbox.clear()
        client.post("/accounts/password/reset/", {"email": "Anna@example.org"})
        letter = mail.outbox[-1].body
        path = next(word for word in letter.split() if "/password/reset/key/" in word)
        fresh = type(client)()
        form = fresh.get(path, follow=True).redirect_chain[-1][0]
        fresh.post(form, {"password1": "a long and quiet evening", "password2": "a long and quiet evening"})
        order.buyer.refresh_from_db()
        assert not order.buyer.is_guest
        said = {"login": "anna@example.org", "password": "a long and quiet evening"}
        assert fresh.post("/accounts/login/", said).status_code == 302
        assert LicenceGrant.objects.get().number in fresh.get("/orders").text

    def test_an_address_that_has_an_account_tells_nothing_about_it(self, client, pay, wait_for_event):
        owner, work = UserFactory(email="owner@example.org"), work_on_sale()
        held = licence_in(work, holder=owner)
        other = work_on_sale()
        mine = licence_in(other, holder=owner)
        order = self.buy(client, work, pay, wait_for_event, email="Owner@Example.org")
        assert (order.buyer, order.state, order.refusal) == (owner, "refunded", "licensed_already")
        page = client.get(f"/orders/{order.pk}").text
        for number in (held.number, mine.number):
            assert number not in page
            assert client.get(f"/licences/{number}/download").url.startswith("/accounts/login/")

    def test_a_guest_cannot_end_what_the_owner_of_the_address_is_buying(self, client):
        owner, work = UserFactory(email="owner@example.org"), work_on_sale()
        hers = begun_order(work, "exclusive", buyer=owner)
        answer = client.post(address_of(work), {"pay": "1", "consent": "on", "email": "owner@example.org"})
        assert answer.status_code == 409
        hers.refresh_from_db()
        assert hers.state == "open"
        personal = begun_order(work_on_sale(), buyer=owner)
        offer = personal.lines.get().offer
        client.post(f"/checkout?offer={offer.pk}", {"pay": "1", "consent": "on", "email": "owner@example.org"})
        personal.refresh_from_db()
        assert personal.state == "open"
        assert Order.objects.filter(lines__offer=offer).count() == 2
        assert client.get(f"/orders/{personal.pk}").url.startswith("/accounts/login/")

    def test_the_cart_is_empty_of_what_was_bought(self, client, pay, wait_for_event):
        bought, left = work_on_sale(), work_on_sale()
        for work in (bought, left):
            client.post("/orders/start", {"offer": str(offer_of(work, "personal").pk), "to": "cart"})
        order = self.buy(client, bought, pay, wait_for_event)
        client.get(f"/orders/{order.pk}")
        assert [item.work for item in CartItem.objects.all()] == [left]


@pytest.mark.usefixtures("shop")
def test_a_gift_is_the_recipients(client, pay, wait_for_event, run_jobs):
    work, giver = work_on_sale(title="Evening tide"), UserFactory(display_name="Vera")
    client.force_login(giver)
    said = {"is_gift": "on", "recipient_email": "ben@example.org", "recipient_name": "Ben", "gift_words": "Be happy"}
    client.post(address_of(work), {"pay": "1", "consent": "on", **said})
    order = Order.objects.get()
    pay(order)
    wait_for_event("checkout.session.completed")
    grant = LicenceGrant.objects.get()
    assert (grant.holder.email, grant.holder.is_guest) == ("ben@example.org", True)
    page = client.get(f"/orders/{order.pk}").text
    assert "Your gift is on its way." in page
    assert "/download" not in page
    assert client.get(f"/licences/{grant.number}/download").status_code == 403
    run_jobs()
    letter = next(letter for letter in mail.outbox if letter.to == ["ben@example.org"])
    assert "Vera" in letter.subject
    assert "Be happy" in letter.body
    path = next(line for line in letter.body.splitlines() if "/gifts/" in line).split("/gifts/")[1]
    ben = type(client)()
    assert ben.get(f"/gifts/{order.pk}").url.startswith("/accounts/login/")
    page = ben.get(f"/gifts/{path}", follow=True).text
    assert "Be happy" in page
    assert "Evening tide" in page
    assert giver.email not in page
    assert ben.get(f"/licences/{grant.number}/download").status_code == 302
    order.gift.refresh_from_db()
    assert order.gift.opened_at <= now()
    # What he was given is no door to the order of whoever paid.
    assert ben.get(f"/orders/{order.pk}").status_code == 404


@pytest.mark.usefixtures("shop")
def test_a_tip_alone(client, pay, wait_for_event):
    artist = work_on_sale().artist
    client.force_login(UserFactory())
    page = client.get(f"/checkout?tip={artist.handle}").text
    assert "Say how much" in page
    assert "Deliver the files" not in page
    said = {"pay": "1", f"tip_{artist.pk}": "7"}
    client.post(f"/checkout?tip={artist.handle}", said)
    order = Order.objects.get()
    pay(order)
    wait_for_event("checkout.session.completed")
    page = client.get(f"/orders/{order.pk}").text
    assert "Your tip of $7.00 is with" in page
    assert "Ask for a refund" not in page
