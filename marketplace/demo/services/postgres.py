"""PostgreSQL 18 with pgvector as a foreground process.

    python -m marketplace.demo.services.postgres --state DIR --port P [--scratch] [--shared-buffers 128MB]

The cluster is made beside its place and moved there when it is whole: a start that is killed half-way
leaves nothing behind that a later start would trust. Roles, the database and the extension are made by
the single-user server in the same step, so a cluster that exists is complete, and no start waits for a
second one. Then this process *becomes* the server (exec): signals reach it directly. SIGINT is
PostgreSQL's fast shutdown.

Roles: `postgres` (superuser), `atelier` (owns the database, may create test databases) and
`atelier_worker` (may only connect; the generation app's migrations grant it the queue).
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.ports import require_free
from marketplace.demo.services.postgres_binaries import (
    RunAs,
    check_reachable,
    programs_for,
    unprivileged_user,
)
from marketplace.demo.services.processes import die_with_parent, processes_working_in
from marketplace.demo.state import Secrets, State

DATABASE = "atelier"
OWNER = "atelier"
WORKER = "atelier_worker"
MAX_CONNECTIONS = 200
SHARED_BUFFERS = "128MB"
ORPHANS_END_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Cluster:
    """One cluster on disk and how it is served. `scratch` gives up durability, for tests only."""

    data: Path
    programs: Path
    user: RunAs | None
    port: int
    scratch: bool = False
    shared_buffers: str = SHARED_BUFFERS

    def program(self, name: str) -> str:
        return str(self.programs / "bin" / name)

    def server_command(self) -> list[str]:
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": str(MAX_CONNECTIONS),
            "shared_buffers": self.shared_buffers,
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
            "logging_collector": "off",
        }
        if self.scratch:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [self.program("postgres"), "-D", str(self.data), *flags]


def prepare(state: State, *, port: int, scratch: bool = False, shared_buffers: str = SHARED_BUFFERS) -> Cluster:
    """Everything before the server itself: its user, its programs, a complete cluster, no leftovers.

    Raises:
        ServiceCannotStart: with the way out.
    """
    state.prepare()
    user = unprivileged_user(state.postgres)
    check_reachable(state.root, user)
    with state.lock("postgres"):
        cluster = Cluster(
            data=state.postgres,
            programs=programs_for(user, binaries=state.binaries),
            user=user,
            port=port,
            scratch=scratch,
            shared_buffers=shared_buffers,
        )
        if not cluster.data.exists():
            _create(cluster, state.secrets())
    _wait_for_the_killed(cluster)
    require_free(port, service="PostgreSQL", variable="ATELIER_POSTGRES_PORT")
    return cluster


def serve(cluster: Cluster) -> None:
    """Become the server. Does not return."""
    if cluster.user is not None:
        os.setgroups([])
        os.setgid(cluster.user.gid)
        os.setuid(cluster.user.uid)
    os.chdir(cluster.data)
    die_with_parent(signal.SIGINT)
    command = cluster.server_command()
    os.execv(command[0], command)  # noqa: S606 - the server takes our place


def _create(cluster: Cluster, secrets: Secrets) -> None:
    draft = cluster.data.with_name(".postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password_file = draft.with_name(".postgres.password")
    try:
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.postgres_superuser)
        if cluster.user is not None:
            for path in (draft, password_file):
                os.chown(path, cluster.user.uid, cluster.user.gid)
        _run(
            cluster,
            [
                *(cluster.program("initdb"), "-D", str(draft), "--username=postgres", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"),
                *("--auth=scram-sha-256", f"--pwfile={password_file}", "--no-instructions"),
                *(["--no-sync"] if cluster.scratch else []),
            ],
            what="initdb",
        )
        # In template1 too: pgvector is not a trusted extension, and the owner creates test databases.
        _single_user(cluster, draft, "template1", ["CREATE EXTENSION vector"])
        _single_user(cluster, draft, "postgres", _roles_and_database(secrets))
        draft.rename(cluster.data)
    finally:
        password_file.unlink(missing_ok=True)
        shutil.rmtree(draft, ignore_errors=True)


def _roles_and_database(secrets: Secrets) -> list[str]:
    return [
        f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{secrets.postgres_owner}'",
        # Half of MAX_CONNECTIONS: a worker holds one, and the shop keeps its own half however many workers there are.
        f"CREATE ROLE {WORKER} LOGIN CONNECTION LIMIT {MAX_CONNECTIONS // 2} PASSWORD '{secrets.postgres_worker}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {WORKER}",
    ]


def _single_user(cluster: Cluster, data: Path, database: str, statements: list[str]) -> None:
    command = [
        cluster.program("postgres"),
        "--single",
        "-D",
        str(data),
        "-c",
        "exit_on_error=on",
        "-j",
        database,
    ]
    _run(cluster, command, what=f"preparing {database}", feed=";\n\n".join(statements) + ";\n\n")


def _run(cluster: Cluster, command: list[str], *, what: str, feed: str = "") -> None:
    done = subprocess.run(
        command,
        input=feed,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        user=cluster.user.uid if cluster.user else None,
        group=cluster.user.gid if cluster.user else None,
        extra_groups=[] if cluster.user else None,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        last = next((line for line in said if "FATAL" in line or "error:" in line), said[-1] if said else "no output")
        raise ServiceCannotStart(f"PostgreSQL: {what} failed: {last}")


def _wait_for_the_killed(cluster: Cluster) -> None:
    """After `kill -9` its children hold the shared memory for a moment; a living server is an error."""
    deadline = time.monotonic() + ORPHANS_END_TIMEOUT_S
    while orphans := processes_working_in(cluster.data):
        server = _recorded_server(cluster.data)
        if server in orphans:
            raise ServiceCannotStart(
                f"PostgreSQL already runs on {cluster.data} as process {server}. "
                f"Stop it (kill -INT {server}) or use that one."
            )
        if time.monotonic() > deadline:
            for pid in orphans:
                os.kill(pid, signal.SIGQUIT)
            deadline = time.monotonic() + ORPHANS_END_TIMEOUT_S
        time.sleep(0.1)


def _recorded_server(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.services.postgres", description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--scratch", action="store_true", help="no fsync: for tests, whose data nobody misses")
    parser.add_argument("--shared-buffers", default=SHARED_BUFFERS, help="PostgreSQL's setting (default %(default)s)")
    options = parser.parse_args()
    try:
        state = State(options.state.absolute())
        serve(prepare(state, port=options.port, scratch=options.scratch, shared_buffers=options.shared_buffers))
    except ServiceCannotStart as error:
        sys.exit(f"postgres: {error}")


if __name__ == "__main__":
    main()
