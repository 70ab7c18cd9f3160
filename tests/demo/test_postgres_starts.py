"""The embedded PostgreSQL's starts and ends: after a stop, a crash, half a first start, with its port taken."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from marketplace.demo.services import readiness
from marketplace.demo.services.ports import free_ports
from marketplace.demo.services.processes import processes_working_in
from marketplace.demo.state import CHECKOUT, State
from tests.demo.postgres_process import TIMEOUT_S, PostgresProcess


@pytest.fixture
def server(state: State) -> Iterator[PostgresProcess]:
    """A server that is not started yet."""
    server = PostgresProcess(state, free_ports(1)[0])
    yield server
    server.stop_all()


def test_data_outlives_a_stop_and_a_crash(server: PostgresProcess) -> None:
    server.scratch = False
    process = server.start_and_wait()
    with psycopg.connect(server.url("atelier")) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('first')")

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0
    assert "received fast shutdown request" in said

    process = server.start_and_wait()
    with psycopg.connect(server.url("atelier")) as connection:
        connection.execute("INSERT INTO kept VALUES ('second')")
    process.kill()  # its children hold the shared memory for a moment; the next start waits for them
    process.communicate(timeout=TIMEOUT_S)

    server.start_and_wait()
    with psycopg.connect(server.url("atelier")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("first",), ("second",)]


def test_a_taken_port_names_who_has_it_and_the_variable(server: PostgresProcess) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", server.port))
        holder.listen()
        last = server.refused()
    assert f"Port {server.port} for PostgreSQL is used by" in last
    assert f"(process {os.getpid()})" in last
    assert "ATELIER_POSTGRES_PORT=" in last


def test_a_first_start_killed_half_way_is_done_again(server: PostgresProcess) -> None:
    leftover = server.state.root / ".postgres.new"
    leftover.mkdir()
    (leftover / "PG_VERSION").write_text("18\n")
    server.start_and_wait()
    assert not leftover.exists()
    with psycopg.connect(server.url("atelier_worker")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_server_dies_with_whoever_started_it(server: PostgresProcess) -> None:
    script = f"import subprocess; subprocess.Popen({server.command!r}).wait()"
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, stderr=subprocess.DEVNULL)
    probe = readiness.database("PostgreSQL", server.url("atelier"))
    readiness.wait_until_ready(probe, timeout_s=TIMEOUT_S)
    parent.kill()
    parent.wait()
    gone = readiness.Probe("the end of PostgreSQL", lambda: not processes_working_in(server.state.postgres))
    readiness.wait_until_ready(gone, timeout_s=TIMEOUT_S)
