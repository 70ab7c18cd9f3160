"""Managing a plan and the automatic top-up on their pages, against the local Stripe."""

import re
from datetime import timedelta

import pytest

from billing.models import AutomaticTopUp, CreditPack, PlanChange, PlanSubscription
from billing.selectors import running_plan, top_up_of
from marketplace.core.clock import now
from tests.billing.conftest import run_jobs, shop, wait_for_event  # noqa: F401
from tests.billing.subscribers import FAILS_LATER, GOOD_CARD, subscribe, use_card
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory, PlanFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user(shop, client):  # noqa: F811
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def studio(user, wait_for_event):  # noqa: F811
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    return running_plan(user)


def fields_of(page):
    """The hidden fields of the form that changes the plan."""
    form = re.search(r'<form[^>]*action="/credits/plans/\w+/change".*?</form>', page, re.S).group(0)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_an_upgrade_is_looked_at_then_paid(client, user, studio, wait_for_event):  # noqa: F811
    page = client.get("/credits/plans/pro/look?interval=month").text
    assert "What is charged now" in page
    assert "Unused time on Atelier Studio" in page
    due = re.search(r"Pay (\$[\d.]+) and change", page).group(1)
    assert due in page
    assert running_plan(user).plan.code == "studio"
    fields = fields_of(page)
    assert client.post("/credits/plans/pro/change", {**fields, "due": "1"}).status_code == 409
    assert running_plan(user).plan.code == "studio"
    old = {**fields, "at": str(int((now() - timedelta(hours=1)).timestamp()))}
    assert "Look at the change again." in client.post("/credits/plans/pro/change", old).text
    assert client.post("/credits/plans/pro/change", {**fields, "at": "x"}).status_code == 409
    assert not PlanChange.objects.exists()
    assert client.post("/credits/plans/pro/change", fields).url == "/credits"
    page = client.get("/credits").text
    assert "You have Pro now." in page
    assert "Plan: Pro" in page


def test_a_declined_card_is_told_with_the_way_out(client, user, studio):
    use_card(user, FAILS_LATER)
    fields = fields_of(client.get("/credits/plans/pro/look").text)
    answer = client.post("/credits/plans/pro/change", fields)
    assert answer.status_code == 402
    assert "The card was declined, so nothing has changed." in answer.text
    assert running_plan(user).plan.code == "studio"


def test_a_downgrade_waits_and_can_be_taken_back(client, user, wait_for_event):  # noqa: F811
    subscribe(user, "studio", interval="year")
    wait_for_event("invoice.paid")
    page = client.get("/credits").text
    assert "The next 600 credits come on" in page
    page = client.get("/credits/plans/studio/look?interval=month").text
    assert "Nothing is charged now. You keep what you have until" in page
    client.post("/credits/plans/studio/change", fields_of(page))
    page = client.get("/credits").text
    assert "it changes to Studio, Monthly" in page
    assert client.post("/credits/plan/stay", {"audience": "artist"}).url == "/credits"
    assert "it changes to" not in client.get("/credits").text


def test_pausing_and_going_on(client, user, studio):
    assert "Pause the plan" in client.get("/credits").text
    assert client.post("/credits/plan/pause", {"months": "x"}).status_code == 409
    client.post("/credits/plan/pause", {"months": "2"})
    page = client.get("/credits").text
    assert "It rests from" in page
    assert "Change the plan" not in page
    client.post("/credits/plan/resume")
    page = client.get("/credits").text
    assert "It renews on" in page
    assert running_plan(user).paused_from is None


def test_a_trial_and_a_club_are_taken_from_the_page_of_prices(client, user, wait_for_event):  # noqa: F811
    for code in ("pro", "club"):
        assert client.post(f"/credits/plans/{code}", {"interval": "year"}).status_code == 302
    assert set(PlanSubscription.objects.values_list("audience", "interval")) == {
        ("artist", "year"),
        ("buyer", "year"),
    }


def test_the_top_up_is_agreed_to_changed_and_switched_off(client, user, studio):
    wish = {"threshold": "40", "pack": "pack-500", "ceiling": "60.00", "agreed": "on"}
    refused = client.post("/credits/top-up", {**wish, "agreed": ""})
    assert refused.status_code == 400
    assert "Tick the box" in refused.text
    for field, value in (("ceiling", "60.001"), ("threshold", "0"), ("pack", "none")):
        assert client.post("/credits/top-up", {**wish, field: value}).status_code == 400
    assert "below the price of one pack" in client.post("/credits/top-up", {**wish, "ceiling": "19.99"}).text
    assert not AutomaticTopUp.objects.exists()

    assert client.post("/credits/top-up", wish).url == "/credits"
    kept = top_up_of(user)
    assert (kept.threshold, kept.ceiling_minor, kept.card_label) == (40, 6000, "Visa •••• 4242")
    page = client.get("/credits").text
    assert "fewer than 40 credits" in page
    assert "at most $60.00 a month" in page
    client.post("/credits/top-up/stop")
    assert "You switched it off" in client.get("/credits").text
    assert not top_up_of(user).is_on


def test_without_a_card_the_way_to_one_is_told(client, user):
    answer = client.post("/credits/top-up", {"threshold": "40", "pack": "pack-500", "ceiling": "60", "agreed": "on"})
    assert answer.status_code == 409
    assert "Add one on the payment page" in answer.text
    use_card(user, GOOD_CARD)
    assert client.get("/credits/card").url.startswith("http")


def test_the_letters_link_leads_a_stranger_to_sign_in(client):
    assert client.get("/credits/card").url.startswith("/accounts/login/?next=/credits/card")
    for address in ("pro/look", "pro/change"):
        assert client.get(f"/credits/plans/{address}").status_code in {302, 405}
    for address in ("plan/stay", "plan/pause", "plan/resume", "top-up", "top-up/stop"):
        assert client.post(f"/credits/{address}").url.startswith("/accounts/login/")


def test_another_member_has_nothing_to_change(client, studio):
    client.force_login(UserFactory())
    assert client.get("/credits/plans/pro/look").status_code == 404
    for address in ("plans/pro/change", "plan/stay", "plan/pause", "plan/resume", "plan/end"):
        given = {"at": str(int(now().timestamp())), "due": "0", "currency": "USD", "months": "1"}
        assert client.post(f"/credits/{address}", given).status_code == 404
    studio.refresh_from_db()
    assert (studio.plan.code, studio.cancel_at_period_end, studio.paused_from) == ("studio", False, None)


def test_the_queries_of_the_page_of_credits_do_not_grow(client, django_assert_max_num_queries):
    person = UserFactory()
    client.force_login(person)
    for audience in ("artist", "buyer"):
        PlanSubscription.objects.create(
            user=person,
            plan=PlanFactory(audience=audience, stripe_price_id=f"price_{audience}"),
            audience=audience,
            state="active",
            stripe_subscription_id=f"sub_{audience}",
            current_period_end=now(),
        )
    client.get("/credits")
    with django_assert_max_num_queries(22):
        client.get("/credits")
    for number in range(5):
        CreditPackFactory(stripe_price_id=f"price_{number}")
    assert CreditPack.objects.count() == 5
    with django_assert_max_num_queries(22):
        client.get("/credits")
