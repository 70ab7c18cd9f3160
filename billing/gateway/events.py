"""Events: read from a signed webhook, or asked for where a webhook did not arrive."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import stripe
from django.conf import settings

from billing.gateway.client import client, translated
from billing.gateway.errors import SignatureInvalid
from billing.gateway.facts import EventFacts, moment

TOLERANCE_S = 300
# What is asked for at most, 100 on a page: more than stay undelivered in a month, and not all that Stripe ever said.
MOST_UNDELIVERED = 10_000


def read_event(payload: bytes, signature: str) -> EventFacts:
    """The event in a webhook's body. Raises SignatureInvalid where it is not Stripe's or older than 5 minutes.

    While a secret is being changed, Stripe signs with both or with either; one that we know is enough.
    """
    try:
        text = payload.decode()
        _verify(text, signature)
        return event_facts(json.loads(text))
    except stripe.SignatureVerificationError as error:
        raise SignatureInvalid() from error
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureInvalid("this body is not an event") from error


def _verify(text: str, signature: str) -> None:
    former = settings.CONFIGURATION.stripe_former_webhook_secret
    try:
        stripe.WebhookSignature.verify_header(
            text, signature, settings.CONFIGURATION.stripe_webhook_secret, TOLERANCE_S
        )
    except stripe.SignatureVerificationError:
        if not former:
            raise
        stripe.WebhookSignature.verify_header(text, signature, former, TOLERANCE_S)


def undelivered_events(*, since: datetime) -> Iterator[EventFacts]:
    """Events after ``since`` that no webhook of ours has accepted, the newest first, at most MOST_UNDELIVERED. Stripe
    lists 30 days of them; those of connected accounts it lists for each account alone.
    """
    params: Any = {"created": {"gte": int(since.timestamp())}, "delivery_success": False, "limit": 100}
    with translated():
        found = client().v1.events.list(params).auto_paging_iter()
        for event in islice(found, MOST_UNDELIVERED):
            yield event_facts(_as_a_webhook_says_it(event.to_dict()))


def _as_a_webhook_says_it(value: Any) -> Any:
    """The SDK reads some texts as decimals (``unit_amount_decimal``); a webhook's body has them as texts."""
    if isinstance(value, Mapping):
        return {name: _as_a_webhook_says_it(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_a_webhook_says_it(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value


def event_facts(event: Mapping[str, Any]) -> EventFacts:
    """From Stripe's event."""
    created = moment(event["created"])
    if created is None:
        raise ValueError("an event has a moment")
    return EventFacts(
        id=event["id"],
        type=event["type"],
        created=created,
        object=event["data"]["object"],
        account=event.get("account") or "",
    )
