"""Facts about processes that the launchers need: who they die with, and whose folder they work in (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent(stop_signal: signal.Signals) -> None:
    """Have the kernel send this process `stop_signal` when its parent dies, even by `kill -9`.

    Called last before `exec`: a change of user clears the setting. So no child outlives a killed supervisor.

    Raises:
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def processes_working_in(folder: Path) -> list[int]:
    """Ids of the processes whose working directory is `folder` (those that we may see)."""
    target = os.path.realpath(folder)
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            if os.readlink(f"/proc/{entry.name}/cwd") == target:
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile, or another user's
    return found


def command_line(pid: int) -> str:
    """The command that process `pid` was started with, or "" when it is gone or hidden."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
