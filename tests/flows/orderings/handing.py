"""What the two processes do: hand events out in a given order, and the same ones again while the other is at it."""

from __future__ import annotations

import http.client
import json
import random
from pathlib import Path
from urllib.parse import urlsplit

import stripe
from django.conf import settings

from billing.models import StripeEvent
from billing.webhooks import process_event, receive_event, run_again
from marketplace.core.errors import Retryable
from tests.billing.processes import wait_for_the_others

MOST_REPETITIONS = 5


def repetitions(chance: random.Random, order: list[int]) -> list[list[int]]:
    """For each place in ``order`` the events that come again there or at the end (last): each event one to five times
    in all, never before its first time.
    """
    again: list[list[int]] = [[] for _ in range(len(order) + 1)]
    for place, event in enumerate(order):
        for _ in range(chance.randint(1, MOST_REPETITIONS) - 1):
            again[chance.randint(place, len(order))].append(event)
    return again


def hand_out(n: int, *, plan: str, replay: str, seed: int) -> None:
    """The n-th of two processes, through all copies of the plan's file, one at a time with the other process."""
    address = urlsplit(replay)
    world = http.client.HTTPConnection(address.hostname or "", address.port or 0)
    with Path(plan).open() as lines:
        for line in lines:
            task = json.loads(line)
            chance = random.Random(f"{seed}:{task['copy']}")
            again = repetitions(chance, task["order"])
            for place, event in enumerate(task["order"]):
                wait_for_the_others()
                # It has happened, whoever of the two comes to tell of it first.
                _move_on(world, task["copy"], task["stages"][event])
                if place % 2 == n:
                    _deliver(task["bodies"][event])
                else:
                    for repeated in again[place]:
                        _deliver(task["bodies"][repeated])
            wait_for_the_others()
            for repeated in again[-1][n::2]:
                _deliver(task["bodies"][repeated])
            wait_for_the_others()
            if n == 0:
                _as_the_queue_does(task["bodies"])
    world.close()


def _move_on(world: http.client.HTTPConnection, copy: int, stage: int) -> None:
    world.request("PUT", f"/moment/{copy}/{stage}")
    world.getresponse().read()


def _deliver(body: str) -> None:
    """The webhook comes in by its door, and its job runs; for one that was processed before, the job runs again."""
    secret = settings.CONFIGURATION.stripe_webhook_secret
    signature = stripe.WebhookSignature.generate_signature_header(body, secret)
    is_new = receive_event(payload=body.encode(), signature=signature)
    event_id = json.loads(body)["id"]
    if not is_new:
        run_again(event_id)
    try:
        process_event(event_id)
    except Retryable:
        return  # the queue tries it again, as `_as_the_queue_does` does


def _as_the_queue_does(bodies: list[str]) -> None:
    waiting = [json.loads(body)["id"] for body in bodies]
    while waiting:
        before = len(waiting)
        for event_id in StripeEvent.objects.filter(pk__in=waiting).order_by("received_at").values_list("pk", flat=True):
            try:
                process_event(event_id)
            except Retryable:
                continue
            waiting.remove(event_id)
        assert len(waiting) < before, f"nothing moves any more: {waiting}"
