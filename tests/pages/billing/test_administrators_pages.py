"""The administrators' pages of billing: reconciliation, and Stripe's events with a button to run one again."""

import pytest
from django.contrib.auth.models import Permission
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.models import LedgerDifference, Reconciliation, StripeEvent, StripeMovement
from billing.services import grant_credits, reserve_credits, settle_credits
from billing.services.ledger import account_of, post
from billing.services.taken_back import take_back_credits
from billing.webhooks import process_event, registry
from billing.webhooks.registry import register_handler
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
RECONCILIATION = "/admin/billing/reconciliation/"


@pytest.fixture
def head(client):
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    return client


def event(**more) -> StripeEvent:
    facts = {"id": "evt_1", "type": "thing.happened", "created": now(), "payload": {"id": "th_1", "名": "山"}}
    return StripeEvent.objects.create(**{**facts, **more})


def jobs(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").count()


def a_difference(ref: str = "pi_1") -> LedgerDifference:
    return LedgerDifference.objects.create(
        ref=ref,
        currency="USD",
        kind="amounts_differ",
        ledger_minor=650,
        stripe_minor=700,
        happened_at=now(),
        found_at=now(),
    )


def test_totals_differences_and_comparisons_are_shown(head):
    empty = head.get(RECONCILIATION).text
    assert "No money has moved yet." in empty
    assert "Not compared yet" in empty
    cash, fees = account_of("cash_at_stripe", "USD"), account_of("platform_fees", "USD")
    post(object_ref="x:1", effect="e", reason="sale", entries=[(cash, -90_00), (fees, 90_00)], stripe_ref="pi_1")
    StripeMovement.objects.create(
        id="txn_1",
        type="charge",
        ref="pi_1",
        amount_minor=100_00,
        fee_minor=3_20,
        currency="USD",
        created=now(),
        available_on=now(),
    )
    a_difference()
    Reconciliation.objects.create(
        began_at=now(), ended_at=now(), since=now(), movements_new=17, refs_compared=23, differences=1
    )
    page = head.get(RECONCILIATION).text
    for told in ("$90.00", "$96.80", "$6.80", "pi_1", "The amounts differ", "$6.50", "$7.00", ">17<", ">23<"):
        assert told in page
    assert '<strong id="differences-open">1</strong>' in page


def test_the_page_asks_the_database_as_often_for_many_differences(head, django_assert_max_num_queries):
    for number in range(30):
        a_difference(f"pi_{number}")
    with django_assert_max_num_queries(12):
        head.get(RECONCILIATION)


def a_refund_of_spent_credits(number: int = 1) -> None:
    """100 credits for $5, all of them spent, all of it refunded."""
    user = UserFactory()
    reference = f"purchase:{number}"
    grant_credits(user=user, amount=100, reason="pack", object_ref=reference, effect="granted")
    reserve_credits(user=user, amount=90, object_ref=f"job:{number}")
    settle_credits(object_ref=f"job:{number}", amount=90)
    take_back_credits(user=user, object_ref=reference, due=100, refunded=Money(500, "USD"))


def test_what_refunds_of_spent_credits_cost_is_named(head, django_assert_max_num_queries):
    assert "could not be taken back" in head.get(RECONCILIATION).text
    a_refund_of_spent_credits()
    page = head.get(RECONCILIATION).text
    for told in ("purchase:1", "$5.00", ">100<", ">90<", "$4.50"):
        assert told in page
    for number in range(2, 8):
        a_refund_of_spent_credits(number)
    with django_assert_max_num_queries(15):
        head.get(RECONCILIATION)


def test_a_comparison_can_be_asked_for_once(head):
    for _ in range(3):
        assert head.post(RECONCILIATION).status_code == 302
    assert jobs("billing.reconcile_now") == 1


def test_an_event_is_shown_whole_and_run_again_without_a_second_effect(head, monkeypatch):
    monkeypatch.setattr(registry, "_handlers", {})
    effects = set()
    register_handler("thing.happened", lambda facts: effects.add(facts.object["id"]))
    stored = event()
    process_event(stored.id)
    path = f"/admin/billing/stripeevent/{stored.id}/change/"
    page = head.get(path).text
    assert "Processed" in page
    assert "&quot;名&quot;: &quot;山&quot;" in page
    assert head.post(path).status_code == 302
    assert jobs("billing.process_event") == 1
    stored.refresh_from_db()
    assert stored.state == StripeEvent.State.RECEIVED
    process_event(stored.id)
    stored.refresh_from_db()
    assert (stored.state, stored.attempts, effects) == (StripeEvent.State.PROCESSED, 2, {"th_1"})


def test_a_failure_is_shown(head):
    stored = event(state=StripeEvent.State.FAILED, attempts=12, last_error="ValueError: no such order")
    page = head.get(f"/admin/billing/stripeevent/{stored.id}/change/").text
    assert "Given up" in page
    assert "no such order" in page
    assert head.get("/admin/billing/stripeevent/evt_none/change/").status_code == 302


def test_who_may_only_look_can_neither_compare_nor_run(client):
    stored = event()
    path = f"/admin/billing/stripeevent/{stored.id}/change/"
    for page in (RECONCILIATION, path):
        assert client.get(page).status_code == 302
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)
    for page in (RECONCILIATION, path):
        assert (client.get(page).status_code, client.post(page).status_code) == (403, 403)
    names = ["view_reconciliation", "view_stripeevent"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    for page in (RECONCILIATION, path):
        assert (client.get(page).status_code, client.post(page).status_code) == (200, 403)
        assert '<button class="button">' not in client.get(page).text
    assert not jobs("billing.reconcile_now")
    assert not jobs("billing.process_event")
