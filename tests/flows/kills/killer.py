"""Calls a function in a process that kills itself after its n-th SQL statement (commits and rollbacks count as such).

One process sets Django up and forks the others, so that each costs milliseconds.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings

_NEVER = 1_000_000_000


@dataclass(frozen=True)
class Ended:
    """How a call ended. ``statements``: how many it made, of one that was not killed."""

    was_killed: bool
    statements: int


class Killer:
    """``call`` functions by name (``package.module:function``) with plain arguments, on the test's database."""

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
        environment = {"DATABASE_URL": url, "ATELIER_PROFILE": "test", "ATELIER_BASE_URL": settings.BASE_URL}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.kills.killer"],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, function: str, arguments: dict[str, Any], *, kill_after: int = _NEVER) -> Ended:
        """Call it; killed after so many statements where it makes so many. Whatever it raises is raised here."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([function, arguments, kill_after]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert not answer.get("error"), answer["error"]
        return Ended(**answer)

    def stop(self) -> None:
        with self._process:  # closes both pipes and waits: without a line the server ends
            assert self._process.stdin is not None
            self._process.stdin.close()


def _call_and_be_killed(function: str, arguments: dict[str, Any], kill_after: int) -> int:
    from django.db import connection

    made = 0

    def count() -> None:
        nonlocal made
        made += 1
        if made == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    def after_statement(execute: Any, *statement: Any) -> Any:
        answer = execute(*statement)
        count()
        return answer

    def after(end: Any) -> Any:
        def counted() -> None:
            end()
            count()

        return counted

    connection.ensure_connection()
    # Django's one way to the driver's COMMIT and ROLLBACK.
    connection._commit, connection._rollback = after(connection._commit), after(connection._rollback)
    module, name = function.split(":")
    with connection.execute_wrapper(after_statement):
        getattr(importlib.import_module(module), name)(**arguments)
    return made


def _serve() -> None:
    import django

    django.setup()
    importlib.import_module("tests.flows.kills.operations")
    for line in sys.stdin:
        function, arguments, kill_after = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                said = {"statements": _call_and_be_killed(function, arguments, kill_after)}
            except BaseException as error:  # noqa: BLE001 - told to the test, which fails by it
                said = {"error": f"{type(error).__name__}: {error}"}
            os.write(writing, json.dumps(said).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            text = answer.read()
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL, status
            print(json.dumps({"was_killed": True, "statements": 0}), flush=True)
        else:
            print(json.dumps({"was_killed": False, "statements": 0, **json.loads(text)}), flush=True)


if __name__ == "__main__":
    _serve()
