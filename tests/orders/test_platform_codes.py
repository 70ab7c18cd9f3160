"""Codes that the platform pays for: for people whom it knows, up to a ceiling, and judged as money is."""

from dataclasses import replace

import pytest

from billing.checks import ledger_figures
from billing.models import AccountKind
from billing.selectors import artist_balance, balance_of
from billing.services.ledger import account_of
from marketplace.accounts.addresses import Visit
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.basket import Basket, Wanted, WantedTip
from marketplace.orders.errors import DiscountNotUsable, OwnWork
from marketplace.orders.models import DiscountCode, DiscountUse, Order
from marketplace.orders.services import open_order
from marketplace.orders.services.discounts import MOST_USES_UNSAID
from marketplace.orders.services.holding import settle_held
from marketplace.risk.models import Verdict
from marketplace.risk.services import decide, note_visit
from tests.factories.accounts import ArtistFactory, UserFactory, confirmed_user
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.orders import CONSENT
from tests.orders.baskets import basket_of, claimed, paid, usd
from tests.orders.test_holding import clerk

pytestmark = pytest.mark.django_db
DEVICE = Visit(device="d" * 64)


def free_code(**more) -> DiscountCode:
    return DiscountCode.objects.create(**{"code": "WELCOME12", "amount_minor": 1200, "currency": "USD", **more})


def take(work, buyer, **more) -> Order:
    basket = replace(basket_of(work), code="WELCOME12")
    return open_order(buyer=buyer, basket=basket, consent=CONSENT, **more)


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


@pytest.mark.parametrize("known", [True, False])
def test_not_for_addresses_that_nobody_confirmed(known):
    free_code()
    work = work_on_sale()
    buyer = UserFactory() if known else confirmed_user()
    with pytest.raises(DiscountNotUsable) as refused:
        take(work, buyer, is_known=known)
    assert refused.value.way_out
    assert not Order.objects.exists()
    assert take(work, confirmed_user()).state == "paid"


def test_a_guest_is_told_before_she_pays(client):
    free_code()
    said = {"code": "WELCOME12", "update": "1"}
    page = client.post(f"/checkout?offer={offer_of(work_on_sale(), 'personal').pk}", said).text
    assert "This code is for people who have signed in." in page
    assert "$12.00" in page


def test_many_free_orders_of_one_browser_are_looked_at(client):
    free_code()
    work = work_on_sale()
    states = []
    for _n in range(8):
        buyer = confirmed_user()
        note_visit(person=buyer, visit=DEVICE)
        states.append(take(work, buyer).state)
    assert (states[0], states[-1]) == ("paid", "held")
    assert Verdict.objects.count() == 8
    given = states.count("paid")
    assert artist_balance(work.artist).pending == usd(1080 * given)
    held = Order.objects.filter(state="held").first()
    client.force_login(held.buyer)
    page = client.get(f"/orders/{held.pk}").text
    assert "We are checking your order." in page
    assert "goes back to you" not in page
    assert faults() == []


@pytest.mark.parametrize(("approves", "state"), [(True, "paid"), (False, "expired")])
def test_a_free_order_that_is_held_is_decided_on(approves, state):
    free_code()
    work, buyer = work_on_sale(), confirmed_user()
    for person in (work.artist.user, buyer):
        note_visit(person=person, visit=DEVICE)
    order = take(work, buyer)
    assert (order.state, LicenceGrant.objects.count()) == ("held", 0)
    decide(decider=clerk(), verdict_id=Verdict.objects.get().pk, approves=approves, reason="Looked at it.")
    settle_held(order_id=order.pk)
    order.refresh_from_db()
    assert (order.state, LicenceGrant.objects.exists()) == (state, approves)
    assert artist_balance(work.artist).pending == usd(1080 if approves else 0)
    assert DiscountUse.objects.get().state == ("used" if approves else "given_back")
    assert faults() == []


def test_what_the_platform_adds_is_judged_with_what_is_paid():
    DiscountCode.objects.create(code="HALF", share_basis_points=5000, most_off_dollars=1000)
    work = work_on_sale()
    set_offers(work=work, offers=[OfferTerms("personal", usd(60_000))])
    order = paid(claimed(replace(basket_of(work), code="HALF")))
    assert Verdict.objects.get().facts["amount"] == "$600.00"
    assert order.total == usd(30_000)


def test_a_share_ends_at_the_ceiling_of_the_order():
    DiscountCode.objects.create(code="HALF", share_basis_points=5000, most_off_dollars=10)
    order = claimed(replace(basket_of(work_on_sale(), work_on_sale(), work_on_sale()), code="HALF"))
    assert order.total == usd(3600 - 1000)
    assert sorted(line.discount_minor for line in order.lines.all()) == [333, 333, 334]
    assert DiscountCode(most_off_dollars=10).most_off("JPY") == Money(1500, "JPY")
    work = work_on_sale()
    assert DiscountCode(artist=work.artist).most_off("USD") is None


def test_of_an_open_price_the_least_counts():
    DiscountCode.objects.create(code="HALF", share_basis_points=5000)
    work = work_on_sale()
    set_offers(work=work, offers=[OfferTerms("personal", usd(1000), usd(2000))])
    offer = offer_of(work, "personal")
    order = claimed(Basket((Wanted(offer, usd(90_000)),), code="HALF"))
    assert (order.total, order.lines.get().discount) == (usd(89_500), usd(500))
    DiscountCode.objects.create(code="OF-HERS", share_basis_points=5000, artist=work.artist)
    order = claimed(Basket((Wanted(offer, usd(90_000)),), code="OF-HERS"))
    assert order.total == usd(45_000)


def test_without_a_number_of_uses_it_ends_all_the_same(monkeypatch):
    monkeypatch.setattr("marketplace.orders.services.discounts.MOST_USES_UNSAID", 2)
    assert MOST_USES_UNSAID == 100
    free_code(most_uses_per_buyer=None)
    buyer = confirmed_user()
    for _n in range(2):
        take(work_on_sale(), buyer)
    with pytest.raises(DiscountNotUsable, match="used up"):
        take(work_on_sale(), buyer)
    assert balance_of(account_of(AccountKind.PROMOTIONAL_COST, "USD")).amount_minor == -2400


class TestTipsToOneself:
    def test_are_refused(self):
        artist = ArtistFactory()
        with pytest.raises(OwnWork) as refused:
            claimed(Basket((), (WantedTip(artist, usd(4000)),)), buyer=artist.user)
        assert refused.value.way_out
        assert not Order.objects.exists()

    def test_by_a_guest_go_back(self):
        artist = ArtistFactory()
        order = paid(claimed(Basket((), (WantedTip(artist, usd(4000)),)), buyer=artist.user, is_known=False))
        assert (order.state, artist_balance(artist).pending) == ("refund_due", usd(0))
        assert faults() == []

    def test_from_her_other_account_are_looked_at(self):
        artist, other = ArtistFactory(), UserFactory()
        for person in (artist.user, other):
            note_visit(person=person, visit=DEVICE)
        order = paid(claimed(Basket((), (WantedTip(artist, usd(4000)),)), buyer=other))
        assert (order.state, artist_balance(artist).pending) == ("held", usd(0))
        assert [one["rule"] for one in Verdict.objects.get().fired] == ["own_work"]
        assert paid(claimed(Basket((), (WantedTip(ArtistFactory(), usd(4000)),)), buyer=other)).state == "paid"
