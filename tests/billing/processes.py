"""Runs one function in several processes, each with several threads, at the same moment, on the test's database.

Each call has a database connection of its own, so it is a real, separate transaction. The processes are forked from
one that has set Django up already (and holds no connection and no thread): 64 of them begin in a second. It stays for
the next call with the same environment, since setting Django up takes longer than most of what is called.
"""

from __future__ import annotations

import atexit
import importlib
import json
import multiprocessing
import os
import select
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import IO

from django.conf import settings

from marketplace.core.errors import AtelierError

START_TIMEOUT_S = 120
CALLS_TIMEOUT_S = 300
_together: Barrier | None = None


def wait_for_the_others() -> None:
    """Called by what runs at once: returns when all calls have come to this point, in whatever process."""
    assert _together is not None, "this is for functions that at_once calls"
    _together.wait(CALLS_TIMEOUT_S)


def at_once(
    function: str,
    arguments: dict[str, object],
    *,
    processes: int,
    threads: int,
    timeout_s: float = START_TIMEOUT_S + CALLS_TIMEOUT_S,
) -> list[str]:
    """Call ``package.module:function(n, **arguments)`` ``processes`` x ``threads`` times; answers a code for each."""
    database = settings.DATABASES["default"]
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {**os.environ, "DATABASE_URL": url, "ATELIER_PROFILE": "test"}
    # pytest writes the running test's name here.
    environment.pop("PYTEST_CURRENT_TEST", None)
    global _parent
    if _parent is None or not _parent.is_ready_for(environment):
        if _parent is not None:
            _parent.end()
        _parent = _Parent(environment)
    return _parent.call([function, arguments, processes, threads], timeout_s=timeout_s)


class _Parent:
    """The process that has set Django up. It ends when its input does: with this process at the latest."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._said: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115 (as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.billing.processes"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        atexit.register(self.end)

    def is_ready_for(self, environment: dict[str, str]) -> bool:
        return self._process.poll() is None and self._environment == environment

    def call(self, request: list[object], *, timeout_s: float) -> list[str]:
        """The codes; what all processes said where one of them died or they took too long."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        begun = self._said.seek(0, os.SEEK_END)
        print(json.dumps(request), file=self._process.stdin, flush=True)
        readable, _, _ = select.select([self._process.stdout], [], [], timeout_s)
        answer = self._process.stdout.readline() if readable else ""
        if not answer:
            self._said.seek(begun)
            said = self._said.read()
            self.end()
            raise AssertionError(f"no answer within {timeout_s} s, or a process died:\n{said}")
        return list(json.loads(answer))

    def end(self) -> None:
        """Needed before another one takes its place, and at the end."""
        atexit.unregister(self.end)
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout, self._said):
            if file is not None:
                file.close()


_parent: _Parent | None = None


def _call_in_threads(
    answers: Connection, together: Barrier, function: str, arguments: dict[str, object], number: int, threads: int
) -> None:
    from django.db import connection

    # Run as a program, this module is another one than the one that the called functions import.
    importlib.import_module("tests.billing.processes")._together = together
    module, name = function.split(":")
    called = getattr(importlib.import_module(module), name)

    def call(n: int) -> str:
        try:
            connection.ensure_connection()
            together.wait(START_TIMEOUT_S)
            called(number * threads + n, **arguments)
        except AtelierError as error:
            return error.code
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(threads) as pool:
        answers.send(list(pool.map(call, range(threads))))


def _answer(function: str, arguments: dict[str, object], processes: int, threads: int) -> list[str]:
    importlib.import_module(function.split(":")[0])
    forking = multiprocessing.get_context("fork")
    together = forking.Barrier(processes * threads)
    answers = []
    children = []
    for number in range(processes):
        reading, writing = forking.Pipe(duplex=False)
        child = forking.Process(target=_call_in_threads, args=(writing, together, function, arguments, number, threads))
        child.start()
        writing.close()
        answers.append(reading)
        children.append(child)
    try:
        # A child that dies without an answer closes its end: recv raises EOFError and the caller sees it.
        codes = [code for reading in answers for code in reading.recv()]
    except EOFError:
        for child in children:
            child.kill()
        raise
    for child in children:
        child.join()
    return codes


def _main() -> None:
    """A request for each line of the input, an answer for each of the output; ends where a call fails."""
    import django

    # What is called may print; it must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    django.setup()
    for request in sys.stdin:
        print(json.dumps(_answer(*json.loads(request))), file=answers, flush=True)


if __name__ == "__main__":
    _main()
