"""One running installation: services, then the database's preparation, then the shop's processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from marketplace.demo.children import DATABASE_GROUP, Child, embedded_services, shop_processes
from marketplace.demo.environment import environment_for, ordinary
from marketplace.demo.ports import Ports
from marketplace.demo.preparation import PreparationStamp
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.readiness import Probe, wait_until_ready
from marketplace.demo.state import CHECKOUT, State
from marketplace.demo.supervision import Supervisor, last_words

READY_TIMEOUT_S = 180.0


class Installation:
    """Everything that `make demo` runs, in one state folder, on one set of ports."""

    def __init__(
        self,
        state: State,
        ports: Ports,
        *,
        profile: str = "demo",
        given: Mapping[str, str] | None = None,
        environ: Mapping[str, str],
        report: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.state = state
        self.ports = ports
        self.report = report
        self.environment = environment_for(state, ports, profile=profile, given=given)
        self.ordinary = ordinary(environ)
        self.services = embedded_services(state, ports, self.environment, given=given or {})
        self.shop = shop_processes(ports, self.environment)
        self.supervisor = Supervisor(state, [*self.services, *self.shop], ordinary_environment=self.ordinary)

    @property
    def is_first_start(self) -> bool:
        """Whether nothing was prepared here before."""
        return not PreparationStamp(self.state).exists()

    def start(self, *, seed: bool = True) -> None:
        """Start everything; returns when every part answers.

        Raises:
            ServiceCannotStart: a part does not start; the message names it, its last words and its log.
        """
        self.supervisor.start()
        self.supervisor.start_children(child.name for child in self.services)
        stamp = PreparationStamp(self.state)
        if stamp.is_current():  # nothing to migrate: the shop needs only the database to begin
            self._wait_for([child for child in self.services if child.group == DATABASE_GROUP])
            self.supervisor.start_children(child.name for child in self.shop)
            self._wait_for([child for child in self.services if child.group != DATABASE_GROUP])
        else:
            self._wait_for(self.services)
            self.prepare(seed=seed)
            stamp.write()
            self.supervisor.start_children(child.name for child in self.shop)
        self._wait_for(self.shop)

    def prepare(self, *, seed: bool) -> None:
        """Bring the database and the static files to this version of the code, and fill an empty shop.

        Raises:
            ServiceCannotStart: it failed; the message holds its last words.
        """
        log = self.state.logs / "preparation.log"
        command = [sys.executable, "-m", "marketplace.demo.prepare", *([] if seed else ["--no-seed"])]
        environment = self.ordinary | self.environment.shop
        environment["ATELIER_DEMO_PASSWORD"] = self.state.secrets().demo_password
        with (
            open(log, "w") as errors,
            subprocess.Popen(
                command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as process,
        ):
            assert process.stdout is not None
            for line in process.stdout:
                self.report(line.rstrip())
        if process.wait() != 0:
            raise ServiceCannotStart(f"Preparing the shop failed: {last_words(log)} (log: {log})")

    def stop(self) -> None:
        """Stop everything, the database last."""
        self.supervisor.stop()

    def _wait_for(self, children: list[Child]) -> None:
        for child in children:
            probe = child.ready or self._lives(child.name)
            try:
                wait_until_ready(
                    probe,
                    timeout_s=READY_TIMEOUT_S,
                    still_possible=lambda name=child.name: self.supervisor.check_alive(name),  # type: ignore[misc]
                )
            except ServiceCannotStart as error:
                log = self.log(child.name)
                raise ServiceCannotStart(str(error) if str(log) in str(error) else f"{error} (log: {log})") from error
            self.report(f"{child.name} is ready")

    def _lives(self, name: str) -> Probe:
        return Probe(name, lambda: self.supervisor.status(name).state == "RUNNING")

    def log(self, name: str) -> Path:
        """The log of one child."""
        return self.state.logs / f"{name}.log"
