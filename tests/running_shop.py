"""The whole shop as real, supervised processes on free ports, with a state folder of its own: for browser,
flow and fault tests.

A test looks at what people see (the addresses here) and at the database (`rows`), and may kill or restart any
process. It never calls the shop's code inside its own process: that would be another shop.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from marketplace.demo.installation import Installation
from marketplace.demo.ports import Ports
from marketplace.demo.services import readiness
from marketplace.demo.services.readiness import Probe
from marketplace.demo.state import CHECKOUT, State
from tests.outbox_reader import OutboxReader

WAIT_TIMEOUT_S = 180.0


class RunningShop:
    """Start it, use it, stop it."""

    def __init__(self, *, given: dict[str, str] | None = None) -> None:
        self.state = State(Path(tempfile.mkdtemp(prefix="atelier-shop-")))
        self.state.prepare()
        self.ports = Ports.free()
        self.installation = Installation(
            self.state, self.ports, given=given, environ=os.environ, report=lambda line: print(f"shop: {line}")
        )
        self.supervisor = self.installation.supervisor
        self.settings = self.installation.environment.shop
        self.worker_settings = self.installation.environment.generation_worker
        self.url = f"http://127.0.0.1:{self.ports.web}"
        self.stripe_url = f"http://127.0.0.1:{self.ports.stripe}"
        self.outbox = OutboxReader(f"http://127.0.0.1:{self.ports.outbox}")
        self.demo_password = self.state.secrets().demo_password

    def start(self, *, seed: bool = True) -> None:
        """Start every process; returns when all answer."""
        self.installation.start(seed=seed)

    def stop(self) -> None:
        """Stop every process and remove what they kept."""
        self.installation.stop()
        shutil.rmtree(self.state.root, ignore_errors=True)

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """What the shop's database holds, asked as its owner."""
        with psycopg.connect(self.settings["DATABASE_URL"], row_factory=dict_row) as connection:
            return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]

    def one(self, query: str, *parameters: object) -> dict[str, Any]:
        """The one row that the query must find."""
        found = self.rows(query, *parameters)
        assert len(found) == 1, f"{len(found)} rows for {query} {parameters}: {found[:5]}"
        return found[0]

    def wait_for(self, what: str, happened: Callable[[], bool], *, timeout_s: float = WAIT_TIMEOUT_S) -> None:
        """Wait until something has happened; `what` names it in the failure's message."""
        readiness.wait_until_ready(Probe(what, happened), timeout_s=timeout_s)

    def manage(self, *arguments: str) -> str:
        """Run a management command with the shop's settings; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=self.installation.ordinary | self.settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kill(self, name: str) -> None:
        """`kill -9` a process and wait until supervisor runs another in its place.

        Names: postgres, storage, jobs-storage, outbox, stripe, web, worker, generation-worker.
        """
        died = self.supervisor.kill(name)

        def replaced() -> bool:
            status = self.supervisor.status(name)
            return status.state in ("STARTING", "RUNNING") and status.pid not in (0, died)

        self.wait_for(f"another {name}", replaced)

    def restart(self, name: str) -> None:
        """Stop a process in order and start it again."""
        self.supervisor.restart(name)
        self.wait_until_answering(name)

    def wait_until_answering(self, name: str) -> None:
        """Wait until a process that has an address answers there."""
        child = self.supervisor.children[name]
        if child.ready is not None:
            readiness.wait_until_ready(child.ready, timeout_s=WAIT_TIMEOUT_S)

    def log(self, name: str) -> str:
        """What a process wrote so far."""
        return self.installation.log(name).read_text(errors="replace")
