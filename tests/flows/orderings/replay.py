"""A Stripe that repeats what the local one said, for thousands of copies of one purchase, each at a moment of its own.

A reading is at least as new as the newest event that was handed out, and may be newer; it never goes back.
"""

from __future__ import annotations

import json
import random
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

from tests.flows.orderings.copies import rewritten
from tests.flows.orderings.story import Story

_COPY_DIGITS = 5
_COPY_IN_QUESTION = re.compile(r"x(\d{5})\b")


class Replay:
    """Answers GETs about copies on a port of its own, until stopped."""

    def __init__(self, story: Story, orders: list[UUID], *, seed: int) -> None:
        self._story, self._orders = story, orders
        self._chance = random.Random(seed)
        self._moments: dict[int, int] = {}
        self._lock = threading.Lock()
        self.asked = 0
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                body = replay._answer(self.path).encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_PUT(self) -> None:
                """PUT /moment/<copy>/<stage>: the copy's world is there now."""
                _empty, _moment, copy, stage = self.path.split("/")
                replay.move_on(int(copy), int(stage))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def move_on(self, copy: int, stage: int) -> None:
        with self._lock:
            self._moments[copy] = max(stage, self._moments.get(copy, 0))

    def _answer(self, path: str) -> str:
        bare, _mark, asked = path.partition("?")
        named, _x, digits = bare.rpartition("x")
        if bare in self._story.answers:  # a list about one of the copy's objects, which the question names
            named, digits = bare, next(iter(_COPY_IN_QUESTION.findall(asked)), "")
        stages = self._story.answers.get(named)
        if stages is None or len(digits) != _COPY_DIGITS:
            return ""
        copy = int(digits)
        with self._lock:
            self.asked += 1
            last = max(len(answers) for answers in self._story.answers.values()) - 1
            moment = self._chance.randint(self._moments.get(copy, 0), last)
            self._moments[copy] = moment
        said = stages[min(moment, len(stages) - 1)]
        orders = (self._story.order.pk, self._orders[copy])
        return rewritten(json.dumps(said), ids=self._story.ids, orders=orders, copy=copy)
