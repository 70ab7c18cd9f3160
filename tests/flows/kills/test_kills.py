"""Checkout, payment, refund, payout and renewal, killed after each of their SQL statements: nothing is lost or doubled.

``make check`` kills after every thirteenth statement, ``make faults`` after each.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
import stripe
from django.conf import settings as django_settings
from django.db import connection

from billing import gateway
from billing.checks import ledger_figures
from billing.gateway.client import client as stripe_client
from billing.models import CreditLot, Entry, Payout, PayoutAccount, PlanSubscription, StripeEvent, Transaction
from billing.selectors import artist_balance, credits_available
from billing.services import (
    copy_payout_account,
    mature_sales,
    onboard_artist,
    pay_out_due,
    reconcile,
    send_payout,
    start_plan,
)
from billing.services.payouts import payouts_left_behind
from billing.services.reconciling import copy_movements, post_what_stripe_says
from billing.webhooks import process_event, receive_event
from billing.webhooks.receiving import events_left_behind
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.errors import RefundDecidedAlready
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services import ask_refund, decide_refund, return_money, start_checkout
from marketplace.orders.services.refund_requests import paybacks_left_behind
from tests.billing.conftest import run_jobs, shop, wait_for_event
from tests.billing.quiet_books import end_plans_of_other_tests
from tests.demo.localstripe.orders import PERSON
from tests.demo.localstripe.server import card_form, visit, wait_until
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import declare, make_payouts_due, sell
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.orders import CONSENT, begun_order
from tests.faults.size import campaign_size
from tests.flows.kills.campaign import Operation, kill_after_each_statement
from tests.flows.kills.killer import Killer
from tests.flows.orderings.digests import digests_of
from tests.whole_seconds import wait_for_the_next_second

__all__ = ["run_jobs", "shop", "wait_for_event"]
STRIDE = 13
FUNDS_AT_ONCE = "4000000000000077"


@pytest.fixture
def begun(shop):
    """Since when Stripe's books and the ledger are to say the same."""
    end_plans_of_other_tests()
    copy_movements()
    post_what_stripe_says()
    wait_for_the_next_second()
    return now().replace(microsecond=0)


@pytest.fixture
def killer(begun):
    killer = Killer()
    yield killer
    killer.stop()
    assert reconcile(since=begun, grace=timedelta(seconds=-5)).differences == 0
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []


def process_what_waits(*object_ids: str) -> None:
    """What the sweep queues and its jobs do, until nothing of these objects waits."""

    def is_done() -> bool:
        for event in StripeEvent.objects.filter(pk__in=events_left_behind(older_than_s=-1)).order_by("received_at"):
            if any(object_id in json.dumps(event.payload) for object_id in object_ids):
                try:
                    process_event(event.pk)
                except Retryable:
                    return False
        return True

    wait_until(is_done, timeout_s=60, what="the last event")


def event_about(event_type: str, object_id: str) -> StripeEvent:
    def found() -> StripeEvent | None:
        events = [event for event in StripeEvent.objects.filter(type=event_type) if event.payload["id"] == object_id]
        return events[0] if events else None

    event = wait_until(found, timeout_s=60, what=event_type)
    assert isinstance(event, StripeEvent)
    return event


def jobs_about(named: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE args::text LIKE %s", [f"%{named}%"])
        return dict(Counter(name for (name,) in cursor.fetchall()))


# -- checkout ---------------------------------------------------------------------------------------------------------


def a_buyer_and_an_offer(code: str) -> dict[str, str]:
    offer = offer_of(work_on_sale(terms=("personal", "exclusive")), code)
    return {"buyer": str(UserFactory().pk), "offer": str(offer.pk)}


def press_again_and_pay(arguments: dict[str, str]) -> None:
    order = start_checkout(
        buyer=User.objects.get(pk=arguments["buyer"]),
        offer=LicenceOffer.objects.get(pk=arguments["offer"]),
        consent=CONSENT,
    )
    assert visit(order.checkout_url, card_form()).status == 303
    event_about("checkout.session.completed", order.checkout_session_id)
    process_what_waits(order.checkout_session_id)


def state_of_purchase(order: Order) -> object:
    jobs = jobs_about(str(order.pk))
    letters = {name: jobs.get(name, 0) for name in ("orders.tell_buyer", "orders.tell_artist", "orders.refund")}
    session = gateway.retrieve_checkout(order.checkout_session_id)
    assert session.payment_intent_id is not None
    refunds = stripe_client().v1.refunds.list({"payment_intent": session.payment_intent_id}).data
    at_stripe = [(refund.amount, refund.status) for refund in refunds]
    return digests_of([order])[order.pk], letters, at_stripe


def state_of_buyer(arguments: dict[str, str]) -> object:
    [order] = Order.objects.filter(buyer=arguments["buyer"])
    return state_of_purchase(order)


# -- payment ----------------------------------------------------------------------------------------------------------


def a_paid_page(code: str) -> Order:
    order = begun_order(work_on_sale(terms=("personal", "exclusive")), code)
    assert visit(order.checkout_url, card_form()).status == 303
    return order


def an_event_that_is_sent() -> dict[str, str]:
    """As it comes to the door; the one that the local Stripe has sent already is taken away."""
    order = a_paid_page("personal")
    event_about("checkout.session.completed", order.checkout_session_id)
    [sent] = [
        event.to_dict()
        for event in stripe_client().v1.events.list({"type": "checkout.session.completed", "limit": 20}).data
        if event.to_dict()["data"]["object"]["id"] == order.checkout_session_id
    ]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args::text LIKE %s", [f"%{sent['id']}%"])
    StripeEvent.objects.filter(pk=sent["id"]).delete()
    body = json.dumps(sent)
    secret = django_settings.CONFIGURATION.stripe_webhook_secret
    return {"payload": body, "signature": stripe.WebhookSignature.generate_signature_header(body, secret)}


def send_it_again(arguments: dict[str, str]) -> None:
    receive_event(payload=arguments["payload"].encode(), signature=arguments["signature"])
    event = json.loads(arguments["payload"])
    # The job that is in the queue, not the sweep: it was queued with the event, or not at all.
    assert jobs_about(event["id"]) == {"billing.process_event": 1}
    process_event(event["id"])


def state_of_event(arguments: dict[str, str]) -> object:
    session = json.loads(arguments["payload"])["data"]["object"]["id"]
    return state_of_purchase(Order.objects.get(checkout_session_id=session))


def a_payment_that_is_told() -> dict[str, str]:
    order = a_paid_page("exclusive")
    return {"event": event_about("checkout.session.completed", order.checkout_session_id).pk}


def process_again(arguments: dict[str, str]) -> None:
    process_what_waits(StripeEvent.objects.get(pk=arguments["event"]).payload["id"])


def state_of_told(arguments: dict[str, str]) -> object:
    event = StripeEvent.objects.get(pk=arguments["event"])
    order = Order.objects.get(checkout_session_id=event.payload["id"])
    others = jobs_about(str(order.lines.get().work_id)).get("orders.close_others", 0)
    return state_of_purchase(order), event.state, others


# -- refund -----------------------------------------------------------------------------------------------------------


def a_request() -> RefundRequest:
    order = a_paid_page("personal")
    event_about("checkout.session.completed", order.checkout_session_id)
    process_what_waits(order.checkout_session_id)
    return ask_refund(buyer=order.buyer, line_id=order.lines.get().pk, reason="bought_twice")


def an_undecided_request() -> dict[str, str]:
    request = a_request()
    return {"request": str(request.pk), "decider": str(request.line.work.artist.user.pk)}


def decide_again(arguments: dict[str, str]) -> None:
    decider = User.objects.get(pk=arguments["decider"])
    try:
        decide_refund(decider=decider, request_id=arguments["request"], grants=True)
    except RefundDecidedAlready:
        assert RefundRequest.objects.get(pk=arguments["request"]).state == RefundRequest.State.GRANTED
    give_back_again(arguments)


def a_granted_request() -> dict[str, str]:
    request = a_request()
    decide_refund(decider=request.line.work.artist.user, request_id=request.pk, grants=True)
    return {"request": str(request.pk)}


def give_back_again(arguments: dict[str, str]) -> None:
    """The webhook, where there was a refund; hours later the sweep, where the payback still stands as due."""
    request = RefundRequest.objects.select_related("line__order").get(pk=arguments["request"])
    made = stripe_client().v1.refunds.list({"payment_intent": request.line.order.payment_intent_id}).data
    for refund in made:
        event_about("refund.created", refund.id)
    process_what_waits(*(refund.id for refund in made))
    RefundRequest.objects.filter(pk=request.pk).update(decided_at=now() - timedelta(hours=5))
    if request.pk in paybacks_left_behind():
        return_money(request_id=request.pk)


def state_of_request(arguments: dict[str, str]) -> object:
    request = RefundRequest.objects.select_related("line__order").get(pk=arguments["request"])
    [refund] = stripe_client().v1.refunds.list({"payment_intent": request.line.order.payment_intent_id}).data
    assert refund.id == request.refund_id
    letters = jobs_about(str(request.pk))
    return request.state, request.payback, request.granted_minor, letters, state_of_purchase(request.line.order)


# -- payout -----------------------------------------------------------------------------------------------------------


def an_artist_with_money() -> Artist:
    artist = ArtistFactory()
    page = f"{django_settings.BASE_URL}/earnings"
    assert visit(onboard_artist(artist=artist, return_url=page, refresh_url=page), PERSON).status == 303
    copy_payout_account(PayoutAccount.objects.get(artist=artist).stripe_account_id)
    declare(artist)
    sold(artist)
    make_payouts_due(artist)
    return artist


def sold(artist: Artist) -> None:
    """A sale with its payment at Stripe, whose money can be paid out at once."""
    params = {"amount": 5000, "currency": "usd", "confirm": True, "payment_method": "pm_card_bypassPending"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    payment = stripe_client().v1.payment_intents.create(params)
    sell(artist, 5000, days_until_available=-1, payment_ref=payment.id)
    mature_sales()


def nothing_but_money() -> dict[str, str]:
    _only.append(an_artist_with_money())
    return {}


_only: list[Artist] = []


def begin_again(arguments: dict[str, str]) -> None:
    pay_out_due()
    send_again({"payout": str(Payout.objects.get(artist=_only[-1]).pk)})


def a_payout_that_began() -> dict[str, str]:
    artist = an_artist_with_money()
    assert pay_out_due() == 1
    return {"payout": str(Payout.objects.get(artist=artist).pk)}


def send_again(arguments: dict[str, str]) -> None:
    if arguments["payout"] in payouts_left_behind(older_than_s=-1):
        send_payout(payout_id=arguments["payout"])


def state_of_payout(payout: Payout) -> object:
    transfers = stripe_client().v1.transfers.list({"transfer_group": f"payout:{payout.pk}"}).data
    assert [transfer.id for transfer in transfers] == [payout.stripe_transfer_id]
    balance = artist_balance(payout.artist)
    moved = Entry.objects.filter(transaction__object_ref=f"payout:{payout.pk}")
    return (
        payout.state,
        payout.amount_minor,
        (balance.available, balance.in_transit, balance.debt),
        sorted(moved.values_list("account__kind", "amount_minor")),
        [transfer.amount for transfer in transfers],
    )


# -- renewal ----------------------------------------------------------------------------------------------------------


def a_month_later(count: int) -> list[str]:
    """So many people's plans are renewed at once; the events of their second invoices, not handled yet."""
    pages = {"success_url": f"{django_settings.BASE_URL}/credits", "cancel_url": f"{django_settings.BASE_URL}/credits"}
    for _n in range(count):
        started = start_plan(user=UserFactory(), plan_code="studio", **pages)
        assert visit(started.checkout_url, card_form()).status == 303
        started.subscription.refresh_from_db()
    paid = StripeEvent.objects.filter(type="invoice.paid")
    wait_until(lambda: paid.count() == count, timeout_s=120, what="the first invoices")
    for event in StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED).order_by("received_at"):
        process_event(event.pk)
    first = set(paid.values_list("pk", flat=True))
    stripe_client().raw_request("post", "/v1/test_helpers/billing_time/advance", seconds=32 * 24 * 3600)
    wait_until(lambda: paid.count() == 2 * count, timeout_s=120, what="the second invoices")
    return list(paid.exclude(pk__in=first).values_list("pk", flat=True))


def state_of_renewal(arguments: dict[str, str]) -> object:
    event = StripeEvent.objects.get(pk=arguments["event"])
    stripe_id = event.payload["parent"]["subscription_details"]["subscription"]
    plan = PlanSubscription.objects.select_related("user", "plan").get(stripe_subscription_id=stripe_id)
    grants = Transaction.objects.filter(object_ref=f"invoice:{event.payload['id']}").values_list("effect", "reason")
    lots = CreditLot.objects.filter(account__user=plan.user).values_list("amount", "remaining")
    return event.state, plan.state, credits_available(plan.user), sorted(grants), sorted(lots)


# ---------------------------------------------------------------------------------------------------------------------

OPERATIONS = {
    "checkout": Operation("press_buy", lambda: a_buyer_and_an_offer("personal"), press_again_and_pay, state_of_buyer),
    "checkout_of_an_exclusive_licence": Operation(
        "press_buy", lambda: a_buyer_and_an_offer("exclusive"), press_again_and_pay, state_of_buyer
    ),
    "webhook": Operation("take_event_in", an_event_that_is_sent, send_it_again, state_of_event),
    "payment": Operation("handle_event", a_payment_that_is_told, process_again, state_of_told),
    "decision": Operation("decide", an_undecided_request, decide_again, state_of_request),
    "refund": Operation("give_money_back", a_granted_request, give_back_again, state_of_request),
    "payouts_begin": Operation(
        "begin_payouts",
        nothing_but_money,
        begin_again,
        lambda _none: state_of_payout(Payout.objects.get(artist=_only[-1])),
    ),
    "payout": Operation(
        "pay_out", a_payout_that_began, send_again, lambda made: state_of_payout(Payout.objects.get(pk=made["payout"]))
    ),
}


def renewals(killer: Killer, *, stride: int, most: int) -> None:
    waiting = a_month_later(most // stride + 2)
    operation = Operation("handle_event", lambda: {"event": waiting.pop()}, process_again, state_of_renewal)
    kill_after_each_statement(killer, operation, stride=stride)
    for event in waiting:  # those that were not needed, so that the books agree
        process_event(event)


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_after_some_statements_it_ends_as_if_it_had_not_been(killer, run_jobs, name):
    kill_after_each_statement(killer, OPERATIONS[name], stride=STRIDE)


def test_a_renewal_killed_after_some_statements_brings_its_month_once(killer, run_jobs):
    renewals(killer, stride=STRIDE, most=60)


@pytest.mark.faults
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_after_each_statement_it_ends_as_if_it_had_not_been(killer, run_jobs, name):
    kill_after_each_statement(killer, OPERATIONS[name], stride=campaign_size(short=29, full=1))


@pytest.mark.faults
def test_a_renewal_killed_after_each_statement_brings_its_month_once(killer, run_jobs):
    renewals(killer, stride=campaign_size(short=29, full=1), most=60)
