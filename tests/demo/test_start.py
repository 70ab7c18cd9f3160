"""`make demo`'s program before anything runs: what it refuses, in one line each, and how it leaves."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from dataclasses import fields

import pytest

from marketplace.demo import checks
from marketplace.demo.ports import Ports
from marketplace.demo.state import CHECKOUT, State


def _start(state: State, ports: Ports, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    chosen = {Ports.variable(field.name): str(getattr(ports, field.name)) for field in fields(Ports)}
    environment = {"PATH": os.environ["PATH"], "ATELIER_STATE": str(state.root), **chosen, **more}
    return subprocess.run(
        [sys.executable, "-m", "marketplace.demo.start", *arguments],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_machine_that_can_run_it_passes_the_check(state: State) -> None:
    done = _start(state, Ports.free(), "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_taken_port_is_named_at_once_with_its_holder_and_variable(state: State) -> None:
    ports = Ports.free()
    with socket.socket() as web, socket.socket() as mail:
        for taken, port in ((web, ports.web), (mail, ports.smtp)):
            taken.bind(("127.0.0.1", port))
            taken.listen()
        done = _start(state, ports)
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert lines[0] == "The demo can't start:"
    assert len(lines) == 3
    assert f"Port {ports.web} for the shop is used by" in lines[1]
    assert f"(process {os.getpid()})" in lines[1]
    assert "ATELIER_WEB_PORT=" in lines[1]
    assert f"Port {ports.smtp} for outgoing mail is used by" in lines[2]
    assert "ATELIER_SMTP_PORT=" in lines[2]


def test_a_second_demo_in_the_same_state_is_refused(state: State) -> None:
    with open(state.run / "demo.lock", "w") as holder:
        holder.write("4711")
        holder.flush()
        fcntl.flock(holder, fcntl.LOCK_EX)
        done = _start(state, Ports.free())
    assert done.returncode == 1
    assert f"The demo already runs from {state.root} (process 4711)." in done.stderr
    assert "ATELIER_STATE" in done.stderr


def test_half_of_a_real_database_is_refused_by_name(state: State) -> None:
    done = _start(state, Ports.free(), DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert done.returncode == 1
    assert "DATABASE_URL is set, so WORKER_DATABASE_URL must be too" in done.stderr


def test_a_full_disk_is_told_before_anything_is_written(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    free_mb = checks.shutil.disk_usage(state.root).free // 2**20
    monkeypatch.setattr(checks, "NEEDED_DISK_MB", free_mb * 2 + 1000)
    found = checks.faults(state.root, Ports.free(), given={})
    assert any("MB left; the demo needs" in fault and "ATELIER_STATE" in fault for fault in found)


def test_another_python_is_told_the_way_out(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.sys, "version_info", (3, 12, 1, "final", 0))
    found = checks.faults(state.root, Ports.free(), given={})
    assert found == ["This is Python 3.12.1; Atelier needs 3.11. Run: make demo PYTHON=/path/to/python3.11"]


def test_a_missing_package_is_told_the_way_out(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_PACKAGES", ("django", "a_package_that_nobody_made"))
    found = checks.faults(state.root, Ports.free(), given={})
    assert found == ["Not installed: a_package_that_nobody_made. Run: make setup"]
