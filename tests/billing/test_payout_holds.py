"""Every hold says why, how much, and since or until when; what stops a payout is what the artist reads."""

from datetime import timedelta

import pytest

from billing.models import Payout, PayoutAccount
from billing.selectors import blockers, payout_holds, requirements_in_words, restriction_in_words
from billing.services import mature_sales, pay_out_due, pay_out_now, record_refund
from billing.services.ledger import account_of, post
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import PayoutAccountFactory, declare, make_payouts_due, sell

pytestmark = pytest.mark.django_db
AVAILABLE = Money(1800, "USD")


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def rich(artist):
    sell(artist, 2000, days_until_available=-1)
    mature_sales()
    return artist


def causes(artist) -> list[str]:
    return [hold.cause for hold in payout_holds(artist)]


def assert_nothing_goes_out(artist):
    make_payouts_due(artist)
    assert pay_out_due() == 0
    assert not Payout.objects.filter(artist=artist, state="sending").exists()


def test_the_holding_time_by_day():
    artist = ArtistFactory()
    sale = sell(artist, 2000, days_until_available=2)
    sell(artist, 1000, days_until_available=4)
    first, second = payout_holds(artist)
    assert (first.cause, first.amount, first.until) == ("holding_time", AVAILABLE, sale.available_at)
    assert (second.amount, second.since is not None) == (usd(900), True)


def test_without_an_account():
    artist = rich(ArtistFactory())
    [hold] = payout_holds(artist)
    assert (hold.cause, hold.amount) == ("not_set_up", AVAILABLE)
    assert hold.way_out
    assert_nothing_goes_out(artist)


def test_an_account_that_is_not_complete_names_what_stripe_wants_until_when():
    until = now() + timedelta(days=10)
    account = PayoutAccountFactory(
        details_submitted=False,
        payouts_enabled=False,
        requirements_due=["external_account", "individual.dob.day", "individual.dob.month", "person_1.first_name"],
        requirements_deadline=until,
        refreshed_at=now(),
    )
    artist = rich(account.artist)
    hold = payout_holds(artist)[0]
    assert (hold.cause, hold.until, hold.since) == ("not_complete", until, account.refreshed_at)
    assert hold.way_out == "It wants: your bank account, your date of birth, your name."
    assert_nothing_goes_out(artist)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("requirements.past_due", "waiting for details"),
        ("requirements.pending_verification", "checking your details"),
        ("rejected.fraud", "suspects fraud"),
        ("platform_paused", "We have paused"),
        ("something_new", "has restricted your account"),
        ("", "still checking your details"),
    ],
)
def test_a_restricted_account_says_stripes_reason_in_words(reason, told):
    account = PayoutAccountFactory(
        transfers_active=False, disabled_reason=reason, requirements_due=["individual.verification.document"]
    )
    artist = rich(account.artist)
    hold = payout_holds(artist)[0]
    assert hold.cause == "restricted"
    assert told in hold.reason
    assert "a picture of your identity card or passport" in hold.way_out
    assert_nothing_goes_out(artist)


def test_who_sells_must_be_known():
    account = PayoutAccountFactory(has_address=False, has_tax_id=False, declared=False)
    artist = rich(account.artist)
    [hold] = payout_holds(artist)
    assert (hold.cause, hold.amount) == ("identity", AVAILABLE)
    for missing in ("your address", "your tax number", "your declaration as a seller"):
        assert missing in hold.reason
    assert "your name" not in hold.reason
    assert_nothing_goes_out(artist)
    PayoutAccount.objects.update(has_address=True, has_tax_id=True)
    assert causes(artist) == ["identity"]
    declare(artist)
    assert causes(artist) == ["schedule"]
    pay_out_now(artist=artist, currency="USD")


def test_a_trader_must_also_be_reachable():
    account = PayoutAccountFactory(business_type="company", trader_name="Ann Ltd", trader_phone="")
    artist = rich(account.artist)
    assert "a telephone number for buyers" in payout_holds(artist)[0].reason
    PayoutAccount.objects.update(trader_phone="+1 555 0100", trader_email="ann@example.org")
    assert causes(artist) == ["schedule"]


def test_several_causes_are_all_told():
    artist = rich(PayoutAccountFactory(payouts_enabled=False, has_tax_id=False).artist)
    assert causes(artist) == ["restricted", "identity"]


def test_a_refused_payout_is_tried_again_after_a_day():
    artist = rich(PayoutAccountFactory().artist)
    ended = now()
    Payout.objects.create(
        artist=artist,
        destination="acct_1",
        amount_minor=1800,
        currency="USD",
        state="failed",
        failure_reason="The account is closed.",
        ended_at=ended,
    )
    [hold] = payout_holds(artist)
    assert (hold.cause, hold.since, hold.until) == ("refused", ended, ended + timedelta(hours=24))
    assert "The account is closed." in hold.reason
    assert_nothing_goes_out(artist)
    Payout.objects.update(ended_at=now() - timedelta(hours=24, minutes=1))
    assert pay_out_due() == 1


def test_what_is_owed_is_told_with_its_date_and_nothing_goes_out():
    artist = PayoutAccountFactory().artist
    sale = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    available, cash = account_of("artist_available", "USD", artist=artist), account_of("cash_at_stripe", "USD")
    post(object_ref=f"payout:{new_id()}", effect="sent", reason="payout", entries=[(available, -1800), (cash, 1800)])
    before = now()
    record_refund(line_ref=sale.line_ref)
    [hold] = payout_holds(artist)
    assert (hold.cause, hold.amount) == ("debt", usd(-1800))
    assert hold.since is not None
    assert before - timedelta(seconds=5) <= hold.since <= now() + timedelta(seconds=5)
    assert [blocker.cause for blocker in blockers(artist, usd(1800))] == ["debt"]


def test_the_words_are_known_for_every_name_that_stripe_gives():
    assert requirements_in_words(["business_type", "tos_acceptance.date", "tos_acceptance.ip"]) == [
        "whether you sell as a person or a business",
        "that you accept the payment service's terms",
    ]
    assert requirements_in_words(["company.tax_id", "company.address.line1", "owners.email"]) == [
        "the company's tax number",
        "the company's address",
        "your e-mail address",
    ]
    assert requirements_in_words(["something.new"]) == ["another detail"]
    assert restriction_in_words("") == ""
