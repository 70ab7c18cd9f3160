"""`make demo`: start everything on this machine, say what happens, stop everything on Ctrl-C.

    python -m marketplace.demo.start [--check]

The state folder is ATELIER_STATE, or a folder of this checkout's own (docs/running.md).
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from marketplace.demo.checks import faults
from marketplace.demo.environment import REAL_SERVICE_SETTINGS, WORKER_SETTINGS, is_given
from marketplace.demo.installation import Installation
from marketplace.demo.ports import Ports
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.state import State, default_root
from marketplace.demo.watch import Watch

LOOK_EVERY_S = 1.0
TRY_AGAIN_EVERY_S = 60.0
# Settings of the demo itself: what they say is decided here, not passed on.
_OURS = {"ATELIER_PROFILE", "ATELIER_STATE"}


class Stop(Exception):
    """A signal asked for the end."""


def _on_signal(number: int, frame: FrameType | None) -> None:
    raise Stop(signal.Signals(number).name)


def given_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The product's settings that the caller's environment has, such as the address of a real PostgreSQL."""
    from marketplace.configuration import Configuration

    names = {name.upper() for name in Configuration.model_fields} - _OURS
    names |= WORKER_SETTINGS | {name for group in REAL_SERVICE_SETTINGS.values() for name in group}
    return {name: environ[name] for name in sorted(names) if environ.get(name)}


@contextmanager
def _only_one(state: State) -> Iterator[None]:
    """Hold the state folder: a second demo in it is refused."""
    with open(state.run / "demo.lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ServiceCannotStart(
                f"The demo already runs from {state.root} (process {file.read().strip() or 'unknown'}). "
                "Use that one, stop it with Ctrl-C there, or set ATELIER_STATE and the ports for another."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


class Screen:
    """Lines with the seconds since the start."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    def line(self, text: str) -> None:
        """Print one line."""
        print(f"  {self.seconds():6.1f} s  {text}", flush=True)


def run(state: State, ports: Ports, *, given: Mapping[str, str], screen: Screen) -> None:
    """Start, announce, watch until a signal, stop.

    Raises:
        ServiceCannotStart: with everything that had started stopped again.
    """
    installation = Installation(state, ports, given=given, environ=os.environ, report=screen.line)
    first = installation.is_first_start
    try:
        try:
            installation.start()
            _announce(installation, first=first, given=given, seconds=screen.seconds())
            _watch(installation, screen)
        except Stop:
            print(flush=True)
            screen.line("stopping: the shop first, the database last …")
    finally:
        _ignore_signals()
        installation.stop()
        screen.line("stopped; what was made is kept, and the next start finds it again")


def _announce(installation: Installation, *, first: bool, given: Mapping[str, str], seconds: float) -> None:
    kind = "First start" if first else "Later start"
    outside = [service for service in REAL_SERVICE_SETTINGS if is_given(service, given)]
    password = installation.state.secrets().demo_password
    lines = [
        "",
        f"{kind} ready in {seconds:.1f} s. Logs: {installation.state.logs}. Ctrl-C stops everything.",
        *([f"Given by the environment, not embedded: {', '.join(outside)}."] if outside else []),
        "",
        f"    Atelier   {installation.environment.shop['ATELIER_BASE_URL']}",
    ]
    if outbox := installation.environment.shop.get("OUTBOX_URL"):
        lines.append(f"    Outbox    {outbox}  (messages that the demo would send)")
    lines += [
        *(f"    {who:<9} {who}@demo.atelier  password {password}" for who in ("artist", "buyer", "moderator", "admin")),
        "",
    ]
    print("\n".join(lines), flush=True)


def _watch(installation: Installation, screen: Screen) -> None:
    watch = Watch(screen.line)
    tried_at = time.monotonic()
    while True:
        if not installation.supervisor.is_running():
            raise ServiceCannotStart(
                f"The supervisor ended, and everything with it. Log: {installation.log('supervisord')}"
            )
        given_up = watch.look(installation.supervisor.statuses(), now_s=time.monotonic())
        if given_up and time.monotonic() - tried_at > TRY_AGAIN_EVERY_S:
            tried_at = time.monotonic()
            installation.supervisor.start_children(given_up)
        time.sleep(LOOK_EVERY_S)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.start", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the demo could start")
    options = parser.parse_args()
    screen = Screen()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    try:
        ports, given, state = (
            Ports.from_environment(os.environ),
            given_settings(os.environ),
            State(default_root()),
        )
        state.prepare()
        with _only_one(state):
            if found := faults(state.root, ports, given=given):
                sys.exit("The demo can't start:\n" + "\n".join(f"  {fault}" for fault in found))
            if not options.check:
                print(f"Atelier's demo, from {state.root}", flush=True)
                run(state, ports, given=given, screen=screen)
    except ServiceCannotStart as error:
        sys.exit(f"The demo can't go on: {error}")
    except Stop:
        sys.exit(130)


if __name__ == "__main__":
    main()
