"""Radar by test card: risk, blocking, reviews, early fraud warnings."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
import stripe

from .orders import open_checkout, pay, pay_now
from .server import Receiver, Server, radar_rules, visit


def charge_of(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> Any:
    return client.v1.charges.retrieve(str(intent.latest_charge))


def blocked(client: stripe.StripeClient, card: str) -> Any:
    """The failed charge of a payment that was refused."""
    with pytest.raises(stripe.CardError) as caught:
        pay_now(client, card=card)
    assert (caught.value.code, caught.value.error.decline_code) == ("card_declined", "fraudulent")  # type: ignore[union-attr]
    return client.v1.charges.retrieve(caught.value.error.charge)  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize(
    ("card", "level", "score"), [("pm_card_visa", "normal", 32), ("pm_card_riskLevelElevated", "elevated", 70)]
)
def test_a_paid_charge_tells_its_risk(client: stripe.StripeClient, card: str, level: str, score: int) -> None:
    outcome = charge_of(client, pay_now(client, card=card)).outcome
    assert (outcome.type, outcome.network_status) == ("authorized", "approved_by_network")
    assert (outcome.risk_level, outcome.risk_score, outcome.reason) == (level, score, None)


def test_the_highest_risk_is_blocked_before_the_bank_is_asked(client: stripe.StripeClient, receiver: Receiver) -> None:
    charge = blocked(client, "pm_card_radarBlock")
    assert (charge.status, charge.balance_transaction) == ("failed", None)
    outcome = charge.outcome
    assert (outcome.type, outcome.reason, outcome.network_status) == (
        "blocked",
        "highest_risk_level",
        "not_sent_to_network",
    )
    assert outcome.risk_level == "highest"
    assert receiver.wait_for("charge.failed", charge.id).data.object.outcome.type == "blocked"


def test_a_blocked_card_on_the_page_is_simply_declined(client: stripe.StripeClient) -> None:
    page = pay(open_checkout(client), "4100000000000019")
    assert (page.status, "Your card was declined." in page.text) == (402, True)


def test_without_the_rule_only_one_card_is_blocked(server: Server, client: stripe.StripeClient) -> None:
    assert blocked(client, "pm_card_riskLevelHighest").outcome.type == "blocked"
    with radar_rules(server.base, block_highest=False):
        passed = charge_of(client, pay_now(client, card="pm_card_riskLevelHighest"))
        assert (passed.paid, passed.outcome.risk_level) == (True, "highest")
        assert blocked(client, "pm_card_radarBlock").outcome.type == "blocked"


def reviewed(server: Server, client: stripe.StripeClient) -> stripe.PaymentIntent:
    with radar_rules(server.base, review_elevated=True):
        return pay_now(client, card="pm_card_riskLevelElevated")


def test_a_review_is_opened_and_approved(server: Server, client: stripe.StripeClient, receiver: Receiver) -> None:
    intent = reviewed(server, client)
    charge = charge_of(client, intent)
    assert (charge.outcome.type, charge.outcome.reason) == ("manual_review", "elevated_risk_level")
    assert charge.review == intent.review
    review = client.v1.reviews.retrieve(str(intent.review))
    assert (review.open, review.opened_reason, review.charge) == (True, "rule", charge.id)
    receiver.wait_for("review.opened", review.id)
    assert review.id in [one.id for one in client.v1.reviews.list({"limit": 100}).data]
    closed = client.v1.reviews.approve(review.id)
    assert (closed.open, closed.closed_reason) == (False, "approved")
    receiver.wait_for("review.closed", review.id)
    assert review.id not in [one.id for one in client.v1.reviews.list({"limit": 100}).data]
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.reviews.approve(review.id)


@pytest.mark.parametrize(
    ("reason", "told"), [("fraudulent", "refunded_as_fraud"), ("requested_by_customer", "refunded")]
)
def test_a_refund_closes_the_review(server: Server, client: stripe.StripeClient, reason: Any, told: str) -> None:
    intent = reviewed(server, client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    assert client.v1.reviews.retrieve(str(intent.review)).open is True
    client.v1.refunds.create({"payment_intent": intent.id, "reason": reason})
    assert client.v1.reviews.retrieve(str(intent.review)).closed_reason == told
    report = charge_of(client, intent).fraud_details.to_dict()
    assert report == ({"user_report": "fraudulent"} if reason == "fraudulent" else {})


def test_a_fraud_warning_follows_a_payment_and_ends_with_its_refund(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    intent = pay_now(client, card="pm_card_createIssuerFraudRecord")
    (warning,) = client.v1.radar.early_fraud_warnings.list({"payment_intent": intent.id}).data
    assert (warning.actionable, warning.charge) == (True, intent.latest_charge)
    event = receiver.wait_for("radar.early_fraud_warning.created", warning.id)
    assert event.data.object.fraud_type == "made_with_stolen_card"
    client.v1.refunds.create({"payment_intent": intent.id})
    assert client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable is False
    receiver.wait_for("radar.early_fraud_warning.updated", warning.id)


def test_a_charge_can_be_reported(client: stripe.StripeClient) -> None:
    charge = charge_of(client, pay_now(client))
    marked = client.v1.charges.update(charge.id, {"fraud_details": {"user_report": "safe"}})
    assert marked.fraud_details.to_dict() == {"user_report": "safe"}  # type: ignore[union-attr]


def test_the_dashboard_sets_the_rules(server: Server) -> None:
    with radar_rules(server.base):
        assert visit(f"{server.base}/_local/radar/form", {"review_elevated": "yes"}).status == 303
        assert json.loads(visit(f"{server.base}/_local/radar").text) == {
            "block_highest": False,
            "review_elevated": True,
        }
        assert "Review payments of elevated risk" in visit(f"{server.base}/").text
    request = urllib.request.Request(
        f"{server.base}/_local/radar", data=b'{"invented": true}', headers={"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        assert (answer.code, "block_highest" in answer.read().decode()) == (400, True)
