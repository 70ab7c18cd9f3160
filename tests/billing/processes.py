"""Runs one function in several processes, each with several threads, at the same moment, on the test's database.

Each thread has a database connection of its own, so every call is a real, separate transaction.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from django.conf import settings

from marketplace.core.errors import AtelierError


@dataclass(frozen=True)
class Outcome:
    """What one call answered: the error's code, or "ok"."""

    code: str


def at_once(function: str, arguments: dict[str, object], *, processes: int, threads: int) -> list[str]:
    """Call ``package.module:function(n, **arguments)`` ``processes`` x ``threads`` times; answers a code for each."""
    database = settings.DATABASES["default"]
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {**os.environ, "DATABASE_URL": url, "ATELIER_PROFILE": "test"}
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.billing.processes", function, json.dumps(arguments), str(n), str(threads)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(processes)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    codes: list[str] = []
    for child in children:
        out, _ = child.communicate(timeout=120)
        assert child.returncode == 0, out
        codes += json.loads(out)
    return codes


def _main() -> None:
    import importlib

    import django

    django.setup()
    from django.db import connection

    function, arguments, number, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    module, name = function.split(":")
    called = getattr(importlib.import_module(module), name)
    together = Barrier(threads)

    def call(n: int) -> str:
        try:
            connection.ensure_connection()
            together.wait(30)
            called(number * threads + n, **arguments)
        except AtelierError as error:
            return error.code
        finally:
            connection.close()
        return "ok"

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(threads) as pool:
        print(json.dumps(list(pool.map(call, range(threads)))), flush=True)


if __name__ == "__main__":
    _main()
