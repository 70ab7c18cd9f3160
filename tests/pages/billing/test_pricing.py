"""The page of prices: what each visitor can do there."""

import re

import pytest

from billing.models import PlanChange, PlanPrice, PlanSubscription, PlanTrial
from marketplace.core.clock import now
from marketplace.studio.models import PlanShare
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory, PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans():
    """Studio, pro (with a trial) and the club, on sale by the month and the year."""
    made = {
        "studio": PlanFactory(
            code="studio", name_en="Studio", rank=1, credits=600, price_minor=1900, annual_price_minor=19000,
            fee_basis_points=750, private_loras=50, stripe_price_id="price_s",
        ),
        "pro": PlanFactory(
            code="pro", name_en="Pro", rank=2, credits=2000, price_minor=4900, annual_price_minor=49000,
            trial_days=14, fee_basis_points=400, private_loras=200, queue_weight=8, stripe_price_id="price_p",
        ),
        "club": PlanFactory(
            code="club", name_en="Club", audience="buyer", credits=0, price_minor=2900, annual_price_minor=29000,
            licences_each_month=3, early_access_hours=48, stripe_price_id="price_c",
        ),
    }  # fmt: skip
    for plan in made.values():
        for interval in ("month", "year"):
            PlanPrice.objects.create(
                plan=plan,
                interval=interval,
                amount_minor=plan.price_for(interval).amount_minor,
                currency="USD",
                stripe_price_id=f"price_{plan.code}_{interval}",
            )
    CreditPackFactory(name_en="A handful", price_minor=500, stripe_price_id="price_h")
    return made


def subscribe(person, plan, **fields):
    return PlanSubscription.objects.create(
        **{
            "user": person,
            "plan": plan,
            "audience": plan.audience,
            "state": PlanSubscription.State.ACTIVE,
            "stripe_subscription_id": f"sub_{person.pk}_{plan.code}",
            "current_period_end": now(),
            **fields,
        }
    )


def cards(client, interval="month"):
    """The text of each card by its plan's code."""
    page = client.get(f"/pricing?interval={interval}").text
    found = re.findall(
        r'<article class="panel price-card[^>]*aria-labelledby="price-(\w+)">(.*?)</article>', page, re.S
    )
    return {code: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for code, text in found} | {
        f"{code}_html": text for code, text in found
    }


def test_a_guest_sees_everything_and_is_asked_to_sign_up(client, plans):
    page = client.get("/pricing").text
    for told in (
        "$19.00", "$49.00", "$29.00", "600 credits every month", "7.5% platform fee", "10% platform fee",
        "50 LoRA files", "8 times the share", "3 personal licences of up to $8.05 every month",
        "48 hours before", "A handful",
    ):  # fmt: skip
        assert told in page, told
    shown = cards(client)
    assert all("Sign up" in shown[code] for code in ("free", "studio", "club"))
    assert "Try it for 14 days, free" in shown["pro"]
    assert all("/accounts/signup/?next=/pricing" in shown[f"{code}_html"] for code in ("free", "studio", "pro", "club"))
    assert 'href="/pricing"' in client.get("/").text


def test_by_the_year_the_year_is_shown_and_what_it_saves(client, plans):
    shown = cards(client, "year")
    assert "$190.00 a year" in shown["studio"]
    assert "$15.83 for each month · you save $38.00" in shown["studio"]
    assert "$190.00" not in client.get("/pricing?interval=month").text


def test_a_member_can_take_each_plan(client, plans):
    client.force_login(UserFactory())
    shown = cards(client, "year")
    assert "Your plan" in shown["free"]
    assert "Take Studio" in shown["studio"]
    assert "Try it for 14 days, free" in shown["pro"]
    assert "Take Club" in shown["club"]
    assert 'action="/credits/plans/studio"' in shown["studio_html"]
    assert 'name="interval" value="year"' in shown["studio_html"]


def test_who_had_her_trial_is_offered_none(client, plans):
    person = UserFactory()
    PlanTrial.objects.create(user=person, subscription=subscribe(person, plans["pro"], state="canceled"), days=14)
    client.force_login(person)
    assert "Take Pro" in cards(client)["pro"]


def test_a_subscriber_sees_her_plan_and_can_change_it(client, plans):
    person = UserFactory()
    subscribe(person, plans["studio"])
    client.force_login(person)
    shown = cards(client)
    assert "Your plan" in shown["studio"]
    assert "Manage your plan" in shown["studio"]
    assert "Your plan" not in shown["free"]
    assert "Change to Pro" in shown["pro"]
    assert "/credits/plans/pro/look?interval=month&amp;audience=artist" in shown["pro_html"]
    assert "Take Club" in shown["club"], "a plan for buyers beside it"
    assert "Change to Studio" in cards(client, "year")["studio"]


@pytest.mark.parametrize(
    "fields", [{"state": "past_due"}, {"cancel_at_period_end": True}, {"paused_from": now()}, {"state": "incomplete"}]
)
def test_a_plan_that_cannot_be_changed_now_is_managed(client, plans, fields):
    person = UserFactory()
    subscribe(person, plans["studio"], **fields)
    client.force_login(person)
    assert "Manage your plan" in cards(client)["pro"]


def test_a_change_that_waits_is_named(client, plans):
    person = UserFactory()
    running = subscribe(person, plans["pro"])
    PlanChange.objects.create(
        subscription=running,
        from_plan=plans["pro"],
        from_interval="month",
        to_plan=plans["studio"],
        to_interval="month",
        is_at_once=False,
        currency="USD",
        effective_at=now(),
        state=PlanChange.State.WAITING,
    )
    client.force_login(person)
    assert "Begins with your next period" in cards(client)["studio"]


def test_an_administrators_share_is_shown(client, plans):
    PlanShare.objects.create(plan=plans["pro"], weight="12.5")
    assert "12.5 times the share" in cards(client)["pro"]


def test_the_number_of_queries_does_not_grow(client, plans, django_assert_max_num_queries):
    person = UserFactory()
    subscribe(person, plans["studio"])
    subscribe(person, plans["club"])
    client.force_login(person)
    client.get("/pricing")
    with django_assert_max_num_queries(12):
        client.get("/pricing")
    for number in range(6):
        PlanFactory(stripe_price_id=f"price_{number}", annual_price_minor=100)
        CreditPackFactory(stripe_price_id=f"price_pack_{number}")
    with django_assert_max_num_queries(12):
        client.get("/pricing")


def test_a_plan_that_is_not_sold_by_the_year_is_not_shown_there(client):
    PlanFactory(code="monthly", stripe_price_id="price_m")
    assert "monthly" in cards(client)
    assert "monthly" not in cards(client, "year")


def test_the_club_promises_early_access_and_artists_plans_do_not(client, plans):
    shown = cards(client)
    assert "Early access to works that artists show to the club first" in shown["club"]
    assert all("Early access" not in shown[code] for code in ("free", "studio", "pro"))
