"""The embedded PostgreSQL as the tests start it."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass, field

from marketplace.demo.services import readiness
from marketplace.demo.state import CHECKOUT, State

TIMEOUT_S = 180.0


@dataclass
class PostgresProcess:
    """One server on `state` and `port`, which may be started several times."""

    state: State
    port: int
    scratch: bool = True
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def command(self) -> list[str]:
        place = ("--state", str(self.state.root), "--port", str(self.port))
        return [sys.executable, "-m", "marketplace.demo.services.postgres", *place] + ["--scratch"] * self.scratch

    def start(self) -> subprocess.Popen[str]:
        """Start a server process; does not wait."""
        process = subprocess.Popen(
            self.command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self.started.append(process)
        return process

    def start_and_wait(self) -> subprocess.Popen[str]:
        """Start a server and wait until it answers."""
        process = self.start()

        def alive() -> None:
            assert process.poll() is None, process.communicate()[1]

        probe = readiness.database("PostgreSQL", self.url("atelier"))
        readiness.wait_until_ready(probe, timeout_s=TIMEOUT_S, still_possible=alive)
        return process

    def refused(self) -> str:
        """Start a server that must end by itself; returns its last line."""
        process = self.start()
        _, said = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 1
        return said.strip().splitlines()[-1]

    def url(self, role: str, database: str = "atelier") -> str:
        """The address of a database, signed in to as `role`."""
        secrets = self.state.secrets()
        passwords = {
            "postgres": secrets.postgres_superuser,
            "atelier": secrets.postgres_owner,
            "atelier_worker": secrets.postgres_worker,
        }
        return f"postgresql://{role}:{passwords[role]}@127.0.0.1:{self.port}/{database}"

    def stop_all(self) -> None:
        """Stop what still runs."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.communicate(timeout=TIMEOUT_S)
