"""The thread that tells the shop how far jobs are, hears whether they go on, and shows previews.

The rendering thread only lays its latest state down and reads flags, so that a step costs it microseconds, however
far the database and the store are. Of states that come faster than they can be told the latest counts.
"""

import io
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine import contract
from generation.engine.contract import Go
from generation.engine.painting import Painter
from generation.engine.rendering_job import RenderingJob
from generation.engine.shop import Shop
from generation.engine.stopping import DatabaseAway
from marketplace.core.blobs import BlobStore, BlobStoreRefused, BlobStoreUnreachable

logger = logging.getLogger(__name__)

# Between two reports: no more often, for steps that take milliseconds ...
_AT_MOST_EVERY_S = 0.05
# ... and no more seldom, so that the word to stop is heard in the middle of a long step.
_AT_LEAST_EVERY_S = 0.5
_WHEN_AWAY_S = 1.0
_PREVIEW_EVERY_S = 0.7
# Before this share of its steps a picture is noise.
_FIRST_PREVIEW_AT = 0.3


@dataclass(frozen=True)
class Moment:
    """What a batch is at: ``latents`` (batch first) after ``step`` of ``steps``, and whose pictures stand there."""

    model: Painter
    jobs: Sequence[RenderingJob]
    step: int
    steps: int
    latents: Any


class Reporter:
    """``begin`` and ``end`` say which jobs are in hand, ``moment`` what they are at; ``job.stopped`` is the answer."""

    def __init__(self, *, shop: Shop, store: BlobStore) -> None:
        self._shop, self._store = shop, store
        self._news = threading.Event()
        self._closing = threading.Event()
        self._jobs: list[RenderingJob] = []
        self._moment: Moment | None = None
        self._shown_at = 0.0
        self.moved_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; what was not told yet is not told any more."""
        self._closing.set()
        self._news.set()
        self._thread.join()

    def begin(self, jobs: list[RenderingJob]) -> None:
        """These jobs are in hand now."""
        self._jobs = list(jobs)
        self._news.set()

    def moment(self, moment: Moment) -> None:
        """The batch has done a step. Costs microseconds."""
        self._moment = moment
        self._news.set()

    def end(self) -> None:
        """No job is in hand."""
        self._moment = None
        self._jobs = []

    def _run(self) -> None:
        while not self._closing.is_set():
            self._news.wait(_AT_LEAST_EVERY_S)
            self._news.clear()
            self.moved_at = time.monotonic()
            try:
                self._tell()
                self._show()
            except DatabaseAway as away:
                logger.warning("progress could not be told: %s", away)
                self._closing.wait(_WHEN_AWAY_S)
            except Exception:
                logger.exception("an error of ours in the reporter")
                self._closing.wait(_WHEN_AWAY_S)
            self._closing.wait(_AT_MOST_EVERY_S)

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
        if time.monotonic() - self._shown_at < _PREVIEW_EVERY_S:
            return
        shown: set[int] = set()
        for place, job in enumerate(moment.jobs):
            if id(job) in shown or not job.goes_on:
                continue
            shown.add(id(job))
            picture = moment.model.preview(moment.latents, place)
            if picture is None:
                break
            buffer = io.BytesIO()
            picture.save(buffer, "WEBP", quality=70, method=2)
            try:
                self._store.put(contract.preview_key(job.job_id), buffer.getvalue(), media_type="image/webp")
            except (BlobStoreUnreachable, BlobStoreRefused) as failure:
                logger.warning("%s: no preview: %s", job, failure.message)
                break
            job.previews += 1
        self._shown_at = time.monotonic()
