"""The thread that brings pictures to the store and their ends to the shop, while the next batch renders.

All that ends a job goes through this one thread, in the order in which the rendering thread said it: a picture lies
in the store before it is reported, and all pictures are reported before the job's end.
"""

import hashlib
import io
import logging
import queue
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from generation.engine import contract
from generation.engine.contract import FailureCode, PictureResult, Recipe, StoredRecord
from generation.engine.metrics import Metrics
from generation.engine.patience import Patience
from generation.engine.queue import Queue
from generation.engine.rendering_job import RenderingJob
from generation.engine.shop import Outcome, Shop, job_failed, job_is_finished, picture_is_ready
from generation.engine.stopping import DatabaseAway
from marketplace.core.blobs import BlobStore, BlobStoreRefused, BlobStoreUnreachable

logger = logging.getLogger(__name__)

# Pictures that may wait here; a store that is slower than the model then slows the model, not the memory's growth.
_MOST_WAITING = 2 * contract.MOST_AT_ONCE
_PNG_LEVEL = 2


@dataclass(frozen=True)
class Picture:
    """A picture that was made, with its share of the batch's seconds."""

    index: int
    image: Image.Image
    recipe: Recipe
    render_s: float
    device: str
    record_png: bytes | None = None


class Delivery:
    """Takes what the rendering thread says and does it in order."""

    def __init__(
        self,
        *,
        store: BlobStore,
        queue_rows: Queue,
        shop: Shop,
        patience: Patience,
        metrics: Metrics,
    ) -> None:
        self._store, self._rows, self._shop = store, queue_rows, shop
        self._patience, self._metrics = patience, metrics
        self._work: queue.Queue[Callable[[], None] | None] = queue.Queue(maxsize=_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Do what was said so far, then end."""
        self._work.put(None)
        self._thread.join()

    def drain(self) -> None:
        """Wait until all that was said so far is done."""
        self._work.join()

    # What the rendering thread says:

    def picture(self, job: RenderingJob, picture: Picture) -> None:
        """Store and report it; the job's last one ends the job."""
        self._say(job, lambda: self._deliver(job, picture))

    def ready_before(self, job: RenderingJob) -> None:
        """Report the pictures that an earlier attempt has left."""
        self._say(job, lambda: self._deliver_ready(job))

    def failed(self, job: RenderingJob, code: FailureCode) -> None:
        """Report that this attempt is given up."""
        self._say(job, lambda: self._fail(job, code))

    def stopped(self, job: RenderingJob) -> None:
        """Nobody waits for it any more: only its row ends."""
        self._say(job, lambda: self._stop(job))

    def hand_back(self, job: RenderingJob) -> None:
        """Into the queue again, unless all of it was delivered."""
        self._say(job, lambda: self._hand_back(job))

    # What this thread does:

    def _say(self, job: RenderingJob, work: Callable[[], None]) -> None:
        def unless_ended() -> None:
            if job.is_ended:
                return
            try:
                work()
            except DatabaseAway:
                job.is_ended = True
                logger.error("%s: its end could not be reported; the sweeper takes it up", job)
            except Exception:
                logger.exception("%s: an error of ours in the delivery", job)
                self._fail(job, FailureCode.INTERNAL)

        self._work.put(unless_ended)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception:
                # Reporting the failure failed too: the row stays ours, and the sweeper finds the job by its age.
                logger.exception("an outcome is lost")
            finally:
                self._work.task_done()
        self._work.task_done()

    def _deliver(self, job: RenderingJob, picture: Picture) -> None:
        if job.stopped is not None:
            return
        try:
            key = self._put(job, picture)
        except (BlobStoreUnreachable, BlobStoreRefused) as failure:
            logger.error("%s: %s", job, failure.message)
            job.store_failed = True
            self._fail(job, FailureCode.STORE_UNREACHABLE)
            return
        self._metrics.picture_made(picture.render_s)
        self._report_picture(job, picture.index, key)

    def _deliver_ready(self, job: RenderingJob) -> None:
        for index, key in sorted(job.ready_before.items()):
            self._report_picture(job, index, key)

    def _put(self, job: RenderingJob, picture: Picture) -> str:
        began = time.monotonic()
        data = as_png(picture.image)
        sha256 = hashlib.sha256(data).hexdigest()
        result = PictureResult(
            job_id=job.job_id,
            attempt=job.attempt,
            index=picture.index,
            storage_key=contract.picture_key(job.job_id, picture.index, sha256),
            sha256=sha256,
            size_bytes=len(data),
            width=picture.image.width,
            height=picture.image.height,
            render_s=picture.render_s + time.monotonic() - began,
            device=picture.device,
            recipe=picture.recipe,
            record=self._put_record(job, picture),
        )
        self._store.put(result.storage_key, data, media_type=result.media_type)
        key = contract.result_key(job.job_id, picture.index, job.attempt)
        self._store.put(key, contract.as_json(result).encode(), media_type="application/json")
        return key

    def _put_record(self, job: RenderingJob, picture: Picture) -> StoredRecord | None:
        data = picture.record_png
        if data is None:
            return None
        sha256 = hashlib.sha256(data).hexdigest()
        record = StoredRecord(
            storage_key=contract.record_key(job.job_id, picture.index, sha256), sha256=sha256, size_bytes=len(data)
        )
        self._store.put(record.storage_key, data, media_type="image/png")
        return record

    def _report_picture(self, job: RenderingJob, index: int, key: str) -> None:
        job.keys[index] = key
        if len(job.keys) < job.request.count:
            self._patience.until_answered(lambda: self._shop.picture_is_ready(job.job_id, job.attempt, key))
            return
        finished = job_is_finished(job.job_id, job.attempt, [job.keys[place] for place in range(job.request.count)])
        if job.request.count == 1:
            # The end brings the picture; said twice, the shop would read and check it twice.
            self._end(job, [finished])
        else:
            self._end(job, [picture_is_ready(job.job_id, job.attempt, key), finished])
        self._metrics.job_ended("finished")

    def _fail(self, job: RenderingJob, code: FailureCode) -> None:
        self._end(job, [job_failed(job.job_id, job.attempt, code)])
        self._metrics.job_ended(code.value)

    def _stop(self, job: RenderingJob) -> None:
        self._end(job, [])
        self._metrics.job_ended("stopped")

    def _end(self, job: RenderingJob, outcomes: Sequence[Outcome]) -> None:
        self._patience.until_answered(lambda: self._shop.job_ended(job.queued.row_id, outcomes))
        job.is_ended = True

    def _hand_back(self, job: RenderingJob) -> None:
        self._patience.until_answered(lambda: self._rows.hand_back(job.queued.row_id))
        job.is_ended = True
        self._metrics.job_ended("handed_back")


def as_png(image: Image.Image) -> bytes:
    """The picture's file. Of a painting only runs are worth looking for after PNG's filters: as small as with zlib's
    usual search (level 6), in a fifth of the time.
    """
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=_PNG_LEVEL, compress_type=zlib.Z_RLE)
    return buffer.getvalue()
