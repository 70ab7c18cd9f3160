"""A Stripe that does not answer is left alone for a while, and asked again; refusals are answers."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pybreaker
import pytest
from django.conf import settings

from billing import gateway
from billing.gateway import StripeObjectMissing, StripeUnreachable
from billing.gateway import client as gateway_client


class _Stripe(BaseHTTPRequestHandler):
    """Answers with the status that its server has been told, and counts."""

    def do_GET(self) -> None:
        self.server.asked += 1
        body = b'{"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such thing"}}'
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def stripe_server(monkeypatch):
    """A server on loopback that speaks as much of Stripe as an error needs; the SDK repeats nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stripe)
    server.asked, server.status = 0, 503
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(gateway_client, "REPETITIONS", 0)
    monkeypatch.setattr(settings.CONFIGURATION, "stripe_api_base", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask() -> None:
    gateway.retrieve_checkout("cs_1")


def test_after_failures_in_a_row_nothing_is_asked_until_the_pause_is_over(stripe_server, monkeypatch):
    monkeypatch.setattr(gateway_client, "PAUSE_S", 0.6)
    for _ in range(gateway_client.GIVE_UP_AFTER + 4):
        with pytest.raises(StripeUnreachable) as told:
            ask()
        assert told.value.way_out
    assert stripe_server.asked == gateway_client.GIVE_UP_AFTER
    stripe_server.status = 404
    time.sleep(0.7)
    for _ in range(3):
        with pytest.raises(StripeObjectMissing):
            ask()
    assert stripe_server.asked == gateway_client.GIVE_UP_AFTER + 3
    assert gateway_client.breaker(settings.CONFIGURATION.stripe_api_base).current_state == pybreaker.STATE_CLOSED


def test_refusals_never_stop_the_shop_from_asking(stripe_server):
    stripe_server.status = 404
    for _ in range(3 * gateway_client.GIVE_UP_AFTER):
        with pytest.raises(StripeObjectMissing):
            ask()
    assert stripe_server.asked == 3 * gateway_client.GIVE_UP_AFTER


def test_nobody_there_counts_as_no_answer(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(gateway_client, "REPETITIONS", 0)
    monkeypatch.setattr(settings.CONFIGURATION, "stripe_api_base", f"http://127.0.0.1:{port}")
    for _ in range(gateway_client.GIVE_UP_AFTER):
        with pytest.raises(StripeUnreachable):
            ask()
    assert gateway_client.breaker(f"http://127.0.0.1:{port}").current_state == pybreaker.STATE_OPEN
