"""Automatic top-ups: agreed to, charged once for one dip, never above the ceiling, switched off by a refusal."""

from datetime import timedelta

import pytest
from django.core import mail

from billing.checks import ledger_figures
from billing.errors import NoSavedCard, NotAgreed, NotForSale, TopUpInvalid
from billing.gateway import charge_saved_card, saved_card
from billing.models import AutomaticTopUp, CreditPack, CreditPurchase, StripeCustomer, StripeEvent
from billing.selectors import credits_available, top_up_of
from billing.services import reserve_credits, set_top_up, settle_credits, stop_top_up, top_up
from billing.services.customers import customer_of
from billing.services.purchases import PURCHASE_KEY
from billing.services.top_ups import people_low_on_credits, spent_this_month
from billing.webhooks import process_event
from marketplace.core.clock import now
from tests.billing.processes import at_once
from tests.billing.subscribers import ASKS_LATER, FAILS_LATER, GOOD_CARD, stripe_api, use_card
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits

pytestmark = pytest.mark.django_db(transaction=True)
STATE = CreditPurchase.State


@pytest.fixture
def user(shop):
    user = UserFactory()
    customer_of(user)
    use_card(user, GOOD_CARD)
    return user


def agree(user, *, threshold=50, ceiling_minor=4000, pack="pack-500", **more):
    return set_top_up(
        **{
            "user": user,
            "pack_code": pack,
            "threshold": threshold,
            "ceiling_minor": ceiling_minor,
            "has_agreed": True,
            **more,
        }
    )


def charges(user):
    customer = StripeCustomer.objects.get(user=user).stripe_customer_id
    found = stripe_api().v1.payment_intents.list({"customer": customer, "limit": 100}).data
    return [one.amount for one in found if one.status == "succeeded"]


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def test_a_dip_below_the_threshold_buys_one_pack(user, run_jobs):
    give_credits(user, 60)
    agreed = agree(user)
    assert agreed.card_label == "Visa •••• 4242"
    assert "fewer than 50 credits" in agreed.agreed_to
    assert "$40.00" in agreed.agreed_to
    reserve_credits(user=user, amount=10, object_ref="job:1")
    run_jobs()
    assert charges(user) == [], "50 are not fewer than 50"
    reserve_credits(user=user, amount=1, object_ref="job:2")
    run_jobs()
    assert charges(user) == [2000]
    assert credits_available(user) == 549
    purchase = CreditPurchase.objects.get()
    assert (purchase.is_automatic, purchase.state) == (True, STATE.PAID)
    settle_credits(object_ref="job:2", amount=1)
    run_jobs()
    assert top_up(user_id=user.pk) is None
    assert charges(user) == [2000]
    assert not faults()


def test_what_stripe_tells_of_it_afterwards_adds_nothing(user, wait_for_event):
    agree(user)
    top_up(user_id=user.pk)
    event = wait_for_event("payment_intent.succeeded")
    StripeEvent.objects.update(state=StripeEvent.State.RECEIVED)
    process_event(event.pk)
    assert credits_available(user) == 500


def test_a_crash_after_the_charge_repeats_the_same_request(user):
    agree(user)
    purchase = top_up(user_id=user.pk)
    # As if the process had died before it could note the answer: only the row of before the charge is there.
    crashed = CreditPurchase.objects.create(
        user=user,
        pack=purchase.pack,
        credits=500,
        price_minor=2000,
        currency="USD",
        is_automatic=True,
        payment_method_id=purchase.payment_method_id,
    )
    charge_saved_card(
        customer_id=StripeCustomer.objects.get(user=user).stripe_customer_id,
        payment_method_id=purchase.payment_method_id,
        amount=purchase.price,
        description=f"Atelier {purchase.pack.name_en}",
        metadata={PURCHASE_KEY: str(crashed.pk)},
        idempotency_key=f"top-up:{crashed.pk}",
    )
    assert charges(user) == [2000, 2000]
    assert top_up(user_id=user.pk).pk == crashed.pk
    assert charges(user) == [2000, 2000]
    assert credits_available(user) == 1000


def test_a_lost_answer_is_made_good_by_the_event(user, wait_for_event):
    agree(user)
    purchase = CreditPurchase.objects.create(
        user=user,
        pack=CreditPack.objects.get(code="pack-500"),
        credits=500,
        price_minor=2000,
        currency="USD",
        is_automatic=True,
    )
    charge_saved_card(
        customer_id=StripeCustomer.objects.get(user=user).stripe_customer_id,
        payment_method_id=saved_card(StripeCustomer.objects.get(user=user).stripe_customer_id).id,
        amount=purchase.price,
        description="Atelier 500 credits",
        metadata={PURCHASE_KEY: str(purchase.pk)},
        idempotency_key=f"top-up:{purchase.pk}",
    )
    wait_for_event("payment_intent.succeeded")
    purchase.refresh_from_db()
    assert purchase.state == STATE.PAID
    assert credits_available(user) == 500


def test_the_ceiling_of_the_month_holds(user):
    agree(user, threshold=10_000, ceiling_minor=4999)
    assert top_up(user_id=user.pk) is not None
    assert top_up(user_id=user.pk) is not None
    assert top_up(user_id=user.pk) is None
    assert charges(user) == [2000, 2000]
    assert spent_this_month(user, "USD") == 4000
    CreditPurchase.objects.update(created_at=now().replace(day=1) - timedelta(days=2))
    assert top_up(user_id=user.pk) is not None, "another month"


def test_many_processes_make_one_purchase_for_one_dip_and_stay_below_the_ceiling(user):
    agree(user, threshold=501, ceiling_minor=100_000)
    codes = at_once("tests.billing.calls:top_up_one", {"user": str(user.pk)}, processes=4, threads=2)
    # Another's request with the same key may be under way at Stripe: the queue tries again.
    assert set(codes) <= {"ok", "stripe_busy"}
    top_up(user_id=user.pk)
    assert CreditPurchase.objects.filter(state=STATE.PAID).count() == len(charges(user))
    assert credits_available(user) == 500 * len(charges(user))
    assert len(charges(user)) == 2, "500 are fewer than 501, 1000 are not"
    assert not faults()


@pytest.mark.parametrize(
    ("card", "because", "said"),
    [
        (FAILS_LATER, AutomaticTopUp.Stopped.CARD_DECLINED, "Your card was declined"),
        (ASKS_LATER, AutomaticTopUp.Stopped.AUTHENTICATION, "confirm such payments yourself"),
    ],
)
def test_a_refusal_switches_it_off_and_is_told(user, run_jobs, card, because, said):
    agree(user)
    use_card(user, card)
    assert top_up(user_id=user.pk).state == STATE.FAILED
    assert top_up(user_id=user.pk) is None
    run_jobs()
    stopped = top_up_of(user)
    assert (stopped.is_on, stopped.stopped_because) == (False, because)
    assert [message.subject for message in mail.outbox] == ["Your automatic top-up has stopped"]
    assert said in mail.outbox[0].body
    assert credits_available(user) == 0
    assert charges(user) == []
    use_card(user, GOOD_CARD)
    agree(user)
    assert top_up(user_id=user.pk).state == STATE.PAID


def test_without_a_card_it_stops(user, run_jobs):
    agree(user)
    customer = StripeCustomer.objects.get(user=user).stripe_customer_id
    for method in stripe_api().v1.customers.payment_methods.list(customer).data:
        stripe_api().v1.payment_methods.detach(method.id)
    top_up(user_id=user.pk)
    assert top_up_of(user).stopped_because == AutomaticTopUp.Stopped.NO_CARD
    with pytest.raises(NoSavedCard):
        agree(user)


def test_what_is_refused(user):
    for change, error in [
        ({"has_agreed": False}, NotAgreed),
        ({"pack": "none"}, NotForSale),
        ({"threshold": 0}, TopUpInvalid),
        ({"threshold": 10_001}, TopUpInvalid),
        ({"ceiling_minor": 1999}, TopUpInvalid),
    ]:
        with pytest.raises(error):
            agree(user, **change)
    assert not AutomaticTopUp.objects.exists()


def test_switched_off_it_buys_nothing(user, run_jobs):
    agree(user)
    stop_top_up(user=user)
    stop_top_up(user=UserFactory())
    assert top_up(user_id=user.pk) is None
    assert people_low_on_credits() == []
    assert top_up_of(user).stopped_because == AutomaticTopUp.Stopped.BY_PERSON


def test_who_is_low_on_credits(user):
    agree(user, threshold=50)
    rich, poor = UserFactory(), UserFactory()
    give_credits(rich, 50)
    give_credits(poor, 40, expires_at=now() + timedelta(days=1))
    give_credits(poor, 40)
    for other in (rich, poor):
        AutomaticTopUp.objects.create(
            user=other,
            pack=CreditPack.objects.get(code="pack-500"),
            threshold=50,
            price_minor=2000,
            ceiling_minor=4000,
            agreed_at=now(),
            agreed_to="yes",
        )
    assert people_low_on_credits() == [user.pk]
    assert set(people_low_on_credits(at=now() + timedelta(days=2))) == {user.pk, poor.pk}
    bought = {"user": user, "pack": CreditPack.objects.get(code="pack-500"), "credits": 500, "currency": "USD"}
    CreditPurchase.objects.create(**bought, is_automatic=True, state=STATE.PAID, price_minor=2000)
    assert people_low_on_credits() == [user.pk]
    CreditPurchase.objects.create(**bought, is_automatic=True, state=STATE.PAID, price_minor=1)
    assert people_low_on_credits() == [], "no room below the ceiling"
    CreditPurchase.objects.create(**bought, is_automatic=True, price_minor=2000)
    assert people_low_on_credits() == [], "its own job is at it"
    CreditPurchase.objects.filter(state=STATE.OPEN).update(created_at=now() - timedelta(minutes=5))
    assert people_low_on_credits() == [user.pk], "that job died"


def test_a_pack_that_is_not_sold_any_more_stops_it(user):
    agree(user)
    CreditPack.objects.filter(code="pack-500").update(is_active=False)
    assert top_up(user_id=user.pk) is None
    assert top_up_of(user).stopped_because == AutomaticTopUp.Stopped.NOT_FOR_SALE


def test_a_pack_that_has_become_dearer_is_not_bought_without_a_new_agreement(user):
    agree(user)
    CreditPack.objects.filter(code="pack-500").update(price_minor=2500)
    assert top_up(user_id=user.pk) is None
    assert charges(user) == []
    assert top_up_of(user).stopped_because == AutomaticTopUp.Stopped.DEARER
