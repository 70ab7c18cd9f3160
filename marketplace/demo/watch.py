"""Tell, in one line each, when a child of a running installation dies, comes back, or keeps dying."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.demo.supervision import ChildStatus, last_words

CRASHES_THAT_MATTER = 3
CRASH_WINDOW_S = 60


class Watch:
    """Compares what supervisor says now with what it said before. Call `look` about once a second."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.report = report
        self._pids: dict[str, int] = {}
        self._crashes: dict[str, list[float]] = {}
        self._given_up: set[str] = set()

    def look(self, statuses: list[ChildStatus], *, now_s: float) -> list[str]:
        """Report changes. Returns the children that supervisor has given up, to be tried again."""
        for status in statuses:
            if status.state == "FATAL":
                self._report_given_up(status)
            elif status.state == "RUNNING":
                self._report_restart(status, now_s=now_s)
                self._given_up.discard(status.name)
        return sorted(self._given_up)

    def _report_given_up(self, status: ChildStatus) -> None:
        if status.name not in self._given_up:
            self._given_up.add(status.name)
            self.report(
                f"{status.name} keeps dying: {last_words(status.log)}. Read {status.log}, mend it and start again "
                "(Ctrl-C, make demo); until then it is tried once a minute."
            )

    def _report_restart(self, status: ChildStatus, *, now_s: float) -> None:
        before = self._pids.get(status.name)
        self._pids[status.name] = status.pid
        if before is None or before == status.pid:
            return
        recent = [at for at in self._crashes.get(status.name, []) if now_s - at < CRASH_WINDOW_S] + [now_s]
        self._crashes[status.name] = recent
        if len(recent) >= CRASHES_THAT_MATTER:
            self.report(
                f"{status.name} ended {len(recent)} times within {CRASH_WINDOW_S} s, each time started again: "
                f"{last_words(status.log)} (log: {status.log})"
            )
        else:
            self.report(f"{status.name} ended and was started again (log: {status.log})")
