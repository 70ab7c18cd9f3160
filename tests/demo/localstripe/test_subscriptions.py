"""Subscriptions: bought on the page, renewed as time passes, past due, canceled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import stripe

from .orders import CANCEL, SUCCESS, customer_with_card, pay
from .server import Receiver, Server, visit

DAY_S = 24 * 3600
START = int(dt.datetime(2027, 1, 31, 10, tzinfo=dt.UTC).timestamp())


def at(*date: int) -> int:
    return int(dt.datetime(*date, tzinfo=dt.UTC).timestamp())  # type: ignore[misc, arg-type]


def subscribe_on_page(client: stripe.StripeClient, price: stripe.Price, number: str, **more: Any) -> Any:
    """A subscription bought on the hosted page; the session afterwards."""
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": price.id, "quantity": 1}],
            "success_url": SUCCESS,
            "cancel_url": CANCEL,
            "subscription_data": {"metadata": {"plan": "studio"}, **more},
        }
    )
    assert pay(session, number).status == 303
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]})


def on_clock(client: stripe.StripeClient, price: stripe.Price, number: str = "4242424242424242") -> tuple[str, Any]:
    """A subscription that follows a test clock, begun at START: the clock's id and the subscription."""
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    customer = customer_with_card(client, number, test_clock=clock.id)
    subscription = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    return clock.id, subscription


def advance(client: stripe.StripeClient, clock: str, moment: int) -> None:
    client.v1.test_helpers.test_clocks.advance(clock, {"frozen_time": moment})


def test_checkout_starts_a_paid_subscription(
    client: stripe.StripeClient, monthly_price: stripe.Price, receiver: Receiver
) -> None:
    done = subscribe_on_page(client, monthly_price, "4242424242424242")
    subscription, invoice = done.subscription, done.invoice
    assert (done.payment_status, subscription.status, done.customer is not None) == ("paid", "active", True)
    assert subscription.metadata.to_dict() == {"plan": "studio"}
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 1200, "subscription_create")
    assert invoice.parent.subscription_details.subscription == subscription.id
    line = invoice.lines.data[0]
    item = subscription["items"].data[0]
    assert (line.amount, line.pricing.price_details.price) == (1200, monthly_price.id)
    assert (line.period.start, line.period.end) == (item.current_period_start, item.current_period_end)
    assert 28 * DAY_S <= item.current_period_end - item.current_period_start <= 31 * DAY_S
    payment = client.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    assert (payment.status, payment.amount_paid) == ("paid", 1200)
    for kind in ("customer.subscription.created", "checkout.session.completed"):
        receiver.wait_for(kind)
    receiver.wait_for("invoice.paid", invoice.id)
    assert subscription.default_payment_method is not None


def test_a_declined_card_starts_nothing(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    customer = client.v1.customers.create({"email": "poor@example.com"})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": monthly_price.id, "quantity": 1}],
            "success_url": SUCCESS,
        }
    )
    assert pay(session, "4000000000000002").status == 402
    assert client.v1.subscriptions.list({"customer": customer.id, "status": "all"}).data == []
    assert client.v1.invoices.list({"customer": customer.id}).data == []
    assert pay(session).status == 303
    assert len(client.v1.subscriptions.list({"customer": customer.id}).data) == 1


def test_renewals_keep_the_31st_and_charge_each_month(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    clock, subscription = on_clock(client, monthly_price)
    ends = [subscription["items"].data[0].current_period_end]
    for _ in range(3):
        advance(client, clock, ends[-1] + 60)
        renewed = client.v1.subscriptions.retrieve(subscription.id)
        ends.append(renewed["items"].data[0].current_period_end)
    assert ends == [at(2027, 2, 28, 10), at(2027, 3, 31, 10), at(2027, 4, 30, 10), at(2027, 5, 31, 10)]
    invoices = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [(one.status, one.amount_paid, one.billing_reason) for one in invoices] == [
        *[("paid", 1200, "subscription_cycle")] * 3,
        ("paid", 1200, "subscription_create"),
    ]
    periods = [(one.lines.data[0].period.start, one.lines.data[0].period.end) for one in reversed(invoices)]
    assert periods == list(zip([START, *ends[:-1]], ends, strict=True))


def test_half_a_year_in_one_step_is_six_renewals(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    clock, subscription = on_clock(client, monthly_price)
    advance(client, clock, at(2027, 7, 31, 11))
    invoices = client.v1.invoices.list({"subscription": subscription.id, "limit": 20}).data
    assert len(invoices) == 7
    assert len({one.number for one in invoices}) == 7
    assert {one.status for one in invoices} == {"paid"}


def test_a_failing_renewal_is_past_due_retried_and_then_canceled(
    client: stripe.StripeClient, monthly_price: stripe.Price, receiver: Receiver
) -> None:
    clock, subscription = on_clock(client, monthly_price)
    bad = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": "4000000000000341", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(bad.id, {"customer": subscription.customer})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": bad.id})
    advance(client, clock, at(2027, 2, 28, 11))
    late = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    invoice: Any = late.latest_invoice
    assert (late.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == at(2027, 3, 3, 10)
    receiver.wait_for("invoice.payment_failed", invoice.id)
    advance(client, clock, at(2027, 3, 20))
    ended = client.v1.subscriptions.retrieve(subscription.id)
    after = client.v1.invoices.retrieve(invoice.id)
    assert (ended.status, after.status, after.attempt_count) == ("canceled", "open", 4)
    assert ended.cancellation_details.reason == "payment_failed"
    receiver.wait_for("customer.subscription.deleted", subscription.id)


def test_a_new_card_mends_a_past_due_subscription(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    clock, subscription = on_clock(client, monthly_price, "4242424242424242")
    bad = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": "4000000000000341", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(bad.id, {"customer": subscription.customer})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": bad.id})
    advance(client, clock, at(2027, 2, 28, 11))
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    good: Any = client.v1.customers.retrieve(subscription.customer).invoice_settings.default_payment_method
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": good})
    advance(client, clock, at(2027, 3, 4))
    mended = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (mended.status, mended.latest_invoice.status) == ("active", "paid")  # type: ignore[union-attr]


def test_an_open_invoice_can_be_paid_on_its_page(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    customer = client.v1.customers.create({"email": "page@example.com"})
    subscription = client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": monthly_price.id}],
            "payment_behavior": "default_incomplete",
            "expand": ["latest_invoice"],
        }
    )
    invoice: Any = subscription.latest_invoice
    assert (subscription.status, invoice.status) == ("incomplete", "open")
    form = {"number": "4000000000000002", "expiry": "12/40", "cvc": "123"}
    assert visit(invoice.hosted_invoice_url, form).status == 402
    assert visit(invoice.hosted_invoice_url, {**form, "number": "4242424242424242"}).status == 303
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"


def test_an_end_with_the_period_can_be_taken_back_and_then_comes(
    client: stripe.StripeClient, monthly_price: stripe.Price, receiver: Receiver
) -> None:
    clock, subscription = on_clock(client, monthly_price)
    planned = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (planned.status, planned.cancel_at) == ("active", at(2027, 2, 28, 10))
    back = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (back.cancel_at, back.canceled_at, back.cancel_at_period_end) == (None, None, False)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    advance(client, clock, at(2027, 3, 1))
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", at(2027, 2, 28, 10))
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1
    receiver.wait_for("customer.subscription.deleted", subscription.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})


def test_canceled_at_once_it_never_renews(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    clock, subscription = on_clock(client, monthly_price)
    assert client.v1.subscriptions.cancel(subscription.id).status == "canceled"
    advance(client, clock, at(2027, 6, 1))
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.cancel(subscription.id)


def test_a_trial_charges_nothing_until_it_ends(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    customer = customer_with_card(client, test_clock=clock.id)
    subscription = client.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": monthly_price.id}], "trial_period_days": 7}
    )
    assert (subscription.status, subscription.trial_end) == ("trialing", START + 7 * DAY_S)
    assert [one.total for one in client.v1.invoices.list({"subscription": subscription.id}).data] == [0]
    advance(client, clock.id, START + 7 * DAY_S + 60)
    started = client.v1.subscriptions.retrieve(subscription.id)
    assert started.status == "active"
    invoices = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [(one.total, one.status) for one in invoices] == [(1200, "paid"), (0, "paid")]


def test_the_dashboard_advances_one_customer_to_her_renewal(
    server: Server, client: stripe.StripeClient, monthly_price: stripe.Price, receiver: Receiver
) -> None:
    mine = subscribe_on_page(client, monthly_price, "4242424242424242").subscription
    other = subscribe_on_page(client, monthly_price, "4242424242424242").subscription
    end = mine["items"].data[0].current_period_end
    assert visit(f"{server.base}/subscriptions/{mine.id}/renew", {}).status == 303
    renewed = client.v1.subscriptions.retrieve(mine.id, {"expand": ["latest_invoice"]})
    assert renewed["items"].data[0].current_period_start == end
    assert renewed.latest_invoice.billing_reason == "subscription_cycle"  # type: ignore[union-attr]
    receiver.wait_for("invoice.paid", renewed.latest_invoice.id)  # type: ignore[union-attr]
    untouched = client.v1.subscriptions.retrieve(other.id)
    assert untouched["items"].data[0].current_period_end == other["items"].data[0].current_period_end


def test_the_portal_cancels_keeps_and_changes_the_card(
    client: stripe.StripeClient, monthly_price: stripe.Price
) -> None:
    subscription = subscribe_on_page(client, monthly_price, "4242424242424242").subscription
    session = client.v1.billing_portal.sessions.create(
        {"customer": subscription.customer, "return_url": "http://127.0.0.1:9/studio"}
    )
    page = visit(session.url)
    for text in ("Studio plan", "$12.00", "Cancel subscription", "card ending in 4242", "http://127.0.0.1:9/studio"):
        assert text in page.text
    action = f"{session.url}/subscriptions/{subscription.id}"
    assert visit(action, {"action": "cancel"}).status == 303
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is True
    assert "Keep subscription" in visit(session.url).text
    visit(action, {"action": "keep"})
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is False
    bad = {"number": "4000000000000002", "expiry": "12/40", "cvc": "123"}
    assert "Your card was declined." in visit(f"{session.url}/card", bad).text
    assert visit(f"{session.url}/card", {**bad, "number": "5555555555554444"}).status == 303
    changed = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["default_payment_method"]})
    assert changed.default_payment_method.card.last4 == "4444"  # type: ignore[union-attr]
    assert visit(f"{session.url}x").status == 404


def test_nobody_elses_subscription_is_changed_through_a_portal(
    client: stripe.StripeClient, monthly_price: stripe.Price
) -> None:
    theirs = subscribe_on_page(client, monthly_price, "4242424242424242").subscription
    stranger = client.v1.customers.create({"email": "stranger@example.com"})
    session = client.v1.billing_portal.sessions.create({"customer": stranger.id})
    assert visit(f"{session.url}/subscriptions/{theirs.id}", {"action": "cancel"}).status == 404
    assert client.v1.subscriptions.retrieve(theirs.id).cancel_at_period_end is False


def test_invoice_items_join_the_next_invoice(client: stripe.StripeClient, monthly_price: stripe.Price) -> None:
    clock, subscription = on_clock(client, monthly_price)
    client.v1.invoice_items.create(
        {"customer": subscription.customer, "amount": 300, "currency": "usd", "description": "Extra credits"}
    )
    advance(client, clock, at(2027, 2, 28, 11))
    invoice = client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (invoice.total, invoice.amount_paid) == (1500, 1500)
    assert [line.description for line in invoice.lines.data][1] == "Extra credits"
    advance(client, clock, at(2027, 3, 31, 11))
    assert client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0].total == 1200


def test_a_manual_invoice_is_finalized_paid_and_not_paid_twice(client: stripe.StripeClient) -> None:
    customer = customer_with_card(client)
    client.v1.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "usd"})
    draft = client.v1.invoices.create(
        {"customer": customer.id, "currency": "usd", "pending_invoice_items_behavior": "include"}
    )
    assert (draft.status, draft.total, draft.number) == ("draft", 700, None)
    assert client.v1.invoices.finalize_invoice(draft.id).status == "open"
    assert client.v1.invoices.pay(draft.id).status == "paid"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.invoices.pay(draft.id)
    assert caught.value.code == "invoice_already_paid"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.void_invoice(draft.id)


def test_a_clock_only_goes_forward(client: stripe.StripeClient) -> None:
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    with pytest.raises(stripe.InvalidRequestError):
        advance(client, clock.id, START - 1)


def test_a_customers_subscriptions_are_in_one_currency(
    client: stripe.StripeClient, monthly_price: stripe.Price
) -> None:
    customer = customer_with_card(client, "4242424242424242")
    first = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": monthly_price.id}]})
    yen = client.v1.prices.create(
        {
            "product": str(monthly_price.product),
            "currency": "jpy",
            "unit_amount": 800,
            "recurring": {"interval": "month"},
        }
    )
    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies on a single customer"):
        client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": yen.id}]})
    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies on a single customer"):
        client.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer.id,
                "line_items": [{"price": yen.id, "quantity": 1}],
                "success_url": SUCCESS,
            }
        )
    client.v1.subscriptions.cancel(first.id)
    again = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": yen.id}]})
    assert again.currency == "jpy"


def test_a_trial_moves_the_end_of_a_paid_period_without_a_charge(
    client: stripe.StripeClient, monthly_price: stripe.Price, receiver: Receiver
) -> None:
    clock, subscription = on_clock(client, monthly_price)
    advance(client, clock, at(2027, 2, 10))
    for wrong in ({"trial_end": at(2027, 2, 1)}, {"trial_end": at(2030, 1, 1), "proration_behavior": "none"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.subscriptions.update(subscription.id, wrong)
    moved = {"trial_end": at(2027, 4, 15), "proration_behavior": "none", "metadata": {"rests": "1+1"}}
    changed = client.v1.subscriptions.update(subscription.id, moved)
    assert (changed.status, changed.trial_end, changed.billing_cycle_anchor) == ("trialing", *[at(2027, 4, 15)] * 2)
    assert changed["items"].data[0].current_period_end == at(2027, 4, 15)
    assert changed.metadata.to_dict()["rests"] == "1+1"
    client.v1.subscriptions.update(subscription.id, {"trial_end": at(2027, 4, 20), "proration_behavior": "none"})
    advance(client, clock, at(2027, 4, 19))
    paid = [
        (one.billing_reason, one.amount_paid) for one in client.v1.invoices.list({"subscription": subscription.id}).data
    ]
    assert paid == [("subscription_update", 0), ("subscription_create", 1200)]
    advance(client, clock, at(2027, 4, 20, 1))
    renewed = client.v1.subscriptions.retrieve(subscription.id)
    assert (renewed.status, renewed["items"].data[0].current_period_end) == ("active", at(2027, 5, 20))
    newest = client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (newest.billing_reason, newest.amount_paid) == ("subscription_cycle", 1200)
