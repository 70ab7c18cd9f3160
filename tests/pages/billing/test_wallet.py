"""The page of credits and plan: what a person sees, and that nobody sees or ends another's."""

from uuid import uuid4

import pytest

from billing.models import CreditPurchase, PlanSubscription
from billing.services import reserve_credits
from marketplace.core.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory, PlanFactory, give_credits

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    person = UserFactory()
    client.force_login(person)
    return person


def purchase_for(person, **fields):
    pack = CreditPackFactory(stripe_price_id="price_1")
    return CreditPurchase.objects.create(
        **{"user": person, "pack": pack, "credits": 100, "price_minor": 500, "currency": "USD", **fields}
    )


def plan_for(person, **fields):
    return PlanSubscription.objects.create(
        **{
            "user": person,
            "plan": PlanFactory(stripe_price_id="price_2"),
            "state": PlanSubscription.State.ACTIVE,
            "stripe_subscription_id": f"sub_{uuid4()}",
            "current_period_end": now(),
            **fields,
        }
    )


def test_a_stranger_is_asked_to_sign_in(client):
    for address in ("/credits", "/earnings"):
        assert client.get(address).url.startswith("/accounts/login/")
    for address in ("/credits/packs/pack-100", "/credits/plans/studio", "/credits/plan/end", "/credits/payments"):
        assert client.post(address).url.startswith("/accounts/login/")


def test_the_balance_and_its_history_are_shown(client, user):
    give_credits(user, 60)
    give_credits(UserFactory(), 77_777)
    reserve_credits(user=user, amount=8, object_ref="job:1")
    page = client.get("/credits").text
    assert '<span class="figure" id="credits-available">52</span>' in page
    assert "8 more are reserved" in page
    assert "+60" in page
    assert "-8" in page
    assert "Reserved for a generation" in page
    assert "77,777" not in page


def test_packs_and_plan_are_offered_with_their_prices(client, user):
    CreditPackFactory(name_en="A handful", price_minor=500, stripe_price_id="price_1")
    CreditPackFactory(name_en="Not at Stripe yet")
    PlanFactory(name_en="Studio", price_minor=1900, credits=600, stripe_price_id="price_2")
    page = client.get("/credits").text
    assert "Buy A handful for $5.00" in page
    assert "Not at Stripe yet" not in page
    assert "$19.00" in page
    assert "600 credits every month" in page


def test_a_running_plan_says_when_it_renews_and_for_how_much(client, user):
    plan = plan_for(user)
    page = client.get("/credits").text
    assert "It renews on" in page
    assert "$12.00" in page
    assert "End the plan" in page
    PlanSubscription.objects.filter(pk=plan.pk).update(cancel_at_period_end=True)
    page = client.get("/credits").text
    assert "is not charged again" in page
    assert "Keep the plan" in page


def test_a_plan_whose_payment_failed_says_what_to_do(client, user):
    plan_for(user, state=PlanSubscription.State.PAST_DUE)
    page = client.get("/credits").text
    assert "Payment overdue" in page
    assert "Change your card" in page


def test_what_is_not_there_is_told_with_the_way_out(client, user):
    answer = client.post("/credits/packs/none")
    assert answer.status_code == 404
    assert "This credit pack is not on sale." in answer.text
    assert client.post("/credits/plan/end").status_code == 404
    assert client.post("/credits/payments").status_code == 404
    assert not CreditPurchase.objects.exists()


def test_the_page_waits_for_a_payment_that_is_not_confirmed_yet(client, user):
    purchase = purchase_for(user)
    session = client.session
    session["credit_purchase"] = str(purchase.pk)
    session.save()
    state = f"/credits/purchases/{purchase.pk}"
    assert f'hx-get="{state}"' in client.get("/credits?paid=pack").text
    assert f'hx-get="{state}"' in client.get(state).text
    CreditPurchase.objects.update(state=CreditPurchase.State.PAID)
    assert client.get(state)["HX-Redirect"] == "/credits"
    page = client.get("/credits").text
    assert "100 credits were added." in page
    page = client.get("/credits?paid=pack").text
    assert 'hx-get="/credits' not in page, "nothing is waited for"
    assert "awaited-payment" not in page


def test_the_page_waits_for_a_plan_that_is_not_confirmed_yet(client, user):
    plan = plan_for(user, state=PlanSubscription.State.STARTING)
    state = f"/credits/plan/{plan.pk}"
    assert f'hx-get="{state}"' in client.get(state).text
    PlanSubscription.objects.update(state=PlanSubscription.State.ACTIVE)
    assert client.get(state)["HX-Redirect"] == "/credits"
    assert "Your plan has begun." in client.get("/credits").text


def test_another_persons_purchase_and_plan_do_not_exist_for_me(client, user):
    other = UserFactory()
    assert client.get(f"/credits/purchases/{purchase_for(other).pk}").status_code == 404
    plan = plan_for(other)
    assert client.get(f"/credits/plan/{plan.pk}").status_code == 404
    assert client.post("/credits/plan/end").status_code == 404
    plan.refresh_from_db()
    assert not plan.cancel_at_period_end


def test_the_page_speaks_chinese(client, user):
    give_credits(user, 5)
    PlanFactory(stripe_price_id="price_2")
    page = client.get("/credits", headers={"accept-language": "zh-hans"}).text
    assert "您的点数" in page
    assert "工作室" in page
    assert "Your credits" not in page
