"""A plan whose payment is disputed: it rests, then ends or goes on; and a bank's early warning about such a payment."""

from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.errors import ChangeNotPossible, NoClubLicence, ObjectNotKnownYet
from billing.gateway import Dispute as DisputeFacts
from billing.models import CreditLot, PaidPeriod, PlanMonth, PlanSubscription
from billing.selectors import credits_available, running_plan
from billing.services import grant_due_months, note_dispute, offer_change, reserve_credits, use_club_licence
from billing.services.disputed_plans import follow_dispute
from billing.services.own_warnings import note_warning
from billing.services.paid_periods import open_period
from billing.services.revenue import record_revenue
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.models import Verdict
from marketplace.risk.services import decide
from tests.billing.subscribers import stripe_api, subscribe
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory
from tests.orders.test_holding import clerk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("local_stripe")]
PAID = Money(19000, "USD")


def facts(**more):
    told = {
        "id": "du_1",
        "payment_intent_id": "pi_1",
        "amount": PAID,
        "reason": "fraudulent",
        "status": "needs_response",
        "created": now(),
        "evidence_due_by": now() + timedelta(days=9),
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**told, **more})


def a_year(**plan):
    """A year that was paid yesterday, without a subscription at Stripe."""
    user, start = UserFactory(), now() - timedelta(days=1)
    sold = PlanFactory(**{"credits": 600, **plan})
    row = PlanSubscription.objects.create(
        user=user, plan=sold, audience=sold.audience, interval="year", state=PlanSubscription.State.ACTIVE
    )
    ends = start + timedelta(days=365)
    open_period(subscription=row, plan=sold, invoice_id="in_1", payment_ref="pi_1", starts_at=start, ends_at=ends)
    record_revenue(object_ref="invoice:in_1", paid=PAID, payment_ref="pi_1")
    return user


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def in_days(days):
    return now() + timedelta(days=days)


def test_a_lost_payment_brings_nothing_more_and_its_unused_credits_go(run_jobs):
    user = a_year()
    reserve_credits(user=user, amount=250, object_ref="job:1")
    note_dispute(facts())
    run_jobs()
    assert grant_due_months(at=in_days(70)) == 0
    assert credits_available(user) == 350, "nothing is taken while it is undecided"
    for _ in range(2):
        note_dispute(facts(status="lost"))
        run_jobs()
        follow_dispute(payment_ref="pi_1")
    assert grant_due_months(at=in_days(100)) == 0
    assert credits_available(user) == 0
    assert list(CreditLot.objects.values_list("amount", "remaining")) == [(600, 0)]
    period = PaidPeriod.objects.get()
    assert (period.stopped_because, period.next_month_at) == ("disputed", None)
    assert not faults()


def test_a_won_one_brings_what_was_missed_and_goes_on(run_jobs):
    user = a_year()
    note_dispute(facts())
    run_jobs()
    assert grant_due_months(at=in_days(70)) == 0
    note_dispute(facts(status="won", is_reinstated=True))
    run_jobs()
    assert grant_due_months(at=in_days(70)) == 2
    assert grant_due_months(at=in_days(400)) == 9
    assert PlanMonth.objects.count() == 12
    assert credits_available(user) == 12 * 600
    assert not faults()


def test_told_in_the_other_direction_it_is_the_same(run_jobs):
    a_year()
    note_dispute(facts(status="won", is_reinstated=True))
    note_dispute(facts())
    run_jobs()
    assert grant_due_months(at=in_days(400)) == 11


def test_what_was_refunded_meanwhile_does_not_go_on(run_jobs):
    from billing.models import AccountKind
    from billing.services.ledger import account_of, post

    a_year()
    note_dispute(facts())
    run_jobs()
    cash, sales = (account_of(kind, "USD") for kind in (AccountKind.CASH_AT_STRIPE, AccountKind.CREDIT_SALES))
    post(object_ref="invoice:in_1", effect="refunded:re_1", reason="refund", entries=[(cash, 19000), (sales, -19000)])
    note_dispute(facts(status="won", is_reinstated=True))
    run_jobs()
    assert PaidPeriod.objects.get().stopped_because == "refunded"
    assert grant_due_months(at=in_days(400)) == 0


def test_a_club_gives_no_licence_while_its_payment_is_disputed(run_jobs):
    user = a_year(audience="buyer", credits=1, licences_each_month=3)
    use_club_licence(user=user)
    note_dispute(facts())
    run_jobs()
    with pytest.raises(NoClubLicence):
        use_club_licence(user=user)
    note_dispute(facts(status="won", is_reinstated=True))
    run_jobs()
    use_club_licence(user=user)
    assert PlanMonth.objects.get().licences_used == 2


def test_another_payment_than_the_plans_touches_nothing(run_jobs):
    a_year()
    record_revenue(object_ref="purchase:1", paid=PAID, payment_ref="pi_2")
    note_dispute(facts(payment_intent_id="pi_2"))
    note_dispute(facts(payment_intent_id="pi_2", status="lost"))
    run_jobs()
    assert grant_due_months(at=in_days(400)) == 11


@pytest.fixture
def studio(shop, wait_for_event):
    user = UserFactory()
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    return running_plan(user)


def test_a_lost_plan_ends_at_stripe_and_cannot_be_changed_before(studio, run_jobs):
    payment = PaidPeriod.objects.get().payment_ref
    note_dispute(facts(payment_intent_id=payment))
    run_jobs()
    with pytest.raises(ChangeNotPossible):
        offer_change(user=studio.user, plan_code="pro", interval="year")
    assert stripe_api().v1.subscriptions.retrieve(studio.stripe_subscription_id).status == "active"
    note_dispute(facts(payment_intent_id=payment, status="lost"))
    run_jobs()
    assert stripe_api().v1.subscriptions.retrieve(studio.stripe_subscription_id).status == "canceled"
    assert running_plan(studio.user) is None
    assert credits_available(studio.user) == 0


def test_where_a_later_period_was_paid_it_ends_with_that(studio, run_jobs):
    payment, ends = PaidPeriod.objects.values_list("payment_ref", "ends_at").get()
    open_period(
        subscription=studio,
        plan=studio.plan,
        invoice_id="in_later",
        payment_ref="pi_later",
        starts_at=ends,
        ends_at=ends + timedelta(days=365),
    )
    note_dispute(facts(payment_intent_id=payment))
    note_dispute(facts(payment_intent_id=payment, status="lost"))
    run_jobs()
    found = stripe_api().v1.subscriptions.retrieve(studio.stripe_subscription_id)
    assert (found.status, found.cancel_at_period_end) == ("active", True)
    assert PaidPeriod.objects.get(invoice_id="in_later").next_month_at is not None


def warn_of(payment):
    note_warning(payment_ref=payment, fraud_type="unauthorized_use_of_card")


def test_an_early_warning_waits_for_a_person_and_approved_changes_nothing(studio, run_jobs):
    payment = PaidPeriod.objects.get().payment_ref
    for _ in range(2):
        warn_of(payment)
    verdict = Verdict.objects.get(kind="warning")
    assert (verdict.outcome, verdict.person, verdict.facts["amount"]) == ("hold", studio.user, str(PAID))
    decide(decider=clerk(), verdict_id=verdict.pk, approves=True, reason="She called us.")
    run_jobs()
    assert running_plan(studio.user) is not None


def test_a_believed_warning_gives_the_payment_back_once_and_ends_the_plan(studio, run_jobs, wait_for_event):
    payment = PaidPeriod.objects.get().payment_ref
    warn_of(payment)
    decide(decider=clerk(), verdict_id=Verdict.objects.get(kind="warning").pk, approves=False, reason="A stolen card.")
    run_jobs()
    wait_for_event("refund.created")
    refunds = stripe_api().v1.refunds.list({"payment_intent": payment}).data
    assert [refund.amount for refund in refunds] == [19000]
    assert running_plan(studio.user) is None
    assert PaidPeriod.objects.get().stopped_because in {"refunded", "ended"}
    assert grant_due_months(at=in_days(400)) == 0
    assert not faults()


def test_a_warning_about_another_rooms_payment_is_left_alone(studio, monkeypatch):
    from billing import gateway

    asked = []
    monkeypatch.setattr(gateway, "metadata_of_payment", lambda payment: asked.append(payment) or {"order": "1"})
    monkeypatch.setattr(gateway, "invoice_of_payment", lambda payment: None)
    warn_of("pi_of_an_order")
    assert asked == ["pi_of_an_order"]
    assert not Verdict.objects.filter(kind="warning").exists()


def test_the_review_page_says_what_a_refusal_does(client, studio):
    warn_of(PaidPeriod.objects.get().payment_ref)
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    page = client.get(f"/admin/risk/verdict/{Verdict.objects.get(kind='warning').pk}/change/").text
    assert "a plan that it was for ends" in page
    assert "/admin/orders/order/invoice" not in page


def test_where_it_is_configured_so_it_goes_back_without_a_question(studio, run_jobs, settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_warning": "refund"})
    payment = PaidPeriod.objects.get().payment_ref
    for _ in range(2):
        warn_of(payment)
    run_jobs()
    assert not Verdict.objects.filter(kind="warning").exists()
    assert [one.amount for one in stripe_api().v1.refunds.list({"payment_intent": payment}).data] == [19000]
    assert running_plan(studio.user) is None
    assert credits_available(studio.user) == 0


def test_a_warning_that_comes_before_the_payment_is_known_is_tried_again(studio):
    period = PaidPeriod.objects.get()
    made = stripe_api().v1.payment_intents.create(
        {"amount": 100, "currency": "usd", "metadata": {"credit_purchase": str(period.pk)}}
    )
    with pytest.raises(ObjectNotKnownYet):
        warn_of(made.id)
