"""The local Stripe as a process of its own, and a receiver of its webhooks, for tests."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import stripe

ROOT = Path(__file__).parents[3]
KEY = "sk_test_of_these_tests"
SECRET = "whsec_of_these_tests"
START_TIMEOUT_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], *, timeout_s: float = 30, what: str = "it") -> Any:
    """The first true answer of ``condition``, asked again and again; fails with ``what`` after the time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


class Server:
    """One server process over one folder; can be killed and started again on the same port."""

    def __init__(self, folder: Path, *, webhook: str = "", options: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._webhook = webhook
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        command = [sys.executable, "-m", "marketplace.demo.localstripe", "--port", str(self.port)]
        command += ["--data", str(self.folder / "data"), "--secret-key", KEY, *self._options]
        if self._webhook:
            command += ["--webhook", self._webhook, "--webhook-secret", SECRET]
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        wait_until(self._answers, timeout_s=START_TIMEOUT_S, what="the start of the local Stripe")
        return self

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        try:
            urllib.request.urlopen(f"{self.base}/static/icon.svg", timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def kill(self) -> None:
        """``kill -9`` of the server and its worker."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.wait(timeout=30)

    def client(self, **options: Any) -> stripe.StripeClient:
        """The official SDK, knowing nothing but the API base."""
        options.setdefault("max_network_retries", 0)
        return stripe.StripeClient(KEY, base_addresses={"api": self.base, "files": self.base}, **options)


def tell(base: str, plan: dict[str, Any] | None) -> dict[str, Any]:
    """Tell the local Stripe at ``base`` how to misbehave; None: behave again. Answers what it says."""
    body = None if plan is None else json.dumps(plan).encode()
    request = urllib.request.Request(
        f"{base}/_local/misbehaviour",
        data=body,
        method="DELETE" if plan is None else "POST",
        headers={"Content-Type": "application/json"},
    )
    with _opener.open(request, timeout=30) as response:
        return dict(json.load(response))


def told(base: str) -> dict[str, Any]:
    """The plan that the local Stripe follows, with its counters, and how many events wait."""
    with _opener.open(f"{base}/_local/misbehaviour", timeout=30) as response:
        return dict(json.load(response))


@contextmanager
def misbehaving(base: str, **plan: Any) -> Iterator[None]:
    """The local Stripe at ``base`` follows a plan (``seed``, ``webhooks``, ``requests``) for a while."""
    tell(base, plan)
    try:
        yield
    finally:
        tell(base, None)


@contextmanager
def radar_rules(base: str, **rules: bool) -> Iterator[None]:
    """The local Stripe at ``base`` follows these fraud rules (``block_highest``, ``review_elevated``) for a while."""

    def tell_rules(wanted: dict[str, bool]) -> None:
        body = json.dumps(wanted).encode()
        headers = {"Content-Type": "application/json"}
        _opener.open(urllib.request.Request(f"{base}/_local/radar", data=body, headers=headers), timeout=30).close()

    with _opener.open(f"{base}/_local/radar", timeout=30) as response:
        before = json.load(response)
    tell_rules(rules)
    try:
        yield
    finally:
        tell_rules(before)


@dataclass
class Page:
    """An answer of a hosted page."""

    status: int
    address: str
    text: str
    location: str | None = None


class _KeepRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


_opener = urllib.request.build_opener(_KeepRedirect, urllib.request.ProxyHandler({}))


def visit(address: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Page:
    """Open a page or send its form, as a browser without scripts would; redirects are returned, not followed."""
    body = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(address, data=body, headers=headers or {})
    try:
        with _opener.open(request, timeout=30) as response:
            return Page(response.status, address, response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Page(error.code, address, error.read().decode(), error.headers.get("Location"))


def card_form(
    number: str = "4242 4242 4242 4242", *, email: str = "buyer@example.com", **changes: str
) -> dict[str, str]:
    """What a buyer types on the checkout page."""
    return {"email": email, "number": number, "expiry": "12 / 40", "cvc": "123", **changes}


@dataclass
class Receiver:
    """A webhook receiver that verifies each delivery with the official SDK and can be told to fail."""

    port: int = field(default_factory=free_port)
    failing: bool = False
    events: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    secret: str = SECRET
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=stripe"

    def start(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(body, self.headers.get("Stripe-Signature"))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def take(self, body: bytes, signature: str | None) -> int:
        try:
            event = stripe.Webhook.construct_event(body, signature, self.secret)
        except stripe.SignatureVerificationError as error:
            self.refused.append(str(error))
            return 400
        if self.failing:
            self.refused.append(event.id)
            return 500
        self.events.append(event)
        return 200

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def of_type(self, kind: str, object_id: str | None = None) -> list[Any]:
        return [
            event
            for event in list(self.events)
            if event.type == kind and object_id in (None, getattr(event.data.object, "id", None))
        ]

    def wait_for(self, kind: str, object_id: str | None = None, *, timeout_s: float = 30) -> Any:
        """The first event of a type (about an object)."""
        found = wait_until(lambda: self.of_type(kind, object_id), timeout_s=timeout_s, what=f"the event {kind}")
        return found[0]
