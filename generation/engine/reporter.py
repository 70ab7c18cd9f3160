"""The thread that tells the shop how far jobs are, hears whether they go on, and shows previews.

The rendering thread only lays its latest state down and reads flags, so that a step costs it microseconds, however
far the database and the store are. On few cores all that this thread does is taken from the rendering: so it tells
no more often than people can see, and hears of cancelled jobs by the queue's news instead of asking at each step.
"""

import io
import logging
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine import contract
from generation.engine.contract import Go
from generation.engine.database import Database
from generation.engine.painting import Painter
from generation.engine.rendering_job import RenderingJob
from generation.engine.shop import Shop
from generation.engine.stopping import DatabaseAway
from marketplace.core.blobs import BlobStore, BlobStoreRefused, BlobStoreUnreachable

logger = logging.getLogger(__name__)

# Between two reports. News of a cancelled job that were lost are made good by the next.
_TELL_EVERY_S = 0.5
_WHEN_AWAY_S = 1.0
_PREVIEW_EVERY_S = 0.7
# Previews may take this share of the time, by their own measure: 8 ms each means one in 0.8 s at most.
_PREVIEWS_SHARE = 0.01
# A job that is ready sooner than this needs none: whoever looks would see it once.
_WORTH_A_PREVIEW_S = 1.0
# Before this share of its steps a picture is noise.
_FIRST_PREVIEW_AT = 0.3


@dataclass(frozen=True)
class Moment:
    """What a batch is at: ``latents`` (batch first) after ``step`` of ``steps``, whose pictures stand there, and the
    seconds that a step of the batch has taken so far.
    """

    model: Painter
    jobs: Sequence[RenderingJob]
    step: int
    steps: int
    latents: Any
    step_s: float

    def seconds_left(self, job: RenderingJob) -> float:
        """Until ``job`` is ready, if all its pictures are made as these."""
        left = job.request.steps_run * job.request.count - job.steps_done
        return self.step_s * left / max(1, sum(one is job for one in self.jobs))


class Reporter:
    """``begin`` and ``end`` say which jobs are in hand, ``moment`` what they are at; ``job.stopped`` is the answer."""

    def __init__(self, *, shop: Shop, store: BlobStore, database: Database) -> None:
        self._shop, self._store, self._database = shop, store, database
        self._closing = threading.Event()
        self._bell, self._ringer = socket.socketpair()
        self._jobs: list[RenderingJob] = []
        self._rows_to_stop: set[int] = set()
        self._moment: Moment | None = None
        self._next_preview_at = 0.0
        self.moved_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; what was not told yet is not told any more."""
        self._closing.set()
        self._ringer.send(b"!")
        self._thread.join()
        self._bell.close()
        self._ringer.close()

    def begin(self, jobs: list[RenderingJob]) -> None:
        """These jobs are in hand now."""
        self._jobs = list(jobs)

    def moment(self, moment: Moment) -> None:
        """The batch has done a step. Costs microseconds."""
        self._moment = moment

    def end(self) -> None:
        """No job is in hand."""
        self._moment = None
        self._jobs = []

    def row_is_to_stop(self, row_id: int) -> None:
        """The queue's news say so; whether it is true the shop is asked at once. Costs microseconds."""
        if any(job.queued.row_id == row_id for job in self._jobs):
            self._rows_to_stop.add(row_id)

    def _run(self) -> None:
        tell_at = 0.0
        while not self._closing.is_set():
            self.moved_at = now = time.monotonic()
            try:
                if now >= tell_at or self._rows_to_stop:
                    tell_at = now + _TELL_EVERY_S
                    self._rows_to_stop.clear()
                    self._tell()
                    self._show()
                self._database.wait_for_stops(self._bell, max(0.0, tell_at - time.monotonic()))
            except DatabaseAway as away:
                logger.warning("progress could not be told: %s", away)
                self._closing.wait(_WHEN_AWAY_S)
            except Exception:
                logger.exception("an error of ours in the reporter")
                self._closing.wait(_WHEN_AWAY_S)

    def _tell(self) -> None:
        jobs = [job for job in self._jobs if job.goes_on]
        if not jobs:
            return
        for job, answer in zip(jobs, self._shop.report_progress([job.progress for job in jobs]), strict=True):
            if answer is not Go.ON and not job.is_ended:
                job.stopped = answer

    def _show(self) -> None:
        moment = self._moment
        if moment is None or not moment.steps * _FIRST_PREVIEW_AT <= moment.step < moment.steps:
            return
        if time.monotonic() < self._next_preview_at:
            return
        cpu_s = time.thread_time()
        shown: set[int] = set()
        for place, job in enumerate(moment.jobs):
            if id(job) in shown or not job.goes_on or moment.seconds_left(job) < _WORTH_A_PREVIEW_S:
                continue
            shown.add(id(job))
            picture = moment.model.preview(moment.latents, place)
            if picture is None:
                break
            buffer = io.BytesIO()
            picture.save(buffer, "WEBP", quality=70, method=0)
            try:
                self._store.put(contract.preview_key(job.job_id), buffer.getvalue(), media_type="image/webp")
            except (BlobStoreUnreachable, BlobStoreRefused) as failure:
                logger.warning("%s: no preview: %s", job, failure.message)
                break
            job.previews += 1
        rest_s = (time.thread_time() - cpu_s) / _PREVIEWS_SHARE
        self._next_preview_at = time.monotonic() + max(_PREVIEW_EVERY_S, rest_s)
