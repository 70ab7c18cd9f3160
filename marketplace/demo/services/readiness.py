"""Whether a service answers: asked of the service itself, never guessed from time passed."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from marketplace.demo.services.errors import ServiceCannotStart

POLL_S = 0.1


@dataclass(frozen=True)
class Probe:
    """A question that a ready service answers with `True`, what the service is called, and why it last was not."""

    service: str
    answers: Callable[[], bool]
    why_not: Callable[[], str] = lambda: "no answer"


def http(service: str, url: str, *, accept_errors: bool = False) -> Probe:
    """Ready when `url` answers below 400; with `accept_errors` any HTTP answer will do."""
    last = ["no answer"]

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 - our own http:// addresses
                return True
        except urllib.error.HTTPError as error:
            last[0] = f"{url} answers {error.code}"
            return accept_errors
        except OSError as error:
            last[0] = str(error)
            return False

    return Probe(service, answers, why_not=lambda: last[0])


def tcp(service: str, port: int) -> Probe:
    """Ready when 127.0.0.1:`port` accepts a connection."""

    def answers() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return True
        except OSError:
            return False

    return Probe(service, answers)


def database(service: str, url: str) -> Probe:
    """Ready when PostgreSQL runs a query for the role in `url`."""

    def answers() -> bool:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
            return True
        except psycopg.OperationalError:
            return False

    return Probe(service, answers)


def wait_until_ready(probe: Probe, *, timeout_s: float, still_possible: Callable[[], None] | None = None) -> None:
    """Ask until the service answers.

    Args:
        still_possible: called between questions; raises when waiting on is pointless (the process ended).

    Raises:
        ServiceCannotStart: no answer within `timeout_s` seconds.
    """
    deadline = time.monotonic() + timeout_s
    while not probe.answers():
        if still_possible is not None:
            still_possible()
        if time.monotonic() > deadline:
            raise ServiceCannotStart(f"{probe.service} is not ready after {timeout_s:.0f} s: {probe.why_not()}")
        time.sleep(POLL_S)
