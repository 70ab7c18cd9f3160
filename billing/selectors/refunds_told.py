"""What Stripe has told of refunds, whether it is booked or waits for something."""

from billing.models import StripeEvent
from marketplace.core.money import Money

_FAILED = {"failed", "canceled"}


def refunds_told_of(payment_ref: str) -> Money | None:
    """What went back of a payment by the newest word on each of its refunds; None where nothing did."""
    told = StripeEvent.objects.filter(type__startswith="refund.", payload__payment_intent=payment_ref)
    newest = {event.payload["id"]: event for event in told.order_by("created", "received_at")}
    gone = [event.payload for event in newest.values() if not _has_failed(event)]
    if not gone:
        return None
    return Money(sum(refund["amount"] for refund in gone), gone[0]["currency"].upper())


def _has_failed(event: StripeEvent) -> bool:
    return event.type == "refund.failed" or event.payload.get("status") in _FAILED
