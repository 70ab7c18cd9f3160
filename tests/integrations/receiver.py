"""A program that receives webhooks: a real HTTP server on loopback that keeps what came, and answers as it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

Say = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Received:
    """One request, to the letter."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """What it says; raises where it is not signed with ``secret``."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """``says``: what it answers, one for each request; the last again and again."""

    received: list[Received] = field(default_factory=list)
    says: list[Say] = field(default_factory=list)
    url: str = ""
    _server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.received.append(Received(self.path, headers, body))
                say = outer.says.pop(0) if len(outer.says) > 1 else (outer.says or [status(200)])[0]
                say(self)

            def do_GET(self) -> None:
                outer.received.append(Received(self.path, {}, b""))
                status(200)(self)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks?of=mine"

    def stop(self) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


def status(code: int, body: bytes = b"ok", **headers: str) -> Say:
    """Answers ``code``; header names with _ for -."""

    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return say


def after(event: threading.Event, then: Say) -> Say:
    """Answers when ``event`` is set."""

    def say(handler: BaseHTTPRequestHandler) -> None:
        event.wait(30)
        try:
            then(handler)
        except OSError:
            return  # who asked has gone, as these tests mean it to

    return say


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte of a header at a time, for ever: each is in time, the answer never is."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(300):
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return  # the shop has hung up


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    """Not HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
    handler.close_connection = True
