"""Sellers' identity: declared here, collected on Stripe's page, copied sparingly; nobody is paid before it is there."""

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from billing import gateway
from billing.errors import CertificationMissing
from billing.gateway.client import client as stripe_client
from billing.models import Payout, PayoutAccount, SellerDeclaration
from billing.selectors import declaration_of, payout_holds, trader_details
from billing.services import mature_sales, onboard_artist, pay_out_due
from billing.services.onboarding import copy_payout_account
from marketplace.risk.models import Verdict
from marketplace.risk.selectors import shared_kinds
from tests.demo.localstripe.orders import PERSON
from tests.demo.localstripe.server import visit
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, declare, make_payouts_due, sell
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid

COMPANY = {**PERSON, "business_type": "company", "company_name": "Harbour Light Ltd", "email": "shop@example.org"}


@pytest.fixture
def artist(db):
    return ArtistFactory()


def onboard(artist, answers) -> PayoutAccount:
    link = onboard_artist(artist=artist, return_url="http://127.0.0.1:9/back", refresh_url="http://127.0.0.1:9/again")
    page = visit(link, answers)
    assert page.status == 303, page.text
    return copy_payout_account(PayoutAccount.objects.get(artist=artist).stripe_account_id)


def test_a_declaration_is_recorded_once_with_its_date_and_the_newest_counts(artist):
    first = declare(artist)
    assert declare(artist) == first
    assert (first.is_trader, first.declared_by, first.wording) == (False, artist.user, 1)
    second = declare(artist, is_trader=True, trade_register="  HRB  12345, Hamburg ")
    assert second.trade_register == "HRB 12345, Hamburg"
    assert declaration_of(artist) == second
    assert declare(artist, trade_register="of no use to a private person").trade_register == ""
    assert SellerDeclaration.objects.count() == 3


def test_without_the_tick_nothing_is_recorded(artist):
    with pytest.raises(CertificationMissing):
        declare(artist, certifies=False)
    assert not SellerDeclaration.objects.exists()


@pytest.mark.parametrize(
    "change", ["UPDATE billing_sellerdeclaration SET is_trader = true", "DELETE FROM billing_sellerdeclaration"]
)
def test_the_database_keeps_what_was_declared(artist, change):
    declare(artist)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_private_person_is_shown_to_nobody_and_a_trader_only_when_she_has_declared(artist):
    details = {
        "trader_name": "Ann Ltd",
        "trader_address": "1 Road\n12345 Town",
        "trader_phone": "+1 555",
        "trader_email": "a@example.org",
    }
    PayoutAccountFactory(artist=artist, business_type="company", declared=False, **details)
    assert trader_details(artist) is None
    declare(artist, is_trader=True, trade_register="HRB 1")
    found = trader_details(artist)
    assert found is not None
    assert (found.name, found.address, found.phone) == ("Ann Ltd", ["1 Road", "12345 Town"], "+1 555")
    assert (found.email, found.trade_register) == ("a@example.org", "HRB 1")
    assert found.certified_at == declaration_of(artist).declared_at
    assert trader_details(PayoutAccountFactory().artist) is None
    assert trader_details(ArtistFactory()) is None


@pytest.mark.django_db(transaction=True)
class TestThroughStripe:
    def test_of_a_private_person_only_whether_it_is_known_is_kept(self, shop):
        artist = ArtistFactory()
        row = onboard(artist, PERSON)
        assert (row.business_type, row.country, row.is_ready) == ("individual", "US", True)
        assert (row.has_name, row.has_address, row.has_tax_id) == (True, True, True)
        assert {row.trader_name, row.trader_address, row.trader_phone, row.trader_email} == {""}

    def test_a_tax_number_is_asked_for_before_the_first_payout(self, shop):
        link = onboard_artist(
            artist=ArtistFactory(), return_url="http://127.0.0.1:9/back", refresh_url="http://127.0.0.1:9/again"
        )
        page = visit(link, {**PERSON, "tax_id": ""})
        assert (page.status, "Enter a tax number." in page.text) == (422, True)

    def test_of_a_company_what_buyers_must_be_shown_is_copied(self, shop):
        artist = ArtistFactory()
        row = onboard(artist, COMPANY)
        declare(artist, is_trader=True)
        assert (row.business_type, row.trader_name) == ("company", "Harbour Light Ltd")
        found = trader_details(artist)
        assert found is not None
        assert found.address == ["1 Harbour Street", "97201 Portland", "US"]
        assert (found.phone, found.email) == ("+1 555 0100", artist.user.email)

    def test_who_declares_herself_a_trader_later_is_copied_by_a_job_and_forgotten_again(self, shop, run_jobs):
        artist = ArtistFactory()
        onboard(artist, PERSON)
        assert trader_details(artist) is None
        declare(artist, is_trader=True)
        run_jobs()
        found = trader_details(artist)
        assert found is not None
        assert found.name == "Ada Wong"
        declare(artist, is_trader=False)
        run_jobs()
        assert PayoutAccount.objects.get(artist=artist).trader_name == ""

    def test_an_account_that_stripe_restricts_is_not_paid_and_says_why_until_it_is_cured(self, shop, wait_for_event):
        artist = ArtistFactory()
        declare(artist)
        row = onboard(artist, {**PERSON, "tax_id": "111111111"})
        assert (row.details_submitted, row.is_ready) == (True, False)
        sell(artist, 2000, days_until_available=-1)
        mature_sales()
        make_payouts_due(artist)
        assert pay_out_due() == 0
        hold = payout_holds(artist)[0]
        assert hold.cause == "restricted"
        assert "waiting for details" in hold.reason
        assert "identity card" in hold.way_out
        update = {"individual": {"id_number": "000000000"}}
        stripe_client().v1.accounts.update(row.stripe_account_id, update)
        wait_for_event("account.updated", row.stripe_account_id, count=2)
        assert [one.cause for one in payout_holds(artist)] == ["schedule"]

    def test_an_account_that_is_rejected_is_not_paid(self, shop):
        artist = ArtistFactory()
        declare(artist)
        row = onboard(artist, PERSON)
        stripe_client().v1.accounts.reject(row.stripe_account_id, {"reason": "terms_of_service"})
        copy_payout_account(row.stripe_account_id)
        sell(artist, 2000, days_until_available=-1)
        mature_sales()
        make_payouts_due(artist)
        assert pay_out_due() == 0
        assert "breaks its terms" in payout_holds(artist)[0].reason
        assert not Payout.objects.exists()

    def test_an_account_of_the_former_kind_tells_too_little_and_is_replaced(self, shop, wait_for_event, run_jobs):
        """Stripe shows the platform no address of an account whose requirements it collects itself."""
        artist = ArtistFactory()
        former = stripe_client().v1.accounts.create(
            {
                "type": "express",
                "capabilities": {"transfers": {"requested": True}},
                "metadata": {"artist": str(artist.pk)},
            }
        )
        facts = gateway.retrieve_connect_account(former.id)
        assert (facts.tells_identity, facts.name, facts.address, facts.has_tax_id) == (False, "", (), False)
        PayoutAccount.objects.create(artist=artist, stripe_account_id=former.id, details_submitted=True)
        row = onboard(artist, PERSON)
        assert row.stripe_account_id != former.id
        assert (row.is_ready, row.has_address, row.has_tax_id) == (True, True, True)
        assert onboard(artist, PERSON).stripe_account_id == row.stripe_account_id
        # The former account's events say nothing any more, and are no failures.
        stripe_client().v1.accounts.update(former.id, {"email": "former@example.org"})
        assert wait_for_event("account.updated", former.id).state == "processed"
        assert PayoutAccount.objects.get(artist=artist).stripe_account_id == row.stripe_account_id


def test_another_persons_declaration_is_not_hers(artist):
    declare(ArtistFactory(), declarer=UserFactory())
    assert declaration_of(artist) is None


def test_one_person_behind_two_accounts_at_connect_cannot_buy_her_own_works_unseen(shop, settings):
    """She gives both accounts the same bank account, her name and her date of birth; another artist gives her own."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_counts_test_cards": True})
    artist, second, other = ArtistFactory(), ArtistFactory(), ArtistFactory()
    onboard(artist, PERSON)
    onboard(second, {**PERSON, "first_name": "ADA", "line1": "2 Other Street"})
    onboard(other, {**PERSON, "birth_date": "1971-03-04", "account_number": "DE89370400440532013000"})
    assert shared_kinds(second.user, [artist.user_id]) == {"payout", "identity"}
    assert shared_kinds(other.user, [artist.user_id]) == frozenset()
    order = paid(claimed(basket_of(work_on_sale(artist=artist)), buyer=second.user))
    assert order.state == "held"
    (fired,) = Verdict.objects.get(subject_ref=order.reference).fired
    assert (fired["rule"], fired["seen"]) == ("own_work", "identity, payout")
    assert paid(claimed(basket_of(work_on_sale(artist=artist)), buyer=other.user)).state == "paid"
