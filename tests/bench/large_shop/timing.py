"""Calls timed one after the other: by the clock, and the processor time of this process and its database together.

The clock tells what a visitor waits on this machine as it is; processor time leaves out what other programs take.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

# In /proc/PID/stat, counted from the state's field on: user's and system's time.
_PARENT, _OWN_TIMES, _TIMES_OF_ENDED = 1, (11, 12), (13, 14)


@dataclass(frozen=True)
class Taken:
    """Milliseconds of each call by the clock, and of processor time in the mean."""

    clock_ms: list[float]
    processor_ms: float


def timed(calls: list[Callable[[], object]], *, unmeasured: int = 3) -> Taken:
    """Make ``calls``; the first ``unmeasured`` once before, so that nothing is read for the first time."""
    for call in calls[:unmeasured]:
        call()
    servers = _servers()
    taken, before = [], time.process_time() + _processor_s(servers)
    for call in calls:
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    spent = time.process_time() + _processor_s(servers) - before
    return Taken(taken, 1000 * spent / len(calls))


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def tell_times(name: str, taken: Taken) -> None:
    """Print the median, the 95th percentile and the processor time."""
    print(f"{name}_p50_ms: {percentile(taken.clock_ms, 0.5):.2f}")
    print(f"{name}_p95_ms: {percentile(taken.clock_ms, 0.95):.2f}")
    print(f"{name}_processor_ms: {taken.processor_ms:.2f}", flush=True)


def _servers() -> int:
    """The process whose children are the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(_stat(cursor.fetchone()[0])[_PARENT])


def _processor_s(server: int) -> float:
    """Of the database's processes, those that have ended included."""
    own = _stat(server)
    ticks = sum(int(own[place]) for place in (*_OWN_TIMES, *_TIMES_OF_ENDED))
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = _stat(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile, and was another's or is counted above
                continue
            if fields[_PARENT] == str(server):
                ticks += sum(int(fields[place]) for place in _OWN_TIMES)
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that are sent inside, as they are sent."""
    sent: list[str] = []

    def count(execute: Callable[..., object], sql: str, *rest: Any) -> object:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield sent
