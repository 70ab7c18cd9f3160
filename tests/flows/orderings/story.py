"""One real purchase at the local Stripe, with a refund made by hand and a dispute after it; what Stripe said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from billing.gateway.client import client
from billing.webhooks.registry import handlers_of
from marketplace.orders.models import Order, OrderLine
from tests.demo.localstripe.server import card_form, visit
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order

REFUNDED_MINOR = 700

# Automatic top-ups wait for it; of a checkout's payment it says nothing to anybody.
_OF_OTHERS = {"payment_intent.succeeded"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """``order`` and ``line``: as they were before anything was heard of Stripe; ``events``: as sent, with the stage at
    which each happened; ``answers``: by path, what Stripe answered to a GET at each stage; ``ids``: all ids of Stripe's
    in them, which are another purchase's when they are written otherwise.
    """

    order: Order
    line: OrderLine
    events: list[tuple[int, Json]]
    answers: dict[str, list[Json]]
    ids: list[str]


def tell(*, evidence: str) -> Story:
    """Bought for 12 dollars, 7 of them given back by hand, then all 12 disputed, answered and decided."""
    order = begun_order(work_on_sale(terms=("personal",)), "personal")
    line = order.lines.get()
    assert visit(order.checkout_url, card_form()).status == 303
    session = client().v1.checkout.sessions.retrieve(order.checkout_session_id).to_dict()
    payment = client().v1.payment_intents.retrieve(session["payment_intent"]).to_dict()
    charge = payment["latest_charge"]
    refund = client().v1.refunds.create({"payment_intent": payment["id"], "amount": REFUNDED_MINOR}).to_dict()
    dispute = client().raw_request("post", f"/v1/test_helpers/charges/{charge}/dispute").data
    stages = [_now("disputes", dispute["id"])]
    ends = [_events_of(payment["id"], dispute["id"])]
    for said in ("Delivered at once.", evidence):
        client().v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": said}, "submit": True})
        stages.append(_now("disputes", dispute["id"]))
        ends.append(_events_of(payment["id"], dispute["id"]))
    seen: set[str] = set()
    events = []
    for stage, found in enumerate(ends):
        events += [(stage, event) for event in found if event["id"] not in seen]
        seen |= {event["id"] for event in found}
    return Story(
        order=order,
        line=line,
        events=_one_of_each_kind(events),
        answers={
            f"/v1/disputes/{dispute['id']}": stages,
            f"/v1/refunds/{refund['id']}": [_now("refunds", refund["id"])],
            f"/v1/payment_intents/{payment['id']}": [_now("payment_intents", payment["id"])],
            "/v1/invoice_payments": [_invoices_of(payment["id"])],
        },
        ids=[session["id"], payment["id"], charge, refund["id"], dispute["id"], *seen],
    )


def _now(kind: str, of: str) -> Json:
    found: Json = getattr(client().v1, kind).retrieve(of).to_dict()
    return found


def _invoices_of(payment_id: str) -> Json:
    """The list of what the payment pays of invoices."""
    asked: Any = {"payment": {"type": "payment_intent", "payment_intent": payment_id}, "limit": 1}
    found: Json = client().v1.invoice_payments.list(asked).to_dict()
    return found


def _events_of(payment_id: str, dispute_id: str) -> list[Json]:
    """All events about the purchase so far that we handle, the oldest first."""
    found = [event.to_dict() for event in client().v1.events.list({"limit": 100}).auto_paging_iter()]
    said = [(event, json.dumps(event, default=str)) for event in found]
    about = [event for event, text in said if payment_id in text or dispute_id in text]
    return [event for event in reversed(about) if handlers_of(event["type"]) and event["type"] not in _OF_OTHERS]


def _one_of_each_kind(events: list[tuple[int, Json]]) -> list[tuple[int, Json]]:
    """The dispute is answered twice, the second time with what decides it: its two updates are one kind of event."""
    kinds: dict[str, tuple[int, Json]] = {}
    for stage, event in events:
        kinds.setdefault(event["type"], (stage, event))
    return list(kinds.values())
