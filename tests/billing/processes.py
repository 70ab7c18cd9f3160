"""Runs one function in several processes, each with several threads, at the same moment, on the test's database.

Each call has a database connection of its own, so it is a real, separate transaction. The processes are forked from
one that has set Django up already (and holds no connection and no thread): 64 of them begin in a second.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

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
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.billing.processes",
            function,
            json.dumps(arguments),
            str(processes),
            str(threads),
        ],
        env={**os.environ, "DATABASE_URL": url, "ATELIER_PROFILE": "test"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    codes: list[str] = json.loads(done.stdout.splitlines()[-1])
    return codes


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


def _main() -> None:
    import django

    django.setup()
    function, arguments, processes, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
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
    # A child that dies without an answer closes its end: recv raises EOFError and the caller sees it.
    codes = [code for reading in answers for code in reading.recv()]
    for child in children:
        child.join()
    print(json.dumps(codes), flush=True)


if __name__ == "__main__":
    _main()
