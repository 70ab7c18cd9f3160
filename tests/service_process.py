"""One process of a test session: started, awaited, stopped; its output kept for the failure's message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from marketplace.demo.environment import ordinary
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.readiness import Probe, wait_until_ready
from marketplace.demo.state import CHECKOUT

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0


class ServiceProcess:
    """A Python module run as a process that dies with the test session."""

    def __init__(self, module: list[str], *, ready: Probe, environment: dict[str, str] | None = None) -> None:
        self.module = module
        self.ready = ready
        self.environment = environment or {}
        self.log = Path(tempfile.mkstemp(prefix=f"{module[0].rsplit('.', 1)[-1]}-", suffix=".log")[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers.

        Raises:
            ServiceCannotStart: it ended or stayed silent; its last line is in the message.
        """
        tether = ["-m", "marketplace.demo.services.tethered", "--", sys.executable]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *tether, "-m", *self.module],
                cwd=CHECKOUT,
                env=ordinary(os.environ) | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until_ready(self.ready, timeout_s=START_TIMEOUT_S, still_possible=self._still_possible)

    def _still_possible(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            said = self.log.read_text(errors="replace").strip().splitlines()
            raise ServiceCannotStart(f"{self.module[0]} ended: {said[-1] if said else 'without a word'}")

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """End it in order; killed when it does not end."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None
        self.log.unlink(missing_ok=True)
