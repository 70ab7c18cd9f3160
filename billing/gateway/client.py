"""The one client of Stripe, and the one place where its errors become ours."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import pybreaker
import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from billing.gateway.errors import (
    CardRefused,
    StripeBusy,
    StripeFailedBefore,
    StripeKeyRefused,
    StripeObjectMissing,
    StripeRefused,
    StripeUnreachable,
)

logger = logging.getLogger(__name__)
_Done = TypeVar("_Done")

STRIPES_OWN = "https://api.stripe.com"
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
# The SDK repeats a request with the same idempotency key after a broken connection, 409 or 5xx.
REPETITIONS = 2
# After so many calls in a row without an answer none is made for a while: a page that waits for a time-out each time
# helps nobody, and a service that comes back is not met by everything that has waited.
GIVE_UP_AFTER = 5
PAUSE_S = 30.0


def _addresses(base: str) -> Any:
    """Stripe takes files at an address of its own; a Stripe that stands elsewhere at the same as the rest."""
    return {"api": base} if base == STRIPES_OWN else {"api": base, "files": base}


@cache
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses=_addresses(base),
        max_network_retries=REPETITIONS,
        http_client=stripe.RequestsClient(timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)),
    )


def client() -> stripe.StripeClient:
    """The client for the configured key and API base."""
    configuration = settings.CONFIGURATION
    return _client(configuration.stripe_secret_key, configuration.stripe_api_base)


@cache
def breaker(base: str) -> pybreaker.CircuitBreaker:
    """This process's breaker for the Stripe at ``base``; only what stays without an answer counts against it."""
    return pybreaker.CircuitBreaker(
        fail_max=GIVE_UP_AFTER,
        reset_timeout=PAUSE_S,
        exclude=[_is_an_answer],
        throw_new_error_on_trip=False,
        name=base,
    )


def _is_an_answer(error: BaseException) -> bool:
    """Whether Stripe said something, or the fault is ours."""
    if isinstance(error, stripe.APIConnectionError):
        return False
    return not (isinstance(error, stripe.StripeError) and (error.http_status or 0) >= 500)


@contextmanager
def translated() -> Iterator[None]:
    """Raises StripeUnreachable, StripeBusy, StripeRefused, StripeObjectMissing or StripeKeyRefused for the
    SDK's. StripeUnreachable comes at once while Stripe has not answered the last calls (``breaker``).
    """
    try:
        with breaker(settings.CONFIGURATION.stripe_api_base).calling():
            yield
    except pybreaker.CircuitBreakerError as error:
        raise StripeUnreachable(
            way_out=_("Try again in a minute."), reason="no answer to the last calls; asked again soon"
        ) from error
    except stripe.APIConnectionError as error:
        raise StripeUnreachable(way_out=_("Try again in a minute."), reason=_sentence(error)) from error
    except stripe.RateLimitError as error:
        raise StripeBusy(way_out=_("Try again in a minute."), reason=_sentence(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        logger.error("Stripe refuses our key: %s", _sentence(error))
        raise StripeKeyRefused(way_out=_("Try again in a minute.")) from error
    except stripe.CardError as error:
        raise CardRefused(
            way_out=_("Use another card: you find it under “Credits and plan”."),
            reason=_sentence(error),
            stripe_code=error.code or "card_declined",
        ) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status >= 500 and _is_replayed(error):
            raise StripeFailedBefore(way_out=_("Try again in a minute."), reason=_sentence(error)) from error
        if status >= 500:
            raise StripeUnreachable(way_out=_("Try again in a minute."), reason=_sentence(error)) from error
        # 409: another request with the same idempotency key is still in progress (the SDK drops its code).
        if status in {409, 429} or error.code == "lock_timeout":
            raise StripeBusy(way_out=_("Try again in a minute."), reason=_sentence(error)) from error
        missing = status == 404 or error.code == "resource_missing"
        refusal = StripeObjectMissing if missing else StripeRefused
        raise refusal(reason=_sentence(error), stripe_code=error.code or type(error).__name__) from error


def _is_replayed(error: stripe.StripeError) -> bool:
    """Whether this is the kept answer to an earlier request under the same idempotency key."""
    headers = {str(name).lower(): value for name, value in (error.headers or {}).items()}
    return headers.get("idempotent-replayed") == "true"


def again(idempotency_key: str) -> str:
    """The key to ask under once more, after a failure that was kept under the first one."""
    return f"{idempotency_key}:again"


def done_once(ask: Callable[[str], _Done], idempotency_key: str, *, find: Callable[[], _Done | None]) -> _Done:
    """Ask under ``idempotency_key``; where a failure is kept under it, what was done all the same is found by ``find``,
    else asked for once more under another key.
    """
    try:
        return ask(idempotency_key)
    except StripeFailedBefore:
        found = find()
        return ask(again(idempotency_key)) if found is None else found


def options(idempotency_key: str) -> Any:
    """Request options that make a repetition of the request answer the first one's result."""
    return {"idempotency_key": idempotency_key}


def _sentence(error: stripe.StripeError) -> str:
    return str(error.user_message or error)
