"""The embedded PostgreSQL while it runs: what it offers, whom it refuses."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.demo.services.ports import free_ports
from marketplace.demo.services.postgres_binaries import RunAs, blocked_at
from marketplace.demo.state import State
from tests.demo.postgres_process import PostgresProcess


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresProcess]:
    """One running server for these tests."""
    state = State(Path(tempfile.mkdtemp(prefix="atelier-test-")))
    state.prepare()
    server = PostgresProcess(state, free_ports(1)[0])
    server.start_and_wait()
    yield server
    server.stop_all()
    shutil.rmtree(state.root)


def test_vectors_and_enough_connections(server: PostgresProcess) -> None:
    with psycopg.connect(server.url("atelier")) as connection:
        assert connection.execute("SELECT '[1,2]'::vector <-> '[1,4]'").fetchone() == (2.0,)
        assert connection.execute("SHOW max_connections").fetchone() == ("200",)
        assert connection.execute("SELECT current_setting('server_version_num')::int / 10000").fetchone() == (18,)


def test_the_owners_test_databases_have_the_extension(server: PostgresProcess) -> None:
    with psycopg.connect(server.url("atelier"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_made_by_owner")
    with psycopg.connect(server.url("atelier", "test_made_by_owner")) as connection:
        found = connection.execute("SELECT extname FROM pg_extension WHERE extname = 'vector'").fetchone()
    assert found == ("vector",)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM shop",
        "INSERT INTO shop VALUES ('x')",
        "DROP TABLE shop",
        "CREATE TABLE mine (word text)",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
    ],
)
def test_the_worker_role_may_do_nothing_by_itself(server: PostgresProcess, statement: str) -> None:
    with psycopg.connect(server.url("atelier")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS shop (word text)")
    with (
        psycopg.connect(server.url("atelier_worker"), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)
    with psycopg.connect(server.url("atelier")) as connection:
        assert connection.execute("SELECT count(*) FROM shop").fetchone() == (0,)


def test_a_wrong_password_is_refused(server: PostgresProcess) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://atelier:wrong@127.0.0.1:{server.port}/atelier")


def test_it_listens_on_loopback_only(server: PostgresProcess) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)


def test_a_second_server_on_the_same_data_is_refused(server: PostgresProcess) -> None:
    last = PostgresProcess(server.state, free_ports(1)[0]).refused()
    assert last.startswith(f"postgres: PostgreSQL already runs on {server.state.postgres} as process ")
    with psycopg.connect(server.url("atelier")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_root_has_the_server_run_by_another_user_and_others_run_it_themselves(server: PostgresProcess) -> None:
    runs_as = os.stat(f"/proc/{server.started[0].pid}").st_uid
    assert runs_as == os.stat(server.state.postgres).st_uid
    assert runs_as != 0
    assert os.geteuid() in (0, runs_as)


def test_a_folder_that_the_servers_user_cannot_enter_is_found(tmp_path: Path) -> None:
    stranger = RunAs(uid=65534, gid=65534)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "inside").mkdir()
    # pytest's own folder may be closed to others already; the way in is blocked there or here, never open.
    assert blocked_at(closed / "inside", stranger) in (closed, *closed.parents)
    assert blocked_at(Path("/usr"), stranger) is None
