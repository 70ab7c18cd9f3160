"""Beginning to buy: what is refused, and that nothing is left behind by a refusal."""

import pytest

from marketplace.catalog.services import hide_work, unlist_work
from marketplace.core.errors import Final, Retryable
from marketplace.core.money import Money
from marketplace.licensing.errors import OfferNotFound, SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceGrant, LicenceHold, LicenceOffer
from marketplace.licensing.selectors import availability
from marketplace.licensing.services import OfferTerms, end_licence, set_offers
from marketplace.orders.errors import LicensedAlready, OrderClosed, OwnWork, WorkNotOnSale
from marketplace.orders.models import Order
from marketplace.orders.services import cancel_order, start_checkout
from tests.demo.localstripe.server import visit
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import CONSENT, begun_order


def refused(work, code="personal", *, buyer=None, error):
    before = Order.objects.count()
    with pytest.raises(error) as raised:
        begun_order(work, code, buyer=buyer)
    assert raised.value.message
    assert raised.value.way_out
    assert Order.objects.count() == before
    return raised.value


@pytest.mark.django_db
class TestRefusals:
    def test_ones_own_work(self):
        work = work_on_sale()
        refused(work, buyer=work.artist.user, error=OwnWork)
        refused(work, "exclusive", buyer=work.artist.user, error=OwnWork)
        assert not LicenceHold.objects.exists()

    def test_a_hidden_work(self):
        work = work_on_sale()
        hide_work(work=work)
        refused(work, error=WorkNotOnSale)

    def test_a_work_that_the_artist_took_down(self):
        work = work_on_sale()
        unlist_work(work=work)
        refused(work, error=WorkNotOnSale)

    def test_an_offer_that_is_not_made_any_more(self):
        work = work_on_sale()
        old = offer_of(work, "personal")
        set_offers(work=work, offers=[OfferTerms("personal", Money(9900, "USD"))])
        with pytest.raises(OfferNotFound) as raised:
            start_checkout(buyer=UserFactory(), offer=old, consent=CONSENT)
        assert "price may have changed" in raised.value.message
        assert not Order.objects.exists()

    def test_the_same_licence_twice(self):
        work, buyer = work_on_sale(), UserFactory()
        grant = licence_in(work, holder=buyer)
        error = refused(work, buyer=buyer, error=LicensedAlready)
        assert error.facts["number"] == grant.number
        assert grant.number in error.message

    def test_a_smaller_licence_beside_the_exclusive_one(self):
        work, buyer = work_on_sale(), UserFactory()
        licence_in(work, "exclusive", holder=buyer)
        refused(work, buyer=buyer, error=LicensedAlready)
        refused(work, buyer=UserFactory(), error=SoldExclusively)

    def test_a_work_without_a_file(self):
        work = work_on_sale()
        work.versions.update(is_current=False)
        refused(work, error=WorkNotOnSale)


@pytest.mark.usefixtures("shop")
class TestWithStripe:
    def test_an_order_opens_a_page_at_stripe(self, pay):
        order = begun_order(buyer=UserFactory(email="anna@example.org"))
        assert (order.state, order.total) == ("open", Money(1200, "USD"))
        assert order.checkout_session_id.startswith("cs_test_")
        assert order.held_until is None
        assert "anna@example.org" in pay(order, "").text

    def test_two_clicks_are_one_order_and_one_page(self):
        work, buyer = work_on_sale(), UserFactory()
        first = begun_order(work, "exclusive", buyer=buyer)
        again = begun_order(work, "exclusive", buyer=buyer)
        assert (again.pk, again.checkout_url) == (first.pk, first.checkout_url)
        assert Order.objects.count() == 1

    def test_an_ended_licence_can_be_bought_again(self):
        work, buyer = work_on_sale(), UserFactory()
        end_licence(grant=licence_in(work, holder=buyer), reason="refunded")
        assert begun_order(work, buyer=buyer).state == "open"

    def test_while_somebody_buys_exclusively_others_are_told_until_when(self):
        work, buyer = work_on_sale(), UserFactory()
        order = begun_order(work, "exclusive", buyer=buyer)
        for code in ("exclusive", "personal"):
            with pytest.raises(WorkHeld) as raised:
                begun_order(work, code)
            assert raised.value.until == order.held_until
        assert (order.held_until - order.created_at).total_seconds() <= 30 * 60
        assert Order.objects.count() == 1

    def test_changing_ones_mind_closes_the_first_page_and_frees_the_hold(self, pay):
        work, buyer = work_on_sale(), UserFactory()
        first = begun_order(work, "exclusive", buyer=buyer)
        page = first.checkout_url
        second = begun_order(work, "personal", buyer=buyer)
        first.refresh_from_db()
        assert (first.state, second.state) == ("cancelled", "open")
        assert availability(work).is_open
        assert pay(first, address=page).status == 302
        assert visit(page).status == 410
        assert not LicenceGrant.objects.exists()

    def test_cancelling_frees_the_licence_at_once(self):
        work = work_on_sale()
        order = begun_order(work, "exclusive")
        cancel_order(order=order)
        assert availability(work).is_open
        begun_order(work, "exclusive")

    def test_a_closed_order_cannot_be_cancelled(self):
        order = begun_order()
        Order.objects.filter(pk=order.pk).update(state="paid")
        with pytest.raises(OrderClosed) as raised:
            cancel_order(order=order)
        assert raised.value.facts["state"] == "paid"

    def test_a_stripe_that_does_not_answer_leaves_an_order_that_goes_on(self, local_stripe):
        work, buyer = work_on_sale(), UserFactory()
        local_stripe.kill()
        try:
            with pytest.raises(Retryable):
                begun_order(work, "exclusive", buyer=buyer)
            assert availability(work).held_until is not None
        finally:
            local_stripe.start()
        order = begun_order(work, "exclusive", buyer=buyer)
        assert order.checkout_url
        assert Order.objects.count() == 1

    def test_a_refusal_by_stripe_frees_the_licence_at_once(self):
        work = work_on_sale()
        # A million dollars, which set_offers does not allow and Stripe does not take.
        LicenceOffer.objects.filter(work=work).update(price_minor=100_000_000)
        with pytest.raises(Final):
            begun_order(work, "exclusive")
        assert availability(work).is_open
        assert Order.objects.get().state == "cancelled"
