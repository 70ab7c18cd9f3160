"""Throw-away PostgreSQL and object stores for one test run: free ports, a folder of their own, no fsync."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.demo import children
from marketplace.demo.children import Child
from marketplace.demo.environment import Environment, environment_for, ordinary
from marketplace.demo.ports import Ports
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.postgres import SHARED_BUFFERS
from marketplace.demo.services.readiness import wait_until_ready
from marketplace.demo.state import CHECKOUT, State

START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 30.0


@dataclass
class ScratchServices:
    """The services of one run. `environment` holds every setting that the tests' Django needs."""

    state: State
    ports: Ports
    environment: dict[str, str]
    worker_environment: dict[str, str]
    children: list[Child] = field(default_factory=list)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def plan(cls) -> ScratchServices:
        """Choose a folder and ports; nothing runs yet."""
        state = State(Path(tempfile.mkdtemp(prefix="atelier-test-")))
        state.prepare()
        ports = Ports.free()
        settings = environment_for(state, ports, profile="test")
        return cls(state, ports, settings.shop, settings.generation_worker)

    def start(self, *, durable: bool = False, shared_buffers: str = SHARED_BUFFERS) -> None:
        """Start all three at once; returns before they answer.

        A ``durable`` database keeps what was committed when it crashes; the usual one is faster and need not.
        """
        settings = Environment(shop=self.environment, generation_worker=self.worker_environment)
        self.children = [
            children.postgres(self.state, self.ports, settings, scratch=not durable, shared_buffers=shared_buffers),
            children.storage(self.state, self.ports, settings),
            children.jobs_storage(self.state, self.ports, settings),
        ]
        for child in self.children:
            self._start(child)

    def start_again(self, name: str) -> None:
        """Start a service anew that has ended, and wait until it answers."""
        (child,) = [one for one in self.children if one.name == name]
        self._start(child)
        if child.ready is not None:
            wait_until_ready(child.ready, timeout_s=START_TIMEOUT_S)

    def _start(self, child: Child) -> None:
        with open(self.state.logs / f"{child.name}.log", "ab") as log:
            self.processes[child.name] = subprocess.Popen(
                child.command,
                cwd=CHECKOUT,
                env=ordinary(os.environ) | child.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is the test run's; it stops us in its own order
            )

    def wait_until_ready(self) -> None:
        """Wait for all three.

        Raises:
            ServiceCannotStart: one ended, or did not answer; its last words are in the message.
        """
        for child in self.children:

            def still_possible(name: str = child.name) -> None:
                if self.processes[name].poll() is not None:
                    said = (self.state.logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
                    raise ServiceCannotStart(f"{name} ended: {said[-1] if said else 'without a word'}")

            if child.ready is not None:
                wait_until_ready(child.ready, timeout_s=START_TIMEOUT_S, still_possible=still_possible)

    def stop(self, *, keep: bool = False) -> None:
        """Stop what runs and remove the folder, unless it is to be kept."""
        for process in reversed(self.processes.values()):
            process.send_signal(signal.SIGINT)
        for process in self.processes.values():
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        if not keep:
            shutil.rmtree(self.state.root, ignore_errors=True)
