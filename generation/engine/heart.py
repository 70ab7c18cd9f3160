"""The thread of the signs of life, of the reports about this worker, and of the watch over a step that never returns.

It waits for nothing but the database: a store that does not answer, or a long step, must not look like a dead worker.
"""

import logging
import os
import resource
import threading
import time
from pathlib import Path

from generation.engine.contract import FailureCode, WorkerReport
from generation.engine.rendering_loop import RenderingLoop
from generation.engine.shop import job_failed
from generation.engine.stopping import DatabaseAway
from generation.engine.workplace import Workplace

logger = logging.getLogger(__name__)

REPORT_EVERY_S = 5.0
_LOOK_EVERY_S = 1.0
# Beyond its time limit a batch is stopped at its next step. Where no step ends for this long (or for as long as the
# limit itself, where that is less), none will.
GRACE_S = 30.0
# The process's status when a step did not return: whoever supervises it starts another.
STUCK_STATUS = 70
# A database that is away holds a thread for half a minute at most.
_MOVES_WITHIN_S = 90.0
_MIB = 1024 * 1024
_MOST_WARM_UPS = 32


class Heart:
    """``start`` and ``close``; ``what_is_wrong`` for /healthz."""

    def __init__(self, at: Workplace, loop: RenderingLoop) -> None:
        self._at, self._loop = at, loop
        self._closing = threading.Event()
        self._started_at = time.time()
        self._name = f"{at.configuration.worker_name}:{os.getpid()}"
        self._moved_at = time.monotonic()
        self._reported_at = 0.0
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """The last report, and the end."""
        self._closing.set()
        self._thread.join()

    def what_is_wrong(self) -> str:
        """In words; empty while all threads move."""
        now = time.monotonic()
        loop_within_s = self._at.configuration.worker_time_limit_s if self._loop.is_busy else _MOVES_WITHIN_S
        moved = {
            "the heart": (self._moved_at, _MOVES_WITHIN_S),
            "the reporter": (self._at.reporter.moved_at, _MOVES_WITHIN_S),
            "the rendering loop": (self._loop.moved_at, loop_within_s + GRACE_S),
        }
        still = [
            f"{name} has not moved for {now - at:.0f} s"
            for name, (at, within_s) in moved.items()
            if now - at > within_s
        ]
        return "; ".join(still)

    def report(self) -> WorkerReport:
        """How this worker is."""
        machine, metrics, batch = self._at.models.machine, self._at.metrics, self._loop.batch
        return WorkerReport(
            host=self._at.configuration.worker_name,
            pid=os.getpid(),
            started_at=self._started_at,
            device=machine.name,
            build=machine.build,
            threads=machine.threads,
            models=self._at.models.in_memory(),
            memory_mib=resident_bytes() // _MIB,
            pictures_made=metrics.pictures_made,
            batches_made=metrics.batches_made,
            jobs_failed=metrics.jobs_failed,
            batch_pictures=len(batch.wanted) if batch else 0,
            batch_shape=batch.wanted[0].order.request.batch_shape if batch else "",
            batch_step=batch.step if batch else 0,
            batch_steps=batch.steps if batch else 0,
            at_once=self._at.limits.most,
            most_at_once=self._at.limits.learned,
            warm_ups=self._at.warm_ups[:_MOST_WARM_UPS],
            is_ending=self._at.ending.is_set(),
        )

    def _run(self) -> None:
        beat_at = 0.0
        while not self._closing.wait(min(_LOOK_EVERY_S, self._at.configuration.worker_heartbeat_s)):
            self._moved_at = now = time.monotonic()
            try:
                self._end_when_stuck(now)
                if now - beat_at >= self._at.configuration.worker_heartbeat_s:
                    self._at.queue.heartbeat()
                    beat_at = now
                if now - self._reported_at >= REPORT_EVERY_S:
                    self._report(now)
            except DatabaseAway as away:
                logger.warning("no sign of life could be given: %s", away)
            except Exception:
                logger.exception("an error of ours in the heart")
        try:
            self._report(time.monotonic())
        except DatabaseAway as away:
            logger.info("no last report: %s", away)

    def _report(self, now: float) -> None:
        self._reported_at = now
        report = self.report()
        self._at.metrics.models_in_memory([(one.name, one.version, one.memory_mib * _MIB) for one in report.models])
        self._at.shop.report_worker(self._name, report)

    def _end_when_stuck(self, now: float) -> None:
        batch = self._loop.batch
        if batch is None or now < batch.deadline + min(GRACE_S, self._at.configuration.worker_time_limit_s):
            return
        # Nothing can end a thread that sits in a library; only the end of the process can.
        logger.critical("step %d of %d does not return; this process ends", batch.step + 1, batch.steps)
        try:
            for job in batch.jobs:
                failed = job_failed(job.job_id, job.attempt, FailureCode.TIME_LIMIT)
                self._at.shop.job_ended(job.queued.row_id, [failed])
        finally:
            os._exit(STUCK_STATUS)


def resident_bytes(statistics: Path = Path("/proc/self/statm")) -> int:
    """Memory of this process now; where the system does not say, the most that it ever had."""
    try:
        return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
