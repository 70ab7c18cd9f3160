"""CPU time of processes and of this process's threads, from /proc: who takes what while a benchmark runs."""

from __future__ import annotations

import threading
from pathlib import Path

_PROC = Path("/proc")


def cpu_s_with_children(pid: int) -> float:
    """Seconds of the CPU that the process ``pid`` and all that it has started and that still live have taken."""
    parents: dict[int, int] = {}
    taken: dict[int, float] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parents[int(entry.name)] = _parent(entry / "stat")
            taken[int(entry.name)] = sum(_cpu_s(task) for task in (entry / "task").iterdir())
        except OSError:  # it has ended meanwhile
            continue
    return sum(seconds for one, seconds in taken.items() if _descends(one, pid, parents))


def cpu_s_by_thread() -> dict[str, float]:
    """Seconds of the CPU of this process's threads by their Python names; ``others`` are the libraries' own."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    taken: dict[str, float] = {}
    for entry in (_PROC / "self" / "task").iterdir():
        name = names.get(int(entry.name), "others")
        try:
            seconds = _cpu_s(entry)
        except OSError:  # it has ended meanwhile
            continue
        taken[name] = taken.get(name, 0.0) + seconds
    return taken


def _cpu_s(task: Path) -> float:
    # In nanoseconds, where `stat` counts in hundredths of a second.
    return int((task / "schedstat").read_text().split()[0]) / 1e9


def _parent(stat: Path) -> int:
    # The command's name stands in brackets and may hold spaces and brackets.
    return int(stat.read_text().rpartition(")")[2].split()[1])


def _descends(one: int, pid: int, parents: dict[int, int]) -> bool:
    while one and one != pid:
        one = parents.get(one, 0)
    return one == pid
