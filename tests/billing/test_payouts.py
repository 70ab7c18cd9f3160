"""From onboarding at the local Stripe's hosted page to a transfer, and what happens where Stripe refuses."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from billing import gateway
from billing.gateway import CheckoutLine, StripeKeyRefused, StripeRefused, StripeUnreachable
from billing.models import AccountKind, Entry, Payout, PayoutAccount
from billing.selectors import artist_balance, payout_holds, payouts_enabled
from billing.services import mature_sales, onboard_artist, pay_out_due, send_payout
from billing.services.payouts import payouts_left_behind
from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.core.money import Money
from tests.demo.localstripe.orders import PERSON
from tests.demo.localstripe.server import card_form, visit
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import PayoutAccountFactory, declare, make_payouts_due, sell

pytestmark = pytest.mark.django_db(transaction=True)
FUNDS_AT_ONCE = "4000000000000077"


def onboarding_link(artist):
    own = django_settings.BASE_URL
    return onboard_artist(
        artist=artist,
        return_url=f"{own}/earnings/payouts/return",
        refresh_url=f"{own}/earnings/payouts/continue",
    )


@pytest.fixture
def artist(shop):
    return ArtistFactory()


@pytest.fixture
def ready_artist(artist, wait_for_event):
    page = visit(onboarding_link(artist), PERSON)
    assert page.status == 303, page.text
    account = PayoutAccount.objects.get(artist=artist)
    wait_for_event("account.updated", account.stripe_account_id)
    declare(artist)
    make_payouts_due(artist)
    return artist


def fill_the_shops_balance(amount_minor):
    session = gateway.create_checkout(
        lines=[CheckoutLine("Sunset", Money(amount_minor, "USD"))],
        success_url="http://127.0.0.1:9/ok",
        cancel_url="http://127.0.0.1:9/no",
        reference="test",
        metadata={},
        idempotency_key=f"test:{now().timestamp()}",
    )
    assert visit(session.url, card_form(FUNDS_AT_ONCE)).status == 303


def test_onboarding_is_told_by_an_event(ready_artist):
    assert payouts_enabled(ready_artist)


def test_one_account_is_made_however_often_onboarding_is_begun(artist):
    first = onboarding_link(artist)
    second = onboarding_link(artist)
    assert first != second
    assert PayoutAccount.objects.count() == 1
    assert not payouts_enabled(artist)
    assert visit(second, PERSON).status == 303
    assert visit(second).location.endswith("/earnings/payouts/continue")


def test_money_is_paid_out_after_the_holding_time(ready_artist, run_jobs):
    fill_the_shops_balance(20_000)
    sell(ready_artist, 5000, days_until_available=-1)
    sell(ready_artist, 2000, days_until_available=3)
    assert pay_out_due() == 0
    assert mature_sales() == 1
    make_payouts_due(ready_artist)
    assert pay_out_due() == 1
    assert pay_out_due() == 0
    run_jobs()
    payout = Payout.objects.get()
    assert payout.state == Payout.State.SENT
    assert payout.amount == Money(4500, "USD")
    transfer = gateway.transfer_in_group(f"payout:{payout.id}")
    assert transfer is not None
    assert (transfer.id, transfer.amount, transfer.destination) == (
        payout.stripe_transfer_id,
        Money(4500, "USD"),
        ready_artist.payout_account.stripe_account_id,
    )
    balance = artist_balance(ready_artist)
    assert (balance.pending.amount_minor, balance.available.amount_minor) == (1800, 0)
    lines = Entry.objects.count()
    send_payout(payout_id=str(payout.id))
    assert Entry.objects.count() == lines


def test_a_payout_that_stripe_refuses_states_why_and_the_money_comes_back(ready_artist, run_jobs):
    sell(ready_artist, 900_000_000, days_until_available=-1)  # more than the shop has at Stripe
    mature_sales()
    assert pay_out_due() == 1
    run_jobs()
    payout = Payout.objects.get()
    assert payout.state == Payout.State.FAILED
    assert payout.failure_reason
    assert artist_balance(ready_artist).available.amount_minor == 810_000_000
    [hold] = payout_holds(ready_artist)
    assert payout.failure_reason in hold.reason
    assert hold.until is not None
    assert pay_out_due() == 0
    Payout.objects.update(ended_at=now() - timedelta(hours=25))
    assert pay_out_due() == 1


def test_nothing_is_paid_out_to_an_account_that_is_not_ready(shop):
    account = PayoutAccountFactory(transfers_active=False)
    sell(account.artist, 5000, days_until_available=-1)
    without = ArtistFactory()
    sell(without, 5000, days_until_available=-1)
    mature_sales()
    for artist in (account.artist, without):
        make_payouts_due(artist)
    assert pay_out_due() == 0
    assert not Payout.objects.exists()
    assert artist_balance(account.artist).available == artist_balance(without).available == Money(4500, "USD")
    assert len(payout_holds(without)) == 1


def test_a_transfer_whose_answer_was_lost_is_not_made_twice(ready_artist, monkeypatch):
    fill_the_shops_balance(20_000)
    sell(ready_artist, 5000, days_until_available=-1)
    mature_sales()
    pay_out_due()
    payout = Payout.objects.get()
    real = gateway.create_transfer

    def answer_is_lost(**what):
        real(**what)
        raise StripeUnreachable()

    monkeypatch.setattr(gateway, "create_transfer", answer_is_lost)
    with pytest.raises(StripeUnreachable):
        send_payout(payout_id=str(payout.id))
    payout.refresh_from_db()
    assert payout.state == Payout.State.SENDING
    assert artist_balance(ready_artist).in_transit == Money(4500, "USD")
    made = gateway.transfer_in_group(f"payout:{payout.id}")

    # A day later Stripe has forgotten the key; the transfer is found, not made again.
    Payout.objects.update(created_at=now() - timedelta(days=2))
    assert payouts_left_behind() == [str(payout.id)]
    monkeypatch.setattr(gateway, "create_transfer", lambda **_: pytest.fail("made twice"))
    assert send_payout(payout_id=str(payout.id)).stripe_transfer_id == made.id
    in_transit = Entry.objects.filter(account__kind=AccountKind.PAYOUTS_IN_TRANSIT)
    assert sum(entry.amount_minor for entry in in_transit) == 0


def test_the_same_key_answers_the_same_transfer(ready_artist):
    fill_the_shops_balance(20_000)
    wanted = {
        "amount": Money(1000, "USD"),
        "destination": ready_artist.payout_account.stripe_account_id,
        "group": "payout:test",
        "metadata": {},
        "idempotency_key": "payout:test",
    }
    assert gateway.create_transfer(**wanted).id == gateway.create_transfer(**wanted).id


def lost_answer(monkeypatch, artist):
    """A payout whose transfer was made and whose answer did not come; what asks Stripe, as it was."""
    fill_the_shops_balance(20_000)
    sell(artist, 5000, days_until_available=-1)
    mature_sales()
    pay_out_due()
    payout = Payout.objects.get()
    real = gateway.create_transfer

    def answer_is_lost(**what):
        real(**what)
        raise StripeUnreachable()

    monkeypatch.setattr(gateway, "create_transfer", answer_is_lost)
    with pytest.raises(StripeUnreachable):
        send_payout(payout_id=str(payout.id))
    monkeypatch.setattr(gateway, "create_transfer", real)
    return payout


def test_a_key_that_is_refused_leaves_the_payout_on_its_way_and_is_not_shown(ready_artist, monkeypatch, settings):
    payout = lost_answer(monkeypatch, ready_artist)
    good = settings.CONFIGURATION
    settings.CONFIGURATION = good.model_copy(update={"stripe_secret_key": "sk_live_expired_AbCd"})
    with pytest.raises(StripeKeyRefused) as refused:
        send_payout(payout_id=str(payout.id))
    assert isinstance(refused.value, Retryable)
    assert "AbCd" not in f"{refused.value} {refused.value.facts} {refused.value.way_out}"
    payout.refresh_from_db()
    assert (payout.state, payout.failure_reason) == (Payout.State.SENDING, "")
    assert artist_balance(ready_artist).in_transit == Money(4500, "USD")

    settings.CONFIGURATION = good
    assert send_payout(payout_id=str(payout.id)).state == Payout.State.SENT
    assert artist_balance(ready_artist).available == Money(0, "USD")


def test_a_refusal_after_a_lost_answer_finds_the_transfer_that_was_made(ready_artist, monkeypatch):
    payout = lost_answer(monkeypatch, ready_artist)
    made = gateway.transfer_in_group(f"payout:{payout.id}")

    def refused(**what):
        raise StripeRefused(reason="Insufficient funds.", stripe_code="balance_insufficient")

    monkeypatch.setattr(gateway, "create_transfer", refused)
    assert send_payout(payout_id=str(payout.id)).stripe_transfer_id == made.id
    balance = artist_balance(ready_artist)
    assert (balance.available, balance.in_transit) == (Money(0, "USD"), Money(0, "USD"))
