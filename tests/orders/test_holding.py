"""A payment that raises a question: taken, nothing granted, told; approved, refused, too late, disputed meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund
from billing.models import AccountKind, Dispute, Sale, StripeEvent
from billing.selectors import artist_balance, balance_of
from billing.services import note_dispute, reconcile
from billing.services.ledger import account_of
from billing.webhooks import process_event
from marketplace.accounts.addresses import Visit
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant, LicenceHold
from marketplace.orders import letters
from marketplace.orders.models import Order
from marketplace.orders.services import note_refund
from marketplace.orders.services.holding import held_orders_left_behind, settle_held
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.services import decide, lapse_overdue, note_declined_card, note_visit
from tests.append_only import as_owner_of
from tests.billing.processes import at_once
from tests.billing.subscribers import stripe_api
from tests.demo.localstripe.server import radar_rules
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order
from tests.orders.baskets import basket_of, claimed, paid

State = Order.State
DEVICE = Visit(device="d" * 64)


def clerk():
    made = UserFactory(is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="add_decision", content_type__app_label="risk"))
    return type(made).objects.get(pk=made.pk)


def of_shop(kind: AccountKind) -> int:
    return balance_of(account_of(kind, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def suspicious():
    """A person whose banks have refused three cards today."""
    person = UserFactory(email="mei@example.org")
    for number in range(3):
        note_declined_card(person=person, code="generic_decline", event_ref=f"evt_{person.pk}_{number}")
    return person


@pytest.fixture
def held(db) -> Order:
    return paid(claimed(basket_of(work_on_sale(), work_on_sale()), buyer=suspicious()))


def verdict_on(order: Order) -> Verdict:
    return Verdict.objects.get(subject_ref=order.reference)


def decided(order: Order, *, approves: bool) -> Order:
    decide(decider=clerk(), verdict_id=verdict_on(order).pk, approves=approves, reason="Looked at it.")
    settle_held(order_id=order.pk)
    order.refresh_from_db()
    return order


def test_a_held_payment_is_taken_and_nothing_is_granted(held):
    for _ in range(2):
        paid(held)
    held.refresh_from_db()
    assert (held.state, held.payment_intent_id) == (State.HELD, f"pi_{held.pk}")
    assert not LicenceGrant.objects.exists()
    assert not Sale.objects.exists()
    assert (of_shop(AccountKind.PAYMENTS_HELD), of_shop(AccountKind.CASH_AT_STRIPE)) == (2400, -2400)
    (fired,) = verdict_on(held).fired
    assert (fired["rule"], fired["seen"]) == ("many_declined_cards", "3")
    settle_held(order_id=held.pk)  # nobody has decided
    held.refresh_from_db()
    assert held.state == State.HELD
    assert not faults()


def test_the_buyer_is_told_on_the_page_and_by_letter_without_blame(held, client):
    client.force_login(held.buyer)
    page = client.get(held.get_absolute_url()).text
    assert "We are checking your payment" in page
    assert "all of your $24.00 goes back to you" in page
    letters.write_about_hold(order_id=held.pk)
    (letter,) = mail.outbox
    assert "We are checking your payment" in letter.subject
    assert "$24.00" in letter.body
    for text in (page, letter.body):
        assert not any(word in text.lower() for word in ("fraud", "suspicious", "stolen", "declined"))
    assert "Being checked" in client.get("/orders").text


def test_approved_becomes_licences_and_sales(held):
    decided(held, approves=True)
    assert held.state == State.PAID
    assert LicenceGrant.objects.filter(holder=held.buyer).count() == 2
    assert Sale.objects.count() == 2
    assert (of_shop(AccountKind.PAYMENTS_HELD), of_shop(AccountKind.CASH_AT_STRIPE)) == (0, -2400)
    for _ in range(2):
        settle_held(order_id=held.pk)
        paid(held)
    assert Sale.objects.count() == 2
    assert not faults()


def test_refused_goes_back_in_full(held):
    decided(held, approves=False)
    assert (held.state, held.refusal) == (State.REFUND_DUE, Order.Refusal.NOT_ACCEPTED)
    assert not LicenceGrant.objects.exists()
    assert (of_shop(AccountKind.PAYMENTS_HELD), of_shop(AccountKind.REFUNDS_DUE)) == (0, 2400)
    settle_held(order_id=held.pk)
    assert of_shop(AccountKind.REFUNDS_DUE) == 2400
    assert not faults()


def test_what_nobody_decides_in_time_goes_back(held):
    with as_owner_of("risk_verdict"):
        Verdict.objects.update(decide_by=now())
    assert lapse_overdue() == 1
    assert held_orders_left_behind() == [held.pk]
    settle_held(order_id=held.pk)
    held.refresh_from_db()
    assert (held.state, Decision.objects.get().decider) == (State.REFUND_DUE, None)
    assert held_orders_left_behind() == []


def test_a_refund_that_was_told_while_it_was_held_is_heard_after_the_decision(held):
    payload = {"id": "re_1", "payment_intent": held.payment_intent_id}
    for event_id, payment in (("evt_given_up", held.payment_intent_id), ("evt_of_another", "pi_other")):
        StripeEvent.objects.create(
            id=event_id,
            type="refund.created",
            created=now(),
            payload={**payload, "payment_intent": payment},
            state="failed",
            attempts=12,
        )
    settle_held(order_id=held.pk)
    assert set(StripeEvent.objects.values_list("state", flat=True)) == {"failed"}, "nobody has decided"
    decided(held, approves=True)
    assert dict(StripeEvent.objects.values_list("pk", "state")) == {
        "evt_given_up": "received",
        "evt_of_another": "failed",
    }
    assert StripeEvent.objects.get(pk="evt_given_up").attempts == 0


def test_an_exclusive_licence_is_kept_while_the_payment_is_looked_at(db):
    work = work_on_sale()
    order = paid(claimed(basket_of(work, code="exclusive"), buyer=suspicious()))
    assert order.state == State.HELD
    hold = LicenceHold.objects.get(work=work, released_at=None)
    assert hold.until == verdict_on(order).decide_by
    decided(order, approves=True)
    work.refresh_from_db()
    assert (order.state, work.sold_exclusively) == (State.PAID, True)


def test_a_refused_exclusive_licence_is_free_again(db):
    work = work_on_sale()
    order = paid(claimed(basket_of(work, code="exclusive"), buyer=suspicious()))
    decided(order, approves=False)
    assert not LicenceHold.objects.filter(work=work, released_at=None).exists()
    assert paid(claimed(basket_of(work, code="exclusive"))).state == State.PAID


def test_buying_ones_own_work_by_a_second_account_is_held(db):
    work = work_on_sale()
    buyer = UserFactory()
    for person in (work.artist.user, buyer):
        note_visit(person=person, visit=DEVICE)
    order = paid(claimed(basket_of(work), buyer=buyer))
    assert order.state == State.HELD
    assert {"rule": "own_work", "outcome": "hold", "seen": "device", "limit": ""} in verdict_on(order).fired
    assert paid(claimed(basket_of(work_on_sale()), buyer=buyer)).state == State.PAID


def test_another_amount_is_returned_and_not_looked_at(db):
    order = claimed(basket_of(work_on_sale()), buyer=suspicious())
    assert paid(order, Money(1, "USD")).state == State.REFUND_DUE
    assert not Verdict.objects.exists()


def dispute_of(order: Order, **more) -> DisputeFacts:
    known = {
        "id": "du_1",
        "payment_intent_id": order.payment_intent_id,
        "amount": order.total,
        "reason": "fraudulent",
        "status": "needs_response",
        "created": now(),
        "evidence_due_by": now() + timedelta(days=9),
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**known, **more})


def test_a_dispute_meanwhile_refuses_even_what_was_approved(held):
    note_dispute(dispute_of(held))
    decided(held, approves=True)
    assert held.state == State.REFUND_DUE
    note_dispute(dispute_of(held, status="lost"))
    assert Dispute.objects.get().outcome == Dispute.Outcome.LOST
    balances = [of_shop(kind) for kind in (AccountKind.PAYMENTS_HELD, AccountKind.REFUNDS_DUE)]
    assert (balances, of_shop(AccountKind.DISPUTES_OPEN)) == ([0, 0], 0)
    assert not faults()


def test_a_dispute_that_is_lost_meanwhile_waits_until_the_payment_is_refused(held):
    lost = dispute_of(held, status="lost")
    for _ in range(2):
        with pytest.raises(ObjectNotKnownYet):
            note_dispute(lost)
        assert (Dispute.objects.get().outcome, of_shop(AccountKind.PAYMENTS_HELD)) == ("open", 2400)
        assert not faults()
    decided(held, approves=True)
    assert held.state == State.REFUND_DUE
    for _ in range(2):
        note_dispute(lost)
    assert Dispute.objects.get().outcome == Dispute.Outcome.LOST
    balances = [of_shop(kind) for kind in (AccountKind.PAYMENTS_HELD, AccountKind.REFUNDS_DUE)]
    assert (balances, of_shop(AccountKind.DISPUTES_OPEN), of_shop(AccountKind.PLATFORM_FEES)) == ([0, 0], 0, 0)
    assert not faults()


@pytest.mark.parametrize("is_refund_first", [True, False])
def test_what_goes_back_and_is_kept_by_a_bank_too_is_the_shops_loss(held, is_refund_first):
    before = of_shop(AccountKind.DISPUTE_LOSSES)
    decided(held, approves=False)
    part = Refund("re_part", "succeeded", Money(900, "USD"), held.payment_intent_id)
    lost = dispute_of(held, status="lost")
    note_dispute(dispute_of(held))
    for told in [part, lost] if is_refund_first else [lost, part]:
        for _ in range(2):
            note_dispute(told) if told is lost else note_refund(order_id=held.pk, refund=part)
    assert (of_shop(AccountKind.REFUNDS_DUE), of_shop(AccountKind.DISPUTE_LOSSES) - before) == (0, -900)
    assert not faults()
    note_refund(order_id=held.pk, refund=replace(part, status="failed"))
    left = of_shop(AccountKind.REFUNDS_DUE) + of_shop(AccountKind.DISPUTE_LOSSES) - before
    assert left == 0
    assert not faults()


@pytest.mark.django_db(transaction=True)
def test_at_once_it_is_settled_once():
    order = paid(claimed(basket_of(work_on_sale()), buyer=suspicious()))
    decide(decider=clerk(), verdict_id=verdict_on(order).pk, approves=True, reason="Fine.")
    codes = at_once("tests.orders.calls:settle", {"order_id": str(order.pk)}, processes=4, threads=2)
    assert set(codes) == {"ok"}
    assert (Sale.objects.count(), of_shop(AccountKind.PAYMENTS_HELD)) == (1, 0)
    assert not faults()


@pytest.mark.usefixtures("shop")
class TestAtStripe:
    def test_cards_refused_then_a_payment_held_approved_and_reconciled(self, pay, wait_for_event, run_jobs, client):
        begun = now().replace(microsecond=0)
        order = begun_order(work_on_sale(), buyer=UserFactory())
        for _ in range(3):
            pay(order, "4000 0000 0000 0002")
        wait_for_event("payment_intent.payment_failed", count=3)
        pay(order)
        wait_for_event("checkout.session.completed")
        order.refresh_from_db()
        assert order.state == State.HELD
        assert any("checking your payment" in letter.subject for letter in mail.outbox)
        head = type(order.buyer).objects.create_superuser("head@example.org", "x")
        client.force_login(head)
        path = f"/admin/risk/verdict/{verdict_on(order).pk}/change/"
        client.post(path, {"do": "approve", "reason": "Her letters fit."})
        run_jobs()
        order.refresh_from_db()
        assert (order.state, order.lines.get().grant is not None) == (State.PAID, True)
        assert reconcile(since=begun, grace=timedelta(seconds=-5)).differences == 0
        assert not faults()

    def test_refused_reaches_the_buyers_card(self, pay, wait_for_event, run_jobs):
        order = begun_order(work_on_sale(), buyer=suspicious())
        pay(order)
        wait_for_event("checkout.session.completed")
        decide(decider=clerk(), verdict_id=verdict_on(order).pk, approves=False, reason="Not hers.")
        run_jobs()
        order.refresh_from_db()
        assert (order.state, of_shop(AccountKind.REFUNDS_DUE)) == (State.REFUNDED, 0)
        (letter,) = [one for one in mail.outbox if "is refunded" in one.subject]
        assert "We could not accept this payment." in letter.body

    def test_radars_elevated_risk_waits_for_a_person(self, pay, wait_for_event):
        order = begun_order(work_on_sale(), buyer=UserFactory())
        pay(order, "4000 0000 0000 9235")
        wait_for_event("checkout.session.completed")
        order.refresh_from_db()
        assert order.state == State.HELD
        assert verdict_on(order).fired == [{"rule": "radar", "outcome": "hold", "seen": "elevated", "limit": ""}]

    def test_radars_highest_risk_goes_back_at_once(self, pay, wait_for_event, run_jobs, settings):
        with radar_rules(settings.CONFIGURATION.stripe_api_base, block_highest=False):
            order = begun_order(work_on_sale(), buyer=UserFactory())
            pay(order, "4000 0000 0000 4954")
        wait_for_event("checkout.session.completed")
        run_jobs()
        order.refresh_from_db()
        assert (order.state, order.refusal) == (State.REFUNDED, Order.Refusal.NOT_ACCEPTED)

    def test_a_banks_early_warning_waits_for_a_person_and_gives_back(self, pay, wait_for_event, run_jobs):
        order = begun_order(work_on_sale(), buyer=UserFactory())
        pay(order, "4000 0000 0000 5423")
        wait_for_event("checkout.session.completed")
        event = wait_for_event("radar.early_fraud_warning.created")
        if event.state != "processed":  # it came before its payment, and waits for another try
            process_event(event.id)
        warning = Verdict.objects.get(kind="warning")
        decide(decider=clerk(), verdict_id=warning.pk, approves=False, reason="The bank is right.")
        run_jobs()
        assert Sale.objects.get().state == Sale.State.REFUNDED
        assert order.lines.get().grant.ending.reason == "refunded"
        assert not faults()

    def test_what_went_back_at_stripe_before_is_told_to_who_approves_and_leaves_no_licence(
        self, pay, wait_for_event, run_jobs, client
    ):
        order = begun_order(work_on_sale(), buyer=suspicious())
        pay(order)
        wait_for_event("checkout.session.completed")
        order.refresh_from_db()
        stripe_api().v1.refunds.create({"payment_intent": order.payment_intent_id})
        event = wait_for_event("refund.created")
        assert event.state == "received"  # its next try may be hours away
        client.force_login(type(order.buyer).objects.create_superuser("head@example.org", "x"))
        path = f"/admin/risk/verdict/{verdict_on(order).pk}/change/"
        assert "All of the money ($12.00) went back at Stripe already" in client.get(path).text
        StripeEvent.objects.filter(pk=event.pk).update(attempts=9)
        client.post(path, {"do": "approve", "reason": "Her letters fit."})
        run_jobs()
        order.refresh_from_db()
        assert (order.state, Sale.objects.get().state) == (State.PAID, Sale.State.REFUNDED)
        assert order.lines.get().grant.ending.reason == "refunded"
        assert artist_balance(order.lines.get().work.artist).pending.amount_minor == 0
        assert of_shop(AccountKind.CASH_AT_STRIPE) == 0
        assert not faults()
