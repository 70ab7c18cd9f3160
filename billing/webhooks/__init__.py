"""Stripe's events: verified, stored once, processed by a job; higher rooms register what they do about
them.
"""

from billing.gateway.facts import EventFacts
from billing.webhooks.processing import process_event, run_again, run_given_up_again
from billing.webhooks.receiving import receive_event, store_event
from billing.webhooks.registry import register_handler

__all__ = [
    "EventFacts",
    "process_event",
    "receive_event",
    "register_handler",
    "run_again",
    "run_given_up_again",
    "store_event",
]
