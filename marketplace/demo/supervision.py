"""Supervisor (supervisord) over the children: it restarts those that die and stops all in reverse order.

Each child is started through `tethered`, with its environment from a file of its own that only the owner
can read. supervisord itself is tethered to us: when we are killed, it stops everything in order.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from marketplace.demo.children import GROUPS, Child
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.state import CHECKOUT, State

# A child that lives this long counts as started; one that dies sooner is tried START_RETRIES times more,
# each a second later than the last, and then given up ("FATAL").
STARTED_AFTER_S = 2
START_RETRIES = 3
SUPERVISOR_TIMEOUT_S = 60.0
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class ChildStatus:
    """What supervisor knows of one child. `state` is one of its words: RUNNING, STARTING, BACKOFF, FATAL…"""

    name: str
    state: str
    pid: int
    started_at_s: int
    log: Path


class Supervisor:
    """One supervisord process and the children given to it."""

    def __init__(self, state: State, children: Iterable[Child], *, ordinary_environment: Mapping[str, str]) -> None:
        self.state = state
        self.children = {child.name: child for child in children}
        self.ordinary_environment = dict(ordinary_environment)
        self.process: subprocess.Popen[bytes] | None = None
        socket = state.run / "supervisor.sock"
        self._socket_folder: tempfile.TemporaryDirectory[str] | None = None
        if len(str(socket)) > _LONGEST_SOCKET_PATH:  # the kernel's limit for a socket's path is 108 bytes
            self._socket_folder = tempfile.TemporaryDirectory(prefix="atelier-")
            socket = Path(self._socket_folder.name) / "supervisor.sock"
        self.socket = socket

    def start(self) -> None:
        """Start supervisord with all children stopped.

        Raises:
            ServiceCannotStart: it ended at once or does not answer.
        """
        self._write_environments()
        configuration = self.state.run / "supervisord.conf"
        configuration.write_text(self._configuration())
        self.socket.unlink(missing_ok=True)
        tether = ("-m", "marketplace.demo.services.tethered", "--", sys.executable)
        with open(self.state.logs / "supervisord.out.log", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *tether, "-m", "supervisor.supervisord", "-n", "-c", str(configuration)],
                cwd=CHECKOUT,
                env=self.ordinary_environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so Ctrl-C reaches us alone, and we stop the children in order
            )
        deadline = time.monotonic() + SUPERVISOR_TIMEOUT_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServiceCannotStart(f"supervisord did not start: {last_words(Path(log.name))} (log: {log.name})")
            time.sleep(0.05)

    def start_children(self, names: Iterable[str]) -> None:
        """Start children at once; returns before they are ready."""
        for name in names:
            self._call("startProcess", self._full_name(name), False)

    def restart(self, name: str) -> None:
        """Stop and start one child in order."""
        with contextlib.suppress(xmlrpc.client.Fault):  # it was not running
            self._call("stopProcess", self._full_name(name), True)
        self._call("startProcess", self._full_name(name), False)

    def stop_child(self, name: str) -> None:
        """Stop one child in order and leave it stopped."""
        self._call("stopProcess", self._full_name(name), True)

    def kill(self, name: str) -> int:
        """`kill -9` one child, as a crash would; supervisor starts it again. Returns the id that died."""
        pid = self.status(name).pid
        os.kill(pid, signal.SIGKILL)
        return pid

    def status(self, name: str) -> ChildStatus:
        """What supervisor knows of one child."""
        return self._status(cast("dict[str, Any]", self._call("getProcessInfo", self._full_name(name))))

    def statuses(self) -> list[ChildStatus]:
        """What supervisor knows of all children."""
        return [self._status(info) for info in cast("list[dict[str, Any]]", self._call("getAllProcessInfo"))]

    def check_alive(self, name: str) -> None:
        """Refuse to wait for a child that supervisor has given up.

        Raises:
            ServiceCannotStart: it keeps dying; the message ends with its last words and its log.
        """
        status = self.status(name)
        if status.state == "FATAL":
            raise ServiceCannotStart(f"{name} does not start: {last_words(status.log)} (log: {status.log})")

    def is_running(self) -> bool:
        """Whether supervisord itself lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stop all children, last group first, and supervisord. Returns when everything has ended."""
        if self.process is not None:
            self.process.terminate()
            longest = sum(
                max((c.stop_timeout_s for c in self.children.values() if c.group == group), default=0)
                for group in GROUPS
            )
            try:
                self.process.wait(longest + SUPERVISOR_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()  # the children follow: they die with their parent
                self.process.wait()
            self.process = None
        if self._socket_folder is not None:
            self._socket_folder.cleanup()

    def _write_environments(self) -> None:
        for child in self.children.values():
            path = self._environment_file(child)
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(self.ordinary_environment | child.environment, file)

    def _environment_file(self, child: Child) -> Path:
        return self.state.run / f"{child.name}.environment.json"

    def _configuration(self) -> str:
        sections = [
            "[supervisord]",
            f"logfile={_value(self.state.logs / 'supervisord.log')}",
            f"pidfile={_value(self.state.run / 'supervisord.pid')}",
            f"childlogdir={_value(self.state.logs)}",
            *(["user=root"] if os.geteuid() == 0 else []),
            "[unix_http_server]",
            f"file={_value(self.socket)}",
            "chmod=0700",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
        ]
        for child in self.children.values():
            tether = (
                *(sys.executable, "-m", "marketplace.demo.services.tethered", "--signal", child.stop_signal),
                *("--environment", str(self._environment_file(child)), "--"),
            )
            sections += [
                f"[program:{child.name}]",
                f"command={_value(shlex.join([*tether, *child.command]))}",
                f"directory={_value(CHECKOUT)}",
                "autostart=false",
                "autorestart=true",
                f"startsecs={STARTED_AFTER_S}",
                f"startretries={START_RETRIES}",
                f"stopsignal={child.stop_signal}",
                f"stopwaitsecs={child.stop_timeout_s}",
                "killasgroup=true",
                "redirect_stderr=true",
                f"stdout_logfile={_value(self.state.logs / (child.name + '.log'))}",
                "stdout_logfile_maxbytes=5MB",
                "stdout_logfile_backups=1",
            ]
        for priority, group in enumerate(GROUPS, start=1):
            members = [child.name for child in self.children.values() if child.group == group]
            if members:
                sections += [f"[group:{group}]", f"programs={','.join(members)}", f"priority={priority}"]
        return "\n".join(sections) + "\n"

    def _full_name(self, name: str) -> str:
        return f"{self.children[name].group}:{name}"

    def _call(self, method: str, *arguments: object) -> object:
        with xmlrpc.client.ServerProxy(
            "http://127.0.0.1", transport=SupervisorTransport(None, None, f"unix://{self.socket}")
        ) as server:
            return getattr(server.supervisor, method)(*arguments)

    def _answers(self) -> bool:
        try:
            self._call("getState")
        except OSError:
            return False
        return True

    def _status(self, info: dict[str, Any]) -> ChildStatus:
        return ChildStatus(
            name=info["name"],
            state=info["statename"],
            pid=info["pid"],
            started_at_s=info["start"],
            log=Path(info["stdout_logfile"]),
        )


def _value(value: object) -> str:
    return str(value).replace("%", "%%")


def last_words(log: Path) -> str:
    """The last line that a log holds, or that it holds none."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1].strip() if lines else "it said nothing"
