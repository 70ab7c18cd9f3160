"""The artist's choices about her payouts, what she is told, and that they are hers alone."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.models import Payout, PayoutSchedule, SellerDeclaration
from billing.selectors import schedule_of
from billing.services import mature_sales, record_refund, stop_payouts
from billing.services.ledger import account_of, post
from marketplace.accounts.models import User
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, declare, sell
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db
POSTS = ["/earnings/payouts/schedule", "/earnings/payouts/now", "/earnings/seller"]


@pytest.fixture
def artist(client):
    made = ArtistFactory()
    client.force_login(made.user)
    return made


@pytest.fixture
def rich_artist(artist):
    PayoutAccountFactory(artist=artist)
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    return artist


def test_strangers_and_people_without_a_storefront_change_nothing(client, rich_artist):
    answers = {"when": "week:3", "currency": "USD", "sells_as": "trader", "certifies": "on"}
    client.logout()
    for path in POSTS:
        assert client.post(path, answers).status_code == 302
    client.force_login(UserFactory())
    for path in POSTS:
        assert client.post(path, answers).status_code == 403
    other = ArtistFactory()
    client.force_login(other.user)
    for path in POSTS:
        client.post(path, answers)
    assert not Payout.objects.exists()
    assert set(PayoutSchedule.objects.values_list("artist_id", flat=True)) == {other.pk}
    assert SellerDeclaration.objects.get(is_trader=True).artist == other


def test_the_next_payout_is_shown_with_its_day_and_amount(client, rich_artist):
    sell(rich_artist, 1000, days_until_available=0)
    page = client.get("/earnings").text
    assert "Next payout" in page
    assert "About $27.00" in page
    assert "It goes out with your next payout." in page


def test_each_sale_says_what_is_kept_back_of_it_until_when(client, artist, settings, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "reserve_basis_points", 1000)
    for _ in range(3):
        sell(artist, 2000, days_until_available=-1, work=WorkFactory(artist=artist))
    mature_sales()
    page = client.get("/earnings").text
    assert page.count("$1.80 kept back until") == 3
    assert "$5.40" in page


def test_what_is_too_little_or_in_the_way_is_told_instead_of_an_amount(client, artist):
    sell(artist, 300, days_until_available=0)
    page = client.get("/earnings").text
    assert "You have not set up payouts yet." in page
    assert "if nothing changes" not in page
    PayoutAccountFactory(artist=artist)
    assert "About $2.70 by then: less than $5.00" in client.get("/earnings").text


@pytest.mark.parametrize(
    ("when", "every", "day"), [("week:4", "week", 4), ("month:15", "month", 15), ("asked:", "asked", None)]
)
def test_she_chooses_when_she_is_paid(client, artist, when, every, day):
    assert client.post("/earnings/payouts/schedule", {"when": when}, follow=True).status_code == 200
    found = schedule_of(artist)
    assert found.every == every
    assert day in {found.weekday, found.day_of_month, None}
    assert f'<option value="{when}" selected>' in client.get("/earnings").text


def test_a_day_that_there_is_not_is_refused(client, artist):
    page = client.post("/earnings/payouts/schedule", {"when": "month:31"}, follow=True).text
    assert "There is no such payout day." in page
    assert not PayoutSchedule.objects.exists()


def test_she_asks_for_her_money_and_a_second_time_is_told_why_not(client, rich_artist):
    assert "Pay out $18.00 now" in client.get("/earnings").text
    page = client.post("/earnings/payouts/now", {"currency": "USD"}, follow=True).text
    assert "Your payout is on its way." in page
    assert "Pay out $" not in page
    assert Payout.objects.get().amount == Money(1800, "USD")
    assert "Nothing can be paid out now." in client.post("/earnings/payouts/now", {"currency": "USD"}, follow=True).text
    client.post("/earnings/payouts/now", {"currency": "XYZ"})
    assert Payout.objects.count() == 1


def test_a_hold_says_why_since_when_and_what_ends_it(client, artist):
    PayoutAccountFactory(
        artist=artist,
        payouts_enabled=False,
        disabled_reason="requirements.past_due",
        requirements_due=["individual.verification.document"],
    )
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    page = client.get("/earnings").text
    assert "The payment service is waiting for details from you." in page
    assert "It wants: a picture of your identity card or passport." in page
    assert "Pay out $" not in page


def test_a_stop_by_a_person_stands_above_everything_with_its_reason(client, rich_artist):
    head = User.objects.create_superuser("head@example.org", "x")
    stop_payouts(administrator=head, artist=rich_artist, reason="Show us <b>where</b> the files went.")
    page = client.get("/earnings").text
    assert "We stopped your payouts on" in page
    assert "Show us &lt;b&gt;where&lt;/b&gt; the files went." in page
    assert "head@example.org" not in page
    client.force_login(ArtistFactory().user)
    assert "stopped" not in client.get("/earnings").text


def test_a_debt_says_what_happened_and_how_it_is_repaid(client, artist):
    sale = sell(artist, 2000, days_until_available=-1, work=WorkFactory(artist=artist))
    mature_sales()
    available, cash = account_of("artist_available", "USD", artist=artist), account_of("cash_at_stripe", "USD")
    post(object_ref="payout:1", effect="sent", reason="payout", entries=[(available, -1800), (cash, 1800)])
    record_refund(line_ref=sale.line_ref)
    page = client.get("/earnings").text
    assert "You owe $18.00." in page
    assert "Your next sales and what is kept back repay it by themselves" in page
    assert "Refund of a sale" in page
    assert sale.work.get_absolute_url() in page


def test_she_declares_how_she_sells_with_the_tick(client, artist):
    assert "Before the first payout we need a short declaration" in client.get("/earnings").text
    refused = client.post("/earnings/seller", {"sells_as": "person"})
    assert (refused.status_code, "Nobody is paid without this declaration." in refused.text) == (422, True)
    assert not SellerDeclaration.objects.exists()
    told = client.post(
        "/earnings/seller", {"sells_as": "trader", "trade_register": "HRB 1", "certifies": "on"}, follow=True
    ).text
    assert "Your declaration is recorded" in told
    assert "You sell as a business." in told
    declared = SellerDeclaration.objects.get()
    assert (declared.artist, declared.declared_by, declared.trade_register) == (artist, artist.user, "HRB 1")
    form = client.get("/earnings/seller").text
    assert 'value="HRB 1"' in form
    assert "Declared last on" in form


def test_a_declaration_asks_stripe_by_a_job_where_there_is_an_account(client, artist):
    PayoutAccountFactory(artist=artist, declared=False)
    client.post("/earnings/seller", {"sells_as": "trader", "certifies": "on"})
    assert ProcrastinateJob.objects.filter(task_name="billing.copy_account").count() == 1


def test_traders_are_shown_beside_their_works_and_private_persons_are_not(client, artist):
    details = {
        "trader_name": "Harbour Light Ltd",
        "trader_address": "1 Road\n12345 Town",
        "trader_phone": "+1 555 0100",
        "trader_email": "shop@example.org",
    }
    account = PayoutAccountFactory(business_type="company", declared=False, **details)
    declare(account.artist, is_trader=True, trade_register="HRB 77")
    trade = WorkFactory(artist=account.artist)
    # Even what a private person's row should not hold is not shown.
    private = WorkFactory(artist=PayoutAccountFactory(**details).artist)
    client.logout()
    for path in (trade.get_absolute_url(), account.artist.get_absolute_url()):
        page = client.get(path).text
        for told in ("The seller is a business", "Harbour Light Ltd", "1 Road<br>12345 Town", "+1 555 0100", "HRB 77"):
            assert told in page, path
    for path in (private.get_absolute_url(), private.artist.get_absolute_url()):
        page = client.get(path).text
        assert "Harbour Light Ltd" not in page
        assert "The seller is a business" not in page


def test_the_page_asks_the_database_as_often_for_many_holds(client, rich_artist, django_assert_max_num_queries):
    for days in range(1, 9):
        sell(rich_artist, 1000, days_until_available=days, work=WorkFactory(artist=rich_artist))
    with django_assert_max_num_queries(60):
        client.get("/earnings")
