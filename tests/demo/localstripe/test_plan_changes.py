"""Subscriptions changed: prorations as previewed, yearly prices, schedules, paused collection."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import customer_with_card
from .server import Receiver, visit
from .test_subscriptions import DAY_S, START, advance, at, on_clock

FEBRUARY_S = at(2027, 2, 28, 10) - START


@pytest.fixture(scope="module")
def prices(client: stripe.StripeClient) -> dict[str, stripe.Price]:
    """Studio at $12 a month and $120 a year, pro at $40 a month."""
    made = {}
    for name, amount, interval in (("studio", 1200, "month"), ("studio_year", 12000, "year"), ("pro", 4000, "month")):
        product = client.v1.products.create({"name": name})
        params: Any = {
            "product": product.id,
            "currency": "usd",
            "unit_amount": amount,
            "recurring": {"interval": interval},
        }
        made[name] = client.v1.prices.create(params)
    return made


def change(subscription: Any, price: stripe.Price, **more: Any) -> Any:
    return {"items": [{"id": subscription["items"].data[0].id, "price": price.id}], **more}


def preview(client: stripe.StripeClient, subscription: Any, price: stripe.Price, **more: Any) -> Any:
    params: Any = {"subscription": subscription.id, "subscription_details": change(subscription, price, **more)}
    return client.v1.invoices.create_preview(params)


def lines(invoice: Any) -> list[tuple[str, int]]:
    return [(line.description, line.amount) for line in invoice.lines.data]


def test_a_change_within_the_period_charges_the_difference(
    client: stripe.StripeClient, prices: dict[str, stripe.Price], receiver: Receiver
) -> None:
    clock, subscription = on_clock(client, prices["studio"])
    half = START + FEBRUARY_S // 2
    advance(client, clock, half)
    how = {"proration_behavior": "always_invoice", "proration_date": half}
    seen = preview(client, subscription, prices["pro"], **how)
    assert lines(seen) == [("Unused time on studio", -600), ("Remaining time on pro", 2000)]
    assert all(line.parent.invoice_item_details.proration for line in seen.lines.data)
    assert (seen.amount_due, seen.status) == (1400, "draft")
    assert client.v1.subscriptions.retrieve(subscription.id)["items"].data[0].price.id == prices["studio"].id
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1, "a preview leaves nothing"
    assert client.v1.invoice_items.list({"customer": subscription.customer}).data == []
    changed = client.v1.subscriptions.update(
        subscription.id, {**change(subscription, prices["pro"], **how), "expand": ["latest_invoice"]}
    )
    invoice: Any = changed.latest_invoice
    assert (invoice.amount_paid, invoice.status, invoice.billing_reason) == (1400, "paid", "subscription_update")
    assert changed["items"].data[0].current_period_end == at(2027, 2, 28, 10)
    receiver.wait_for("invoice.paid", invoice.id)
    advance(client, clock, at(2027, 2, 28, 11))
    assert client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0].total == 4000


def test_a_new_period_begins_with_the_change_and_gives_back_the_rest(
    client: stripe.StripeClient, prices: dict[str, stripe.Price]
) -> None:
    clock, subscription = on_clock(client, prices["studio"])
    half = START + FEBRUARY_S // 2
    advance(client, clock, half)
    how = {"proration_behavior": "always_invoice", "proration_date": half, "billing_cycle_anchor": "now"}
    seen = preview(client, subscription, prices["pro"], **how)
    assert sorted(lines(seen)) == [("1 × pro", 4000), ("Unused time on studio", -600)]
    changed = client.v1.subscriptions.update(
        subscription.id, {**change(subscription, prices["pro"], **how), "expand": ["latest_invoice"]}
    )
    item = changed["items"].data[0]
    assert (changed.billing_cycle_anchor, item.current_period_start) == (half, half)
    assert changed.latest_invoice.amount_paid == seen.amount_due == 3400  # type: ignore[union-attr]


def test_months_become_a_year_and_the_year_is_one_period(
    client: stripe.StripeClient, prices: dict[str, stripe.Price]
) -> None:
    clock, subscription = on_clock(client, prices["studio"])
    changed = client.v1.subscriptions.update(
        subscription.id, change(subscription, prices["studio_year"], proration_behavior="always_invoice")
    )
    assert changed["items"].data[0].current_period_end == at(2028, 1, 31, 10)
    advance(client, clock, at(2028, 1, 31, 11))
    totals = [one.total for one in client.v1.invoices.list({"subscription": subscription.id}).data]
    assert totals == [12000, 10800, 1200]


def test_a_declined_card_changes_nothing(client: stripe.StripeClient, prices: dict[str, stripe.Price]) -> None:
    _clock, subscription = on_clock(client, prices["studio"])
    bad = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": "4000000000000341", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(bad.id, {"customer": subscription.customer})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": bad.id})
    with pytest.raises(stripe.CardError):
        client.v1.subscriptions.update(
            subscription.id,
            change(
                subscription,
                prices["pro"],
                proration_behavior="always_invoice",
                billing_cycle_anchor="now",
                payment_behavior="error_if_incomplete",
            ),
        )
    after = client.v1.subscriptions.retrieve(subscription.id)
    assert (after.status, after["items"].data[0].price.id) == ("active", prices["studio"].id)
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1


def test_prorations_can_wait_for_the_next_invoice_or_be_left_out(
    client: stripe.StripeClient, prices: dict[str, stripe.Price]
) -> None:
    for behavior, total in (("create_prorations", 4000 + 1400), ("none", 4000)):
        clock, subscription = on_clock(client, prices["studio"])
        advance(client, clock, START + FEBRUARY_S // 2)
        client.v1.subscriptions.update(
            subscription.id, change(subscription, prices["pro"], proration_behavior=behavior)
        )
        assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1
        advance(client, clock, at(2027, 2, 28, 11))
        assert client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0].total == total


def test_a_date_outside_the_period_and_a_negative_sum_are_refused(
    client: stripe.StripeClient, prices: dict[str, stripe.Price]
) -> None:
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    customer = customer_with_card(client, test_clock=clock.id)
    yearly = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": prices["studio_year"].id}]})
    with pytest.raises(stripe.InvalidRequestError, match="outside of the current billing period"):
        preview(client, yearly, prices["pro"], proration_behavior="always_invoice", proration_date=START - 1)
    with pytest.raises(stripe.InvalidRequestError, match="customer balances"):
        client.v1.subscriptions.update(yearly.id, change(yearly, prices["studio"], proration_behavior="always_invoice"))
    assert client.v1.subscriptions.retrieve(yearly.id)["items"].data[0].price.id == prices["studio_year"].id


def test_during_a_trial_a_change_charges_nothing(client: stripe.StripeClient, prices: dict[str, stripe.Price]) -> None:
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    customer = customer_with_card(client, test_clock=clock.id)
    trial = client.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": prices["studio"].id}], "trial_period_days": 7}
    )
    changed = client.v1.subscriptions.update(trial.id, change(trial, prices["studio_year"], proration_behavior="none"))
    assert (changed.status, changed.trial_end) == ("trialing", START + 7 * DAY_S)
    advance(client, clock.id, START + 8 * DAY_S)
    assert client.v1.invoices.list({"subscription": trial.id, "limit": 1}).data[0].amount_paid == 12000


def later(schedule: Any, price: stripe.Price, interval: str) -> Any:
    present = schedule.phases[0]
    return {
        "end_behavior": "release",
        "phases": [
            {
                "items": [{"price": present["items"][0].price, "quantity": 1}],
                "start_date": present.start_date,
                "end_date": present.end_date,
            },
            {"items": [{"price": price.id}], "duration": {"interval": interval, "interval_count": 1}},
        ],
    }


def test_a_schedule_changes_the_price_with_the_period_and_then_lets_go(
    client: stripe.StripeClient, prices: dict[str, stripe.Price], receiver: Receiver
) -> None:
    clock, subscription = on_clock(client, prices["pro"])
    schedule = client.v1.subscription_schedules.create({"from_subscription": subscription.id})
    client.v1.subscription_schedules.update(schedule.id, later(schedule, prices["studio"], "month"))
    assert client.v1.subscriptions.retrieve(subscription.id).schedule == schedule.id
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    portal = client.v1.billing_portal.sessions.create({"customer": subscription.customer})
    assert "Cancel subscription" not in visit(portal.url).text
    assert visit(f"{portal.url}/subscriptions/{subscription.id}", {"action": "cancel"}).status == 303
    assert not client.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end
    advance(client, clock, at(2027, 2, 28, 11))
    invoice = client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (invoice.total, invoice.billing_reason) == (1200, "subscription_cycle")
    advance(client, clock, at(2027, 3, 31, 11))
    after = client.v1.subscriptions.retrieve(subscription.id)
    assert (after.schedule, after["items"].data[0].price.id) == (None, prices["studio"].id)
    receiver.wait_for("subscription_schedule.released", schedule.id)
    assert client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True}).cancel_at_period_end


def test_a_year_becomes_months_by_schedule_and_a_released_one_changes_nothing(
    client: stripe.StripeClient, prices: dict[str, stripe.Price]
) -> None:
    for is_released in (False, True):
        clock, subscription = on_clock(client, prices["studio_year"])
        schedule = client.v1.subscription_schedules.create({"from_subscription": subscription.id})
        client.v1.subscription_schedules.update(schedule.id, later(schedule, prices["studio"], "month"))
        if is_released:
            assert client.v1.subscription_schedules.release(schedule.id).status == "released"
        advance(client, clock, at(2028, 1, 31, 11))
        renewed = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
        end = renewed["items"].data[0].current_period_end
        due: Any = renewed.latest_invoice
        expected = (at(2029, 1, 31, 10), 12000) if is_released else (at(2028, 2, 29, 10), 1200)
        assert (end, due.amount_paid) == expected


def test_paused_collection_voids_invoices_until_its_date(
    client: stripe.StripeClient, prices: dict[str, stripe.Price], receiver: Receiver
) -> None:
    clock, subscription = on_clock(client, prices["studio"])
    resumes = at(2027, 4, 30, 9)
    paused = client.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": resumes}}
    )
    assert (paused.status, paused.pause_collection.resumes_at) == ("active", resumes)  # type: ignore[union-attr]
    advance(client, clock, at(2027, 4, 30, 9, 30))
    found = client.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in found] == ["void", "void", "paid"]
    receiver.wait_for("invoice.voided", found[0].id)
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None
    advance(client, clock, at(2027, 4, 30, 11))
    assert client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0].status == "paid"


def test_a_pause_can_end_early_with_a_new_period(client: stripe.StripeClient, prices: dict[str, stripe.Price]) -> None:
    clock, subscription = on_clock(client, prices["studio"])
    client.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "keep_as_draft"}})
    advance(client, clock, at(2027, 3, 10))
    assert client.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0].status == "draft"
    back = client.v1.subscriptions.update(
        subscription.id,
        {
            "pause_collection": "",
            "billing_cycle_anchor": "now",
            "proration_behavior": "none",
            "payment_behavior": "error_if_incomplete",
            "expand": ["latest_invoice"],
        },
    )
    invoice: Any = back.latest_invoice
    assert (back.pause_collection, invoice.amount_paid, invoice.status) == (None, 1200, "paid")
    assert back["items"].data[0].current_period_end == at(2027, 4, 10)
