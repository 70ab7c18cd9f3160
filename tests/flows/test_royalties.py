"""A remix with a collaborator, bought and paid at the local Stripe: shares to the payout, a refund, a lost dispute."""

import pytest
from django.conf import settings as django_settings

from billing.checks import ledger_figures
from billing.gateway.client import client as stripe_client
from billing.models import AccountKind, Entry, Payout, PayoutAccount, Sale
from billing.selectors import artist_balance
from billing.services import mature_sales, onboard_artist, pay_out_due
from marketplace.accounts.models import Artist
from marketplace.core.money import Money
from marketplace.orders.models import Order
from tests.billing.test_payouts import fill_the_shops_balance
from tests.demo.localstripe.orders import PERSON
from tests.demo.localstripe.server import visit
from tests.factories.billing import declare, make_payouts_due
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order
from tests.factories.royalties import remixed, shared
from tests.orders.conftest import pay, run_jobs, shop, wait_for_event

__all__ = ["pay", "run_jobs", "shop", "wait_for_event"]
pytestmark = pytest.mark.usefixtures("shop")


def hers(artist: Artist) -> int:
    found = artist_balance(artist)
    return (found.pending + found.available - found.debt).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def of_shop(kind: AccountKind) -> int:
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


@pytest.fixture
def sharing():
    """The artists of a remix, of what it was made from, and a collaborator: 10 %, and 25 % of the rest."""
    parent, work = work_on_sale(), work_on_sale()
    remixed(work, parent, owing=1000)
    return work, parent.artist, shared(work, basis_points=2500).artist


@pytest.fixture
def buy(pay, wait_for_event):
    def paid(work, number: str = "4242 4242 4242 4242") -> Order:
        order = begun_order(work, "commercial")
        assert pay(order, number).status == 303
        wait_for_event("checkout.session.completed")
        order.refresh_from_db()
        assert order.state == "paid"
        return order

    return paid


def can_be_paid(artist: Artist, wait_for_event) -> None:
    own = django_settings.BASE_URL
    link = onboard_artist(artist=artist, return_url=f"{own}/earnings", refresh_url=f"{own}/earnings")
    assert visit(link, PERSON).status == 303
    wait_for_event("account.updated", PayoutAccount.objects.get(artist=artist).stripe_account_id)
    declare(artist)
    make_payouts_due(artist)


def test_shares_are_paid_out_and_are_owed_when_the_sale_goes_back(sharing, buy, wait_for_event, run_jobs, monkeypatch):
    monkeypatch.setattr(django_settings.CONFIGURATION, "reserve_basis_points", 0)
    work, parent, friend = sharing
    order = buy(work)
    assert [hers(artist) for artist in (work.artist, parent, friend)] == [2977, 441, 992]
    can_be_paid(friend, wait_for_event)
    fill_the_shops_balance(20_000)
    Sale.objects.update(available_at=order.paid_at)
    assert mature_sales() == 3
    make_payouts_due(friend)
    assert pay_out_due() == 1
    run_jobs()
    payout = Payout.objects.get()
    assert (payout.artist, payout.amount, payout.state) == (friend, Money(992, "USD"), "sent")

    stripe_client().v1.refunds.create({"payment_intent": order.payment_intent_id, "amount": 2450})
    wait_for_event("refund.created")
    assert [hers(artist) for artist in (work.artist, parent, friend)] == [1488, 221, -496]
    assert of_shop(AccountKind.PLATFORM_FEES) == 245
    stripe_client().v1.refunds.create({"payment_intent": order.payment_intent_id})
    wait_for_event("refund.created", count=2)
    assert [hers(artist) for artist in (work.artist, parent, friend)] == [0, 0, -992]
    assert [of_shop(kind) for kind in (AccountKind.PLATFORM_FEES, AccountKind.ROYALTIES_DUE)] == [0, 0]
    assert not faults()


def test_a_lost_dispute_takes_all_shares(sharing, buy, wait_for_event):
    work, parent, friend = sharing
    order = buy(work, "4000 0000 0000 0259")
    wait_for_event("charge.dispute.created")
    (dispute,) = stripe_client().v1.disputes.list({"payment_intent": order.payment_intent_id}).data
    losing = {"evidence": {"uncategorized_text": "losing_evidence"}, "submit": True}
    stripe_client().v1.disputes.update(dispute.id, losing)
    wait_for_event("charge.dispute.closed")
    assert [hers(artist) for artist in (work.artist, parent, friend)] == [0, 0, 0]
    assert [of_shop(kind) for kind in (AccountKind.PLATFORM_FEES, AccountKind.ROYALTIES_DUE)] == [0, 0]
    assert not faults()
