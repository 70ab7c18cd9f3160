"""Licences by the buyer's club: at once, no more than the month has, and the artist is paid by the platform."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from billing.checks import ledger_figures
from billing.errors import NoClubLicence
from billing.models import AccountKind, PaidPeriod, PlanMonth, PlanSubscription, Sale
from billing.selectors import balance_of, club_takes_up_to, licences_left
from billing.services.ledger import account_of
from marketplace.catalog.services import unlist_work
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceGrant, LicenceOffer
from marketplace.orders.errors import ClubGivesNot, LicensedAlready, OwnWork, WorkNotOnSale
from marketplace.orders.models import DiscountCode, Order
from marketplace.orders.services import open_order, take_by_club
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.factories.orders import CONSENT
from tests.orders.baskets import basket_of, usd


def member(*, licences=3, price_minor=3600):
    """A buyer whose club's month brought ``licences``."""
    buyer = UserFactory()
    plan = PlanFactory(code="club", audience="buyer", credits=0, price_minor=price_minor, licences_each_month=3)
    subscription = PlanSubscription.objects.create(
        user=buyer, plan=plan, audience="buyer", state="active", stripe_subscription_id="sub_club"
    )
    month = {"starts_at": now() - timedelta(days=1), "ends_at": now() + timedelta(days=29)}
    period = PaidPeriod.objects.create(
        subscription=subscription, plan=plan, invoice_id="in_club", anchor_at=month["starts_at"], months=1, **month
    )
    PlanMonth.objects.create(period=period, index=0, credits=0, licences=licences, granted_at=now(), **month)
    return buyer


def take(buyer, work, code="personal"):
    return take_by_club(buyer=buyer, offer=offer_of(work, code), consent=CONSENT)


def refused(error, buyer, work, code="personal"):
    left, orders = licences_left(buyer), Order.objects.count()
    with pytest.raises(error) as raised:
        take(buyer, work, code)
    assert (licences_left(buyer), Order.objects.count()) == (left, orders)
    assert raised.value.message


@pytest.mark.django_db
class TestTaking:
    def test_the_licence_is_hers_and_the_platform_pays_the_artist(self):
        buyer, work = member(), work_on_sale()
        order = take(buyer, work)
        assert (order.state, order.total, order.payment_intent_id) == ("paid", usd(0), "")
        assert LicenceGrant.objects.get().holder == buyer
        assert licences_left(buyer) == 2
        paid = Sale.objects.get(kind="promotion")
        assert (paid.gross, paid.net) == (usd(1200), usd(1080))
        assert balance_of(account_of(AccountKind.PROMOTIONAL_COST, "USD")) == usd(-1200)
        assert balance_of(account_of(AccountKind.ARTIST_PENDING, "USD", artist=work.artist)) == usd(1080)
        assert not [figure for figure in ledger_figures() if figure.is_fault and figure.value]

    def test_a_club_gives_no_more_than_it_costs(self):
        buyer, work = member(price_minor=2900), work_on_sale()
        assert club_takes_up_to(buyer) == usd(966)
        refused(ClubGivesNot, buyer, work)
        LicenceOffer.objects.filter(work=work, terms__code="personal").update(price_minor=900)
        assert take(buyer, work).state == "paid"

    def test_other_licences_and_open_prices_are_not_the_clubs(self):
        buyer, work = member(price_minor=360_000), work_on_sale()
        for code in ("commercial", "exclusive"):
            refused(ClubGivesNot, buyer, work, code)
        LicenceOffer.objects.filter(work=work, terms__code="personal").update(suggested_minor=2000)
        refused(ClubGivesNot, buyer, work)

    def test_what_cannot_be_licensed_uses_nothing(self):
        buyer, gone, held = member(), work_on_sale(), work_on_sale()
        unlist_work(work=gone)
        refused(WorkNotOnSale, buyer, gone)
        licence_in(held, holder=buyer)
        refused(LicensedAlready, buyer, held)

    def test_ones_own_work(self):
        work = work_on_sale()
        buyer = member()
        work.artist.user = buyer
        work.artist.save()
        refused(OwnWork, buyer, work)

    def test_without_a_club_and_when_the_month_is_used_up(self):
        refused(ClubGivesNot, UserFactory(), work_on_sale())
        buyer = member(licences=1)
        take(buyer, work_on_sale())
        refused(NoClubLicence, buyer, work_on_sale())

    def test_the_works_page_offers_it_and_asks_for_consent(self, client):
        buyer, work = member(), work_on_sale()
        address = work.get_absolute_url()
        assert "With your club" not in client.get(address).text
        client.force_login(buyer)
        assert "With your club" in client.get(address).text
        said = {"offer": str(offer_of(work, "personal").pk)}
        assert client.post("/orders/by-club", said).status_code == 400
        page = client.post("/orders/by-club", {**said, "consent": "on"}, follow=True).text
        assert "The licence is yours." in page
        assert "With your club" not in client.get(address).text
        client.force_login(UserFactory())
        assert client.post("/orders/by-club", {**said, "consent": "on"}).status_code == 409

    def test_what_costs_nothing_and_cannot_be_given_owes_nothing(self):
        work = work_on_sale()
        DiscountCode.objects.create(code="FREE", share_basis_points=10_000, artist=work.artist)
        holder = UserFactory()
        licence_in(work, holder=holder)
        basket = replace(basket_of(work), code="FREE")
        order = open_order(buyer=holder, basket=basket, consent=CONSENT, is_known=False)
        assert (order.state, order.refusal) == ("expired", "licensed_already")
        assert open_order(buyer=UserFactory(), basket=basket, consent=CONSENT).state == "paid"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_more_than_the_month_has():
    buyer = member()
    works = [work_on_sale() for _n in range(8)]

    def one(work):
        try:
            return take(buyer, work).state
        except NoClubLicence:
            return "none left"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(one, works))
    assert sorted(told) == ["none left"] * 5 + ["paid"] * 3
    assert (licences_left(buyer), LicenceGrant.objects.count()) == (0, 3)
    assert not [figure for figure in ledger_figures() if figure.is_fault and figure.value]
