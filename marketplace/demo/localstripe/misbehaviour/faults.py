"""Carrying out a request's fault: refusals in Stripe's words, silence, and a connection that closes."""

from __future__ import annotations

import errno
import json
import select
import socket
import time

from flask import Response, request

from ..errors import StripeError
from ..store import Store
from .choosing import Fault, current_plan, treat_request
from .plan import AFTER_WORK, BEFORE_WORK

LOOKS_EVERY_S = 0.25


def fault_before_work(store: Store) -> Fault | None:
    """What befalls this request before anything is done."""
    return _fault(store, BEFORE_WORK)


def fault_after_reading(store: Store) -> Fault | None:
    """What befalls a GET once its answer is there."""
    return _fault(store, AFTER_WORK)


def _fault(store: Store, effects: tuple[str, ...]) -> Fault | None:
    with store.reading() as tx:
        if current_plan(tx) is None:
            return None
    with store.writing() as tx:
        return treat_request(tx, method=request.method, path=request.path, effects=effects)


def refusal(effect: str) -> StripeError | None:
    """The answer that an effect gives instead of the true one, or None where it gives none."""
    if effect == "rate_limit":
        return StripeError(
            "Request rate limit exceeded. (This local server was told to say so.)",
            status=429,
            code="rate_limit",
            is_final=False,
        )
    if effect == "lock_timeout":
        return StripeError(
            "This object cannot be accessed right now because another API request or Stripe process is currently "
            "accessing it. (This local server was told to say so.)",
            status=429,
            code="lock_timeout",
            is_final=False,
        )
    if effect in ("error_before_work", "error_after_work"):
        return StripeError(
            "An unknown error occurred. (This local server was told to say so.)", status=500, type="api_error"
        )
    if effect == "unavailable_after_work":
        return StripeError(
            "The service is unavailable. (This local server was told to say so.)", status=503, type="api_error"
        )
    return None


def carry_out(fault: Fault, response: Response) -> Response:
    """Do to a finished answer what the fault says."""
    if fault.effect == "late_answer":
        time.sleep(fault.wait_s)
    elif fault.effect.startswith("silence"):
        _wait_for_the_caller_to_leave(fault.wait_s)
        _close()
    elif fault.effect.startswith("close"):
        _close()
    elif fault.effect == "unavailable_after_work":
        unavailable = refusal(fault.effect)
        assert unavailable is not None
        response.status_code = unavailable.status
        response.set_data(json.dumps(unavailable.as_body()))
        # The proxy speaks, not Stripe.
        for name in ("Idempotent-Replayed", "Original-Request"):
            response.headers.pop(name, None)
        response.headers.pop("Stripe-Should-Retry", None)
    return response


def _connection() -> socket.socket:
    found: socket.socket = request.environ["gunicorn.socket"]
    return found


def _wait_for_the_caller_to_leave(longest_s: float) -> None:
    poll = select.poll()
    poll.register(_connection(), select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0))
    ends = time.monotonic() + longest_s
    while time.monotonic() < ends:
        if poll.poll(LOOKS_EVERY_S * 1000):
            return


def _close() -> None:
    """End the connection under the answer, which gunicorn then finds nobody to give to."""
    try:
        _connection().shutdown(socket.SHUT_RDWR)
    except OSError as error:
        if error.errno != errno.ENOTCONN:  # the caller was faster
            raise
