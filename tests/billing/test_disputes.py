"""Disputes through the real local Stripe: held, won, lost; in any order of events, once; ledger and books agree."""

import importlib
import itertools
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from billing import gateway
from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund, retrieve_dispute
from billing.gateway.client import client as stripe_client
from billing.models import AccountKind, CreditPurchase, Dispute, Sale, Transaction
from billing.selectors import artist_balance, balance_of, payout_holds
from billing.services import disputes, mature_sales, note_dispute, reconcile, record_refund
from billing.services.ledger import account_of, post
from billing.services.own_refunds import note_own_refund
from billing.services.purchases import grant_purchase, record_revenue
from billing.services.reconciling import copy_movements, post_what_stripe_says
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import CreditPackFactory, sell
from tests.whole_seconds import wait_for_the_next_second

pytestmark = pytest.mark.django_db


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def facts(sale: Sale | None = None, **more) -> DisputeFacts:
    known = {
        "id": "du_1",
        "payment_intent_id": "pi_1",
        "amount": sale.gross if sale is not None else usd(2000),
        "reason": "fraudulent",
        "status": "needs_response",
        "created": now(),
        "evidence_due_by": now() + timedelta(days=9),
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**known, **more})


def lost(sale: Sale, **more) -> DisputeFacts:
    return facts(sale, status="lost", **more)


def won(sale: Sale, **more) -> DisputeFacts:
    return facts(sale, status="won", is_reinstated=True, **more)


def amounts(artist) -> tuple[int, int, int]:
    found = artist_balance(artist)
    return (found.pending.amount_minor, found.available.amount_minor, found.debt.amount_minor)


def reserve(artist) -> int:
    return balance_of(account_of(AccountKind.ARTIST_RESERVE, "USD", artist=artist)).amount_minor


def of_shop(kind: AccountKind) -> int:
    return balance_of(account_of(kind, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


@pytest.fixture
def artist(db):
    return ArtistFactory()


@pytest.fixture
def sale(artist) -> Sale:
    return sell(artist, 2000, payment_ref="pi_1")


def test_a_dispute_holds_the_artists_share_and_says_why(artist, sale):
    for _ in range(3):
        note_dispute(facts(sale))
    assert (amounts(artist), reserve(artist), of_shop(AccountKind.DISPUTES_OPEN)) == ((0, 0, 0), 1800, -2000)
    hold = payout_holds(artist)[-1]
    assert (hold.amount, "disputes a payment" in hold.reason, hold.until is not None) == (usd(1800), True, True)
    assert mature_sales() == 0
    assert not faults()


@pytest.mark.parametrize("is_mature", [False, True])
def test_won_restores_and_lost_takes_for_good(artist, is_mature):
    first = sell(artist, 2000, payment_ref="pi_1", days_until_available=-1 if is_mature else 7)
    second = sell(artist, 1000, payment_ref="pi_2", days_until_available=-1 if is_mature else 7)
    if is_mature:
        mature_sales()
    before = amounts(artist)
    for sale, number in ((first, 1), (second, 2)):
        note_dispute(facts(sale, id=f"du_{number}", payment_intent_id=f"pi_{number}"))
    assert amounts(artist) == (0, 0, 0)
    for _ in range(2):
        note_dispute(won(first, id="du_1", payment_intent_id="pi_1"))
        note_dispute(lost(second, id="du_2", payment_intent_id="pi_2"))
    kept = tuple(
        amount - taken for amount, taken in zip(before, (0, 900, 0) if is_mature else (900, 0, 0), strict=True)
    )
    assert (amounts(artist), reserve(artist), of_shop(AccountKind.DISPUTES_OPEN)) == (kept, 0, 0)
    second.refresh_from_db()
    assert (second.state, second.refunded, second.net_left) == (Sale.State.REFUNDED, usd(1000), usd(0))
    assert of_shop(AccountKind.PLATFORM_FEES) == 200
    assert not faults()


def test_a_sale_that_matures_meanwhile_frees_only_what_is_not_held(artist):
    sale = sell(artist, 2000, payment_ref="pi_1", days_until_available=-1)
    note_dispute(facts(sale, amount=usd(500)))
    mature_sales()
    assert (amounts(artist), reserve(artist)) == ((0, 1350, 0), 450)
    note_dispute(won(sale, amount=usd(500)))
    assert (amounts(artist), reserve(artist)) == ((0, 1800, 0), 0)
    assert not faults()


def test_money_that_was_paid_out_becomes_a_debt_and_a_won_dispute_repays_it(artist):
    sale = sell(artist, 2000, payment_ref="pi_1", days_until_available=-1)
    mature_sales()
    available, cash = account_of("artist_available", "USD", artist=artist), account_of("cash_at_stripe", "USD")
    post(object_ref=f"payout:{new_id()}", effect="sent", reason="payout", entries=[(available, -1800), (cash, 1800)])
    note_dispute(facts(sale))
    assert (amounts(artist), reserve(artist)) == ((0, 0, 1800), 1800)
    note_dispute(won(sale))
    assert (amounts(artist), reserve(artist)) == ((0, 0, 0), 0)
    assert not faults()


def test_after_a_refund_in_part_the_rest_can_be_disputed_and_is_not_refunded_twice(artist, sale):
    record_refund(line_ref=sale.line_ref, amount=usd(700), refund_ref="re_1")
    note_dispute(facts(sale, amount=usd(1300)))
    sale.refresh_from_db()
    assert (sale.left, sale.net_free, reserve(artist)) == (usd(0), usd(0), 1170)
    note_dispute(lost(sale, amount=usd(1300)))
    sale.refresh_from_db()
    assert (sale.state, sale.refunded, sale.deducted_refunded_minor) == (Sale.State.REFUNDED, usd(2000), 200)
    assert (amounts(artist), of_shop(AccountKind.PLATFORM_FEES)) == ((0, 0, 0), 0)
    assert not faults()


def test_every_order_of_what_is_known_ends_alike(artist):
    """Opened, answered, won: an event may be old, early or doubled when it is handled."""
    for number, order in enumerate(itertools.permutations(("open", "review", "won", "open"))):
        sale = sell(artist, 2000, payment_ref=f"pi_{number}")
        named = {"id": f"du_{number}", "payment_intent_id": f"pi_{number}"}
        told = {
            "open": facts(sale, **named),
            "review": facts(sale, status="under_review", **named),
            "won": won(sale, **named),
        }
        for name in order:
            note_dispute(told[name])
        assert Dispute.objects.get(pk=f"du_{number}").outcome == Dispute.Outcome.WON
        sale.refresh_from_db()
        assert (sale.disputed_minor, sale.held_minor, sale.refunded_minor) == (0, 0, 0)
    assert (reserve(artist), of_shop(AccountKind.DISPUTES_OPEN)) == (0, 0)
    assert not faults()


def test_what_was_refunded_before_is_the_shops_to_lose_and_not_the_artists(artist, sale):
    record_refund(line_ref=sale.line_ref, refund_ref="re_1")
    record_revenue(object_ref="purchase:other", paid=usd(500), payment_ref="pi_other")
    note_dispute(facts(sale))
    assert (amounts(artist), reserve(artist), of_shop(AccountKind.DISPUTES_OPEN)) == ((0, 0, 0), 0, -2000)
    for _ in range(2):
        note_dispute(won(sale))
    assert (of_shop(AccountKind.DISPUTES_OPEN), of_shop(AccountKind.CASH_AT_STRIPE)) == (0, -500)
    assert not faults()


def test_an_old_reading_changes_nothing_after_the_end(artist, sale):
    note_dispute(won(sale))
    note_dispute(facts(sale))
    row = Dispute.objects.get()
    assert (row.status, row.outcome) == ("won", Dispute.Outcome.WON)


@pytest.mark.django_db(transaction=True)
def test_events_and_a_refund_at_once_take_the_sale_once():
    artist = ArtistFactory()
    sale = sell(artist, 2000, payment_ref="pi_1")
    broken: list[Exception] = []

    def do(call) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            broken.append(error)
        finally:
            connection.close()

    calls = [lambda: note_dispute(facts(sale)), lambda: note_dispute(lost(sale))] * 3
    calls += [lambda: record_refund(line_ref=sale.line_ref, refund_ref="re_1")] * 2
    threads = [threading.Thread(target=do, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    assert Dispute.objects.get().outcome == Dispute.Outcome.LOST
    assert (amounts(artist), reserve(artist), of_shop(AccountKind.DISPUTES_OPEN)) == ((0, 0, 0), 0, 0)
    sale.refresh_from_db()
    assert (sale.refunded, sale.disputed_minor) == (usd(2000), 0)


def test_a_question_of_the_bank_moves_nothing(artist, sale):
    note_dispute(facts(sale, status="warning_needs_response", is_withdrawn=False))
    assert Dispute.objects.get().outcome == Dispute.Outcome.NONE
    assert (amounts(artist), Transaction.objects.count()) == ((1800, 0, 0), 1)


def test_a_payment_that_is_not_here_yet_is_tried_again(db):
    with pytest.raises(ObjectNotKnownYet):
        note_dispute(facts(payment_intent_id="pi_unknown"))
    assert not Dispute.objects.exists()


def test_a_sale_that_is_committed_while_its_dispute_is_noted_is_not_the_shops_to_lose(artist, sale, monkeypatch):
    """The first read comes before the commit of the sale, whatever is read later comes after it."""
    read, before = disputes._sales_of, [[]]
    monkeypatch.setattr(disputes, "_sales_of", lambda row: before.pop() if before else read(row))
    with pytest.raises(ObjectNotKnownYet):
        note_dispute(facts(sale))
    assert not Dispute.objects.exists()
    note_dispute(facts(sale))
    assert (reserve(artist), of_shop(AccountKind.PLATFORM_FEES)) == (1800, 200)
    assert not faults()


def test_a_disputed_purchase_of_credits_costs_the_shop_its_revenue(db):
    record_revenue(object_ref="purchase:1", paid=usd(2000), payment_ref="pi_1")
    note_dispute(facts())
    assert (of_shop(AccountKind.DISPUTES_OPEN), of_shop(AccountKind.CREDIT_SALES)) == (-2000, 2000)
    for _ in range(2):
        note_dispute(facts(status="lost"))
    assert (of_shop(AccountKind.DISPUTES_OPEN), of_shop(AccountKind.CREDIT_SALES)) == (0, 0)
    assert not faults()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("evidence", ["winning_evidence", "losing_evidence"])
def test_the_local_stripes_books_and_the_ledger_agree(shop, evidence):
    copy_movements()
    post_what_stripe_says()
    wait_for_the_next_second()
    begun = now().replace(microsecond=0)
    params = {"amount": 2000, "currency": "usd", "confirm": True, "payment_method": "pm_card_createDispute"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    payment = stripe_client().v1.payment_intents.create(params)
    artist = ArtistFactory()
    sell(artist, 2000, payment_ref=payment.id)
    (dispute,) = stripe_client().v1.disputes.list({"payment_intent": payment.id}).data
    note_dispute(retrieve_dispute(dispute.id))
    stripe_client().v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": evidence}, "submit": True})
    row = note_dispute(retrieve_dispute(dispute.id))
    assert row.outcome == ("won" if evidence == "winning_evidence" else "lost")
    assert reconcile(since=begun, grace=timedelta(seconds=-5)).differences == 0
    assert amounts(artist) == ((1800, 0, 0) if row.outcome == "won" else (0, 0, 0))
    assert not faults()


def refund_whole_or_part(sale: Sale, amount: Money) -> None:
    for _ in range(2):
        record_refund(line_ref=sale.line_ref, amount=amount, refund_ref=f"re_of_{sale.pk}")


@pytest.mark.parametrize("end", [won, lost])
@pytest.mark.parametrize("given_back", [700, 2000])
@pytest.mark.parametrize("is_mature", [False, True])
def test_a_refund_heard_of_before_during_or_after_a_dispute_of_the_whole_ends_alike(end, given_back, is_mature):
    ends = []
    sell(ArtistFactory(), 1_000_000)  # the shop's losses must be earned
    for place in range(3):
        artist = ArtistFactory()
        sale = sell(artist, 2000, payment_ref=f"pi_{place}", days_until_available=-1 if is_mature else 7)
        if is_mature:
            mature_sales()
        before = {kind: of_shop(kind) for kind in AccountKind if not kind.startswith(("artist", "user"))}
        named = {"id": f"du_{place}", "payment_intent_id": f"pi_{place}"}
        steps = [lambda s=sale, n=named: note_dispute(facts(s, **n)), lambda s=sale, n=named: note_dispute(end(s, **n))]
        steps.insert(place, lambda s=sale: refund_whole_or_part(s, usd(given_back)))
        for step in steps:
            step()
        sale.refresh_from_db()
        moved = {kind: of_shop(kind) - total for kind, total in before.items() if of_shop(kind) != total}
        facts_of_sale = (
            sale.state,
            sale.refunded_minor,
            sale.deducted_refunded_minor,
            sale.disputed_minor,
            sale.held_minor,
        )
        ends.append((amounts(artist), reserve(artist), moved, facts_of_sale))
    assert ends[0] == ends[1] == ends[2]
    assert not faults()


def test_a_sale_that_is_committed_while_its_dispute_is_read_is_not_the_shops_loss(artist, sale, monkeypatch):
    from billing.services import disputes

    real, asked = disputes._sales_of, []

    def nothing_at_first(row):
        asked.append(row)
        return real(row) if len(asked) > 1 else []

    monkeypatch.setattr(disputes, "_sales_of", nothing_at_first)
    with pytest.raises(ObjectNotKnownYet):
        note_dispute(facts(sale))
    note_dispute(facts(sale))
    assert (amounts(artist), reserve(artist)) == ((0, 0, 0), 1800)


def test_losses_beyond_what_the_shop_earned_are_losses_and_no_fault(artist, sale):
    """All of the price was refunded before the bank takes it: the shop has earned nothing and loses all of it."""
    record_refund(line_ref=sale.line_ref, amount=usd(2000), refund_ref="re_1")
    note_dispute(facts(sale))
    note_dispute(lost(sale))
    assert (of_shop(AccountKind.PLATFORM_FEES), of_shop(AccountKind.DISPUTE_LOSSES)) == (0, -2000)
    assert not faults()


def test_a_refund_heard_of_after_a_lost_dispute_is_the_same_loss(artist, sale):
    note_dispute(facts(sale))
    note_dispute(lost(sale))
    record_refund(line_ref=sale.line_ref, amount=usd(2000), refund_ref="re_1")
    assert (of_shop(AccountKind.PLATFORM_FEES), of_shop(AccountKind.DISPUTE_LOSSES)) == (0, -2000)
    assert not faults()


def test_fees_that_no_sale_explains_are_told(artist, sale):
    fees, losses = (account_of(kind, "USD") for kind in (AccountKind.PLATFORM_FEES, AccountKind.DISPUTE_LOSSES))
    assert not faults()
    post(object_ref="x:1", effect="e", reason="dispute_lost", entries=[(fees, 1), (losses, -1)])
    assert faults() == ["platform_fees_that_differ_from_sales"]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("order", sorted(set(itertools.permutations("rd"))))
def test_revenue_refunded_and_lost_to_a_bank_is_lost_once(db, monkeypatch, order, fails):
    """700 of 2000 went back by hand, and the bank took 2000, in either order: nothing falls below nothing."""
    user = UserFactory()
    bought = CreditPurchase.objects.create(
        user=user, pack=CreditPackFactory(), credits=100, price_minor=2000, currency="USD"
    )
    grant_purchase(bought, payment_ref="pi_1")
    refunds = [Refund("re_1", status, usd(700), "pi_1") for status in ("pending", "failed" if fails else "succeeded")]
    for told in (*order, "r"):
        if told == "d":
            note_dispute(facts())
            note_dispute(facts(status="lost"))
        else:
            refund = refunds.pop(0)
            monkeypatch.setattr(gateway, "retrieve_refund", lambda _id, refund=refund: refund)
            note_own_refund(refund_id="re_1", payment_ref="pi_1")
    assert not refunds
    lost_too = 0 if fails else -700
    assert (of_shop(AccountKind.CREDIT_SALES), of_shop(AccountKind.DISPUTE_LOSSES)) == (0, lost_too)
    assert not faults()


def test_losses_that_stood_among_the_fees_are_moved_once(artist, sale):
    """By the migration, in a ledger of before."""
    fees, cash = (account_of(kind, "USD") for kind in (AccountKind.PLATFORM_FEES, AccountKind.CASH_AT_STRIPE))
    post(object_ref="dispute:du_0", effect="lost", reason="dispute_lost", entries=[(fees, -700), (cash, 700)])
    migration = importlib.import_module("billing.migrations.0014_refunds_and_losses")
    for _ in range(2):
        migration.move_losses_out_of_fees(apps, SimpleNamespace(connection=connection))
    assert (of_shop(AccountKind.PLATFORM_FEES), of_shop(AccountKind.DISPUTE_LOSSES)) == (200, -700)
    assert not faults()
