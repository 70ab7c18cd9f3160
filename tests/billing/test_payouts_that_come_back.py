"""Money that was paid out and comes back: taken back at Stripe, or refused by the artist's own bank."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from billing import letters
from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import EventFacts
from billing.gateway.client import client as stripe_client
from billing.handlers import bank_payout_arrived, bank_payout_failed, transfer_reversed
from billing.models import BankRefusal, Payout, StripeEvent
from billing.selectors import artist_balance, newest_bank_refusal
from billing.services import mature_sales, pay_out_due, reconcile, send_payout
from billing.services.payout_reversals import note_reversals
from billing.services.reconciling import copy_movements, post_what_stripe_says
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.test_payouts import artist, fill_the_shops_balance, ready_artist
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, sell
from tests.whole_seconds import wait_for_the_next_second

__all__ = ["artist", "ready_artist"]
pytestmark = pytest.mark.django_db(transaction=True)


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def bank_says(of: str, *, number: int = 1, **more: object) -> EventFacts:
    """Of a payout from the account ``of`` to its bank, as Stripe's events tell."""
    payout = {"id": f"po_{number}", "amount": 4500, "currency": "usd", "created": 1_800_000_000 + number, **more}
    return EventFacts(id=f"evt_{number}", type="payout", created=now(), object=payout, account=of)


class TestTakenBack:
    @pytest.fixture
    def payout(self, ready_artist):
        fill_the_shops_balance(20_000)
        copy_movements()
        post_what_stripe_says()
        wait_for_the_next_second()
        self.begun = now().replace(microsecond=0)
        sell(ready_artist, 5000, days_until_available=-1)
        mature_sales()
        assert pay_out_due() == 1
        return send_payout(payout_id=str(Payout.objects.get().pk))

    def test_parts_are_available_again_once_each_and_agree_with_stripes_books(self, payout, wait_for_event):
        for amount in (1000, 500):
            stripe_client().v1.transfers.reversals.create(payout.stripe_transfer_id, {"amount": amount})
        wait_for_event("transfer.reversed", count=2)
        for event in StripeEvent.objects.filter(type="transfer.reversed"):
            transfer_reversed(EventFacts(event.id, event.type, event.created, event.payload))
        payout.refresh_from_db()
        assert (payout.state, payout.reversed) == (Payout.State.SENT, Money(1500, "USD"))
        assert artist_balance(payout.artist).available == Money(1500, "USD")
        assert not faults()
        assert reconcile(since=self.begun, grace=timedelta(seconds=-5)).differences == 0

    def test_one_that_is_told_before_the_payout_has_ended_here_waits(self, payout):
        Payout.objects.update(state=Payout.State.SENDING, stripe_transfer_id=None)
        with pytest.raises(ObjectNotKnownYet):
            note_reversals(payout_id=str(payout.pk), transfer_id=payout.stripe_transfer_id)

    def test_the_page_says_what_was_taken_back(self, payout, client):
        stripe_client().v1.transfers.reversals.create(payout.stripe_transfer_id, {"amount": 1000})
        note_reversals(payout_id=str(payout.pk), transfer_id=payout.stripe_transfer_id)
        client.force_login(payout.artist.user)
        assert "$10.00 taken back; it is available again" in client.get(reverse("my_earnings")).text


class TestRefusedByABank:
    @pytest.fixture
    def account(self):
        return PayoutAccountFactory()

    def test_she_is_told_once_by_letter_and_on_her_page_until_a_later_one_arrives(self, account, client):
        for _ in range(2):
            bank_payout_failed(bank_says(account.stripe_account_id, failure_code="account_closed"))
        assert newest_bank_refusal(account.artist).amount == Money(4500, "USD")
        letters.write_about_bank_refusal(stripe_payout_id="po_1")
        (letter,) = mail.outbox
        assert (letter.to, letter.subject) == ([account.artist.user.email], "Your bank did not take a payout")
        for words in ("a payout of $45.00", "The bank account is closed.", "still yours", reverse("my_earnings")):
            assert words in letter.body
        client.force_login(account.artist.user)
        page = client.get(reverse("my_earnings")).text
        assert "Your bank did not take a payout of $45.00" in page
        assert "The bank account is closed." in page

        bank_payout_arrived(bank_says(account.stripe_account_id, number=1))  # it arrived, and came back after that
        assert newest_bank_refusal(account.artist) is not None
        bank_payout_arrived(bank_says(account.stripe_account_id, number=2))
        assert newest_bank_refusal(account.artist) is None
        assert "did not take" not in client.get(reverse("my_earnings")).text

    def test_it_is_nobody_elses(self, account, client):
        bank_payout_failed(bank_says(account.stripe_account_id, failure_code="no_account"))
        bank_payout_failed(bank_says("acct_of_nobody", number=2, failure_code="no_account"))
        other = ArtistFactory()
        client.force_login(other.user)
        assert "did not take" not in client.get(reverse("my_earnings")).text
        client.force_login(UserFactory())
        assert "did not take" not in client.get(reverse("my_earnings")).text
        assert BankRefusal.objects.get().artist == account.artist

    def test_a_currency_that_the_shop_does_not_trade_in_and_a_reason_without_words(self, account, client):
        bank_payout_failed(bank_says(account.stripe_account_id, currency="chf", failure_code="could_not_process"))
        client.force_login(account.artist.user)
        page = client.get(reverse("my_earnings")).text
        assert "4,500 minor units of CHF" in page
        assert "The bank has not said why." in page

    def test_the_shops_own_bank_is_no_artists(self, account, caplog):
        bank_payout_failed(bank_says("", failure_code="account_closed"))
        assert not BankRefusal.objects.exists()
        assert "the shop's own bank refused the payout po_1" in caplog.text

    def test_stripes_webhook_says_whose_account_it_is(self, ready_artist, wait_for_event):
        account_id = ready_artist.payout_account.stripe_account_id
        assert StripeEvent.objects.filter(type="account.updated", account=account_id).exists()
