"""CPU time of processes and of this process's threads, from /proc: who takes what while a benchmark runs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def cpu_s_with_children(pid: int) -> float:
    """Seconds of the CPU that the process ``pid`` and all that it has started have taken, ended children included as
    far as somebody has waited for them.
    """
    parents: dict[int, int] = {}
    taken: dict[int, float] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = _fields(entry / "stat")
        except OSError:  # it has ended meanwhile
            continue
        parents[int(entry.name)] = int(fields[1])
        # utime, stime, and the same of children that were waited for.
        taken[int(entry.name)] = sum(int(field) for field in fields[11:15]) / _TICKS_A_SECOND
    return sum(seconds for one, seconds in taken.items() if _descends(one, pid, parents))


def cpu_s_by_thread() -> dict[str, float]:
    """Seconds of the CPU of this process's threads by their Python names; ``others`` are the libraries' own."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    taken: dict[str, float] = {}
    for entry in (_PROC / "self" / "task").iterdir():
        name = names.get(int(entry.name), "others")
        try:
            # In nanoseconds, where `stat` counts in hundredths of a second.
            seconds = int((entry / "schedstat").read_text().split()[0]) / 1e9
        except OSError:  # it has ended meanwhile
            continue
        taken[name] = taken.get(name, 0.0) + seconds
    return taken


def _fields(stat: Path) -> list[str]:
    # The command's name stands in brackets and may hold spaces and brackets.
    return stat.read_text().rpartition(")")[2].split()


def _descends(one: int, pid: int, parents: dict[int, int]) -> bool:
    while one and one != pid:
        one = parents.get(one, 0)
    return one == pid
