"""Plans and the automatic top-up through the API, with a key."""

import pytest

from billing.models import AutomaticTopUp, PlanChange
from billing.selectors import running_plan
from marketplace.accounts.services import renew_api_key
from tests.billing.conftest import run_jobs, shop, wait_for_event  # noqa: F401
from tests.billing.subscribers import subscribe
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
MINE = "/api/v1/plans/mine"


@pytest.fixture
def user(shop):  # noqa: F811
    return UserFactory()


@pytest.fixture
def call(client, user):
    headers = {"Authorization": f"Token {renew_api_key(user=user)}"}

    def send(method, address, data=None):
        more = {"data": data, "content_type": "application/json"} if data is not None else {}
        return getattr(client, method)(address, headers=headers, **more)

    return send


@pytest.fixture
def studio(user, wait_for_event):  # noqa: F811
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    return running_plan(user)


def test_plans_tell_what_they_give(client, shop):  # noqa: F811
    found = {plan["code"]: plan for plan in client.get("/api/v1/plans").json()}
    assert list(found) == ["studio", "pro", "club"]
    assert (found["pro"]["annual_price_minor"], found["pro"]["fee_basis_points"]) == (49000, 400)
    assert (found["club"]["audience"], found["club"]["licences_each_month"]) == ("buyer", 3)


def test_a_stranger_and_a_member_without_a_plan(client, call, user):
    for method, address in (
        ("get", f"{MINE}/change?plan=pro"), ("post", f"{MINE}/change"), ("put", f"{MINE}/pause"),
        ("delete", f"{MINE}/pause"), ("get", "/api/v1/credits/top-up"), ("put", "/api/v1/credits/top-up"),
    ):  # fmt: skip
        assert getattr(client, method)(address).status_code == 401
    assert call("get", f"{MINE}/change?plan=pro").status_code == 404
    assert call("put", f"{MINE}/pause", {"months": 1}).status_code == 404
    assert call("get", "/api/v1/credits/top-up").json()["error"] == "no_top_up"


def test_a_yearly_checkout(call, user):
    answer = call("post", "/api/v1/plans/studio/checkout", {"interval": "year"})
    assert answer.status_code == 201
    assert answer.json()["checkout_url"].startswith("http")
    assert call("post", "/api/v1/plans/studio/checkout", {"interval": "week"}).status_code == 400


def test_a_change_is_offered_then_made(call, user, studio, wait_for_event):  # noqa: F811
    offer = call("get", f"{MINE}/change?plan=pro").json()
    assert offer["is_at_once"]
    assert offer["due"]["currency"] == "USD"
    assert sum(line["amount"]["amount_minor"] for line in offer["lines"]) == offer["due"]["amount_minor"]
    order = {"plan": "pro", "at": offer["at"], "due_minor": 1}
    assert call("post", f"{MINE}/change", order).json()["error"] == "amount_differs"
    assert not PlanChange.objects.exists()
    order["due_minor"] = offer["due"]["amount_minor"]
    assert call("post", f"{MINE}/change", order).json()["state"] == "done"
    assert call("get", MINE).json()["plan"]["code"] == "pro"

    down = call("get", f"{MINE}/change?plan=studio").json()
    assert not down["is_at_once"]
    order = {"plan": "studio", "at": down["at"], "due_minor": 0}
    assert call("post", f"{MINE}/change", order).json()["state"] == "waiting"
    assert call("get", MINE).json()["waiting_change"]["to_plan"] == "studio"
    assert call("delete", f"{MINE}/change").json()["waiting_change"] is None


def test_a_pause_and_its_end(call, user, studio):
    assert call("put", f"{MINE}/pause", {"months": 4}).status_code == 400
    assert call("put", f"{MINE}/pause", {"months": 2}).json()["paused_until"]
    assert call("delete", f"{MINE}/pause").json()["paused_until"] is None
    assert call("delete", f"{MINE}/pause").status_code == 409


def test_the_other_audience_is_another_plan(call, user, studio):
    assert call("get", f"{MINE}?audience=buyer").status_code == 404
    assert call("delete", f"{MINE}?audience=buyer").status_code == 404
    assert not running_plan(user).cancel_at_period_end
    assert call("delete", MINE).json()["cancel_at_period_end"]


def test_a_top_up_needs_agreement(call, user, studio):
    wish = {"pack": "pack-100", "threshold": 20, "ceiling_minor": 1500, "agreed": False}
    assert call("put", "/api/v1/credits/top-up", wish).json()["error"] == "not_agreed"
    assert not AutomaticTopUp.objects.exists()
    kept = call("put", "/api/v1/credits/top-up", {**wish, "agreed": True}).json()
    assert (kept["is_on"], kept["card_label"], kept["currency"]) == (True, "Visa •••• 4242", "USD")
    assert "fewer than 20 credits" in kept["agreed_to"]
    assert call("delete", "/api/v1/credits/top-up").status_code == 204
    assert call("get", "/api/v1/credits/top-up").json()["stopped_because"] == "by_person"
