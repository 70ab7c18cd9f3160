"""Coupons and promotion codes, and what they take off a checkout."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from .orders import open_checkout, pay
from .server import Receiver, visit


def coupon(client: stripe.StripeClient, **params: Any) -> stripe.Coupon:
    return client.v1.coupons.create(params)  # type: ignore[arg-type]


def code(client: stripe.StripeClient, coupon_id: str, **params: Any) -> stripe.PromotionCode:
    given: Any = {"promotion": {"type": "coupon", "coupon": coupon_id}, **params}
    return client.v1.promotion_codes.create(given)


def lines(*amounts: int, currency: str = "usd", quantity: int = 1) -> list[Any]:
    return [
        {
            "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": f"Work {amount}"}},
            "quantity": quantity,
        }
        for amount in amounts
    ]


BREAKDOWN: Any = {"expand": ["total_details.breakdown", "line_items.data.discounts"]}


def test_a_percentage_is_taken_off_each_line(client: stripe.StripeClient) -> None:
    off = coupon(client, percent_off="25.5", name="Quarter")
    session = open_checkout(client, line_items=lines(999, 2000, 1), discounts=[{"coupon": off.id}])
    assert (session.amount_subtotal, session.amount_total) == (3000, 2235)
    assert session.total_details.amount_discount == 765  # type: ignore[union-attr]
    assert session.discounts[0].coupon == off.id  # type: ignore[index]
    page = visit(session.url or "").text
    assert "-$7.65" in page
    assert "Pay $22.35" in page
    assert pay(session).status == 303
    done: Any = client.v1.checkout.sessions.retrieve(session.id, BREAKDOWN)
    (part,) = done.total_details.breakdown.discounts
    assert (part.amount, part.discount.source.coupon) == (765, off.id)
    items = done.line_items.data
    assert sum(item.amount_discount for item in items) == 765
    assert sum(item.amount_total for item in items) == 2235
    assert all(item.discounts[0].amount == item.amount_discount for item in items)
    assert client.v1.payment_intents.retrieve(done.payment_intent).amount_received == 2235
    assert client.v1.coupons.retrieve(off.id).times_redeemed == 1


def test_an_amount_off_never_takes_more_than_there_is(client: stripe.StripeClient, receiver: Receiver) -> None:
    off = coupon(client, amount_off=10_000, currency="usd")
    session = open_checkout(client, 4900, discounts=[{"coupon": off.id}])
    assert (session.amount_subtotal, session.amount_total, session.payment_status) == (4900, 0, "no_payment_required")
    page = visit(session.url or "").text
    assert "Complete order" in page
    assert "Card number" not in page
    assert visit(session.url or "", {"email": "gift@example.com"}).status == 303
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "no_payment_required", None)
    assert receiver.wait_for("checkout.session.completed", session.id).data.object.amount_total == 0


def test_yen_have_no_cents(client: stripe.StripeClient) -> None:
    off = coupon(client, percent_off="10")
    session = open_checkout(client, line_items=lines(995, currency="jpy", quantity=3), discounts=[{"coupon": off.id}])
    assert (session.amount_subtotal, session.amount_total) == (2985, 2686)  # 298.5 is rounded up
    page = visit(session.url or "").text
    assert "¥2,686" in page
    assert "Quantity 3, ¥995 each" in page
    assert pay(session).status == 303


def test_a_buyer_types_a_promotion_code(client: stripe.StripeClient) -> None:
    off = coupon(client, percent_off="50")
    promotion = code(client, off.id, code="HALF-OFF", max_redemptions=1)
    session = open_checkout(client, allow_promotion_codes=True)
    page = visit(session.url or "", {"email": "a@example.com", "promotion_code": "half-off", "action": "update"})
    assert page.status == 200
    assert "Pay $24.50" in page.text
    waiting = client.v1.checkout.sessions.retrieve(session.id)
    assert (waiting.amount_total, waiting.discounts[0].promotion_code) == (2450, promotion.id)  # type: ignore[index]
    assert pay(session, promotion_code="HALF-OFF", shown_total="2450").status == 303
    used = client.v1.promotion_codes.retrieve(promotion.id)
    assert (used.times_redeemed, used.active) == (1, False)
    late = open_checkout(client, allow_promotion_codes=True)
    refused = visit(late.url or "", {"email": "a@example.com", "promotion_code": "HALF-OFF", "action": "update"})
    assert "This code is not valid." in refused.text


def test_a_total_that_changed_is_shown_before_it_is_paid(client: stripe.StripeClient) -> None:
    off = coupon(client, percent_off="50")
    code(client, off.id, code="SHOWN1")
    session = open_checkout(client, allow_promotion_codes=True)
    page = pay(session, promotion_code="SHOWN1", shown_total="4900")
    assert page.status == 402
    assert "The total has changed" in page.text
    assert client.v1.checkout.sessions.retrieve(session.id).payment_intent is None
    assert pay(session, promotion_code="SHOWN1", shown_total="2450").status == 303


def test_a_code_taken_off_again_after_a_declined_card_charges_the_whole(client: stripe.StripeClient) -> None:
    code(client, coupon(client, percent_off="50").id, code="ONOFF1")
    session = open_checkout(client, allow_promotion_codes=True)
    assert pay(session, "4000000000000002", promotion_code="ONOFF1", shown_total="2450").status == 402
    assert pay(session, shown_total="4900").status == 303
    intent: Any = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert client.v1.payment_intents.retrieve(intent).amount_received == 4900


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"restrictions": {"minimum_amount": 5000, "minimum_amount_currency": "usd"}}, "at least $50.00"),
        ({"expires_at": int(time.time()) - 5}, "expired"),
    ],
)
def test_a_code_that_does_not_apply_is_told(client: stripe.StripeClient, params: dict[str, Any], word: str) -> None:
    promotion = code(client, coupon(client, percent_off="10").id, **params)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        open_checkout(client, 4900, discounts=[{"promotion_code": promotion.id}])
    assert word in str(caught.value)
    session = open_checkout(client, 4900, allow_promotion_codes=True)
    page = visit(session.url or "", {"promotion_code": promotion.code, "action": "update"})
    assert word in page.text


def test_a_code_for_one_customer_is_hers(client: stripe.StripeClient) -> None:
    hers = client.v1.customers.create({"email": "hers@example.com"})
    promotion = code(client, coupon(client, percent_off="10").id, customer=hers.id)
    given: Any = [{"promotion_code": promotion.id}]
    with pytest.raises(stripe.InvalidRequestError, match="another customer"):
        open_checkout(client, discounts=given)
    assert open_checkout(client, discounts=given, customer=hers.id).amount_total == 4410


def test_a_first_order_code_is_for_the_first_order(client: stripe.StripeClient) -> None:
    buyer = client.v1.customers.create({"email": "first@example.com"})
    promotion = code(client, coupon(client, percent_off="10").id, restrictions={"first_time_transaction": True})
    given: Any = [{"promotion_code": promotion.id}]
    assert pay(open_checkout(client, discounts=given, customer=buyer.id)).status == 303
    with pytest.raises(stripe.InvalidRequestError, match="first order"):
        open_checkout(client, discounts=given, customer=buyer.id)


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({}, "exactly one"),
        ({"percent_off": "10", "amount_off": 100, "currency": "usd"}, "exactly one"),
        ({"percent_off": "101"}, "at most 100"),
        ({"amount_off": 100}, "currency"),
        ({"percent_off": "10", "duration": "repeating"}, "duration_in_months"),
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused(
    client: stripe.StripeClient, params: dict[str, Any], word: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=word):
        coupon(client, **params)


def test_used_up_over_and_foreign_coupons_are_refused(client: stripe.StripeClient) -> None:
    once = coupon(client, percent_off="10", max_redemptions=1)
    given: Any = [{"coupon": once.id}]
    waiting = open_checkout(client, discounts=given)
    assert pay(open_checkout(client, discounts=given)).status == 303
    assert client.v1.coupons.retrieve(once.id).valid is False
    with pytest.raises(stripe.InvalidRequestError, match="used up"):
        open_checkout(client, discounts=given)
    assert pay(waiting).status == 303  # what a session has promised stays
    euros = coupon(client, amount_off=100, currency="eur")
    with pytest.raises(stripe.InvalidRequestError, match="eur"):
        open_checkout(client, discounts=[{"coupon": euros.id}])
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        open_checkout(client, discounts=[{"coupon": euros.id}], allow_promotion_codes=True)


def test_coupons_and_codes_are_listed_changed_and_deleted(client: stripe.StripeClient, receiver: Receiver) -> None:
    off = coupon(client, id="SPRING-1", percent_off="10", metadata={"by": "artist"})
    assert client.v1.coupons.list({"limit": 1}).data[0].id == off.id
    assert client.v1.coupons.update(off.id, {"name": "Spring"}).name == "Spring"
    promotion = code(client, off.id, code="SPRINGTIME")
    assert [one.id for one in client.v1.promotion_codes.list({"code": "SPRINGTIME"}).data] == [promotion.id]
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        code(client, off.id, code="springtime")
    assert client.v1.promotion_codes.update(promotion.id, {"active": False}).active is False
    assert client.v1.coupons.delete(off.id).deleted is True
    receiver.wait_for("coupon.created", off.id)
    receiver.wait_for("promotion_code.updated", promotion.id)
    receiver.wait_for("coupon.deleted", off.id)
