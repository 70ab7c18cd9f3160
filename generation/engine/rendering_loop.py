"""The thread that renders: takes what the queue holds, forms batches, and lays the pictures before the delivery."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from generation.engine.contract import FailureCode, Go
from generation.engine.delivery import Picture
from generation.engine.painting import Painter, PictureOrder, notes_of
from generation.engine.queue import QueuedJob
from generation.engine.rendering_job import (
    RenderingJob,
    pictures_of_earlier_attempts,
    read_control,
    read_input,
    read_mask,
    read_reference,
    read_request,
    recipe_of,
    require_registered_weights,
)
from generation.engine.reporter import Moment
from generation.engine.stopping import DatabaseAway, GaveUp, HandedBack, NobodyWaits
from generation.engine.workplace import Workplace
from marketplace.core.blobs import BlobStoreRefused, BlobStoreUnreachable

logger = logging.getLogger(__name__)

# News of the queue come at once; this is for news that were lost, and for jobs whose time to begin comes.
_LOOK_EVERY_S = 5.0
_WHEN_AWAY_S = 1.0


@dataclass(frozen=True)
class Wanted:
    """One picture of a job in hand."""

    job: RenderingJob
    index: int
    order: PictureOrder


@dataclass
class Batch:
    """What is being rendered. ``deadline`` is in `time.monotonic`'s seconds."""

    wanted: Sequence[Wanted]
    deadline: float
    step: int = 0

    @property
    def jobs(self) -> list[RenderingJob]:
        """Whose pictures they are, each once."""
        return list({id(one.job): one.job for one in self.wanted}.values())

    @property
    def steps(self) -> int:
        """Denoising steps of the batch."""
        return self.wanted[0].order.request.steps_run


class RenderingLoop:
    """``run`` until this process is asked to end; ``work_once`` for one group of jobs."""

    def __init__(self, at: Workplace) -> None:
        self._at = at
        self._in_hand: list[RenderingJob] = []
        self.batch: Batch | None = None
        self.is_busy = False
        self.moved_at = time.monotonic()

    def run(self) -> None:
        """Work until the process is ending; then every job that is not ready goes back to the queue."""
        while not self._at.ending.is_set():
            self.moved_at = time.monotonic()
            try:
                if not self.work_once():
                    self._at.database.wait_for_news(_LOOK_EVERY_S)
            except DatabaseAway as away:
                logger.warning("the queue's database is away: %s", away)
                self._at.ending.wait(_WHEN_AWAY_S)

    def work_once(self) -> bool:
        """Take the next job, with others of its shape that wait and fit, and render them; False where none waits.

        Returns when all is rendered, or the process is ending; the delivery may still be at it. Raises DatabaseAway
        where nothing could be taken.
        """
        self._in_hand = [job for job in self._in_hand if not job.is_ended]
        self._at.queue.put_back_unknown({job.queued.row_id for job in self._in_hand})
        first = self._at.queue.take()
        if first is None:
            return False
        self.is_busy = True
        group: list[RenderingJob] = []
        try:
            self._work(first, group)
        except HandedBack:
            for job in group:
                self._at.delivery.hand_back(job)
        except Exception:
            logger.exception("an error of ours in the rendering loop")
            for job in group:
                self._fail(job, FailureCode.INTERNAL)
        finally:
            self.batch = None
            self.is_busy = False
            self._at.reporter.end()
        return True

    # From the queue's rows to pictures that are wanted:

    def _work(self, first: QueuedJob, group: list[RenderingJob]) -> None:
        wanted = self._open(first, group)
        if wanted:
            wanted += self._open_alike(wanted, group)
            self._render_all(wanted)
        for job in group:
            if job.stopped is not None:
                logger.info("%s: stopped (%s)", job, job.stopped.value)
                self._at.delivery.stopped(job)

    def _open_alike(self, wanted: list[Wanted], group: list[RenderingJob]) -> list[Wanted]:
        """What waits in the queue for the places that the last batch has left; nobody waits for what may come."""
        shape = wanted[0].order.request.batch_shape
        room = -len(wanted) % self._at.limits.of(shape)
        # The row has no shape where the shop wants the job to run alone, the request none where it has to.
        if not room or not shape or wanted[0].job.queued.shape != shape:
            return []
        try:
            others = self._at.queue.take_alike(shape, limit=room)
        except DatabaseAway as away:
            logger.warning("no others of this shape: %s", away)
            return []
        more: list[Wanted] = []
        for number, queued in enumerate(others):
            if len(more) >= room or self._at.ending.is_set():
                # Their pictures are more than the rows: another worker may begin them at once.
                for left in others[number:]:
                    job = RenderingJob(left)
                    self._in_hand.append(job)
                    self._at.delivery.hand_back(job)
                break
            more += self._open(queued, group)
        return more

    def _open(self, queued: QueuedJob, group: list[RenderingJob]) -> list[Wanted]:
        """Read what was ordered and what is there already; the pictures that are missing."""
        job = RenderingJob(queued)
        group.append(job)
        self._in_hand.append(job)
        self._at.reporter.begin(group)
        try:
            answer = self._at.patience.until_answered(lambda: self._at.shop.report_progress([job.progress]))[0]
        except DatabaseAway:
            raise HandedBack from None
        if answer is not Go.ON:
            job.stopped = answer
            return []
        try:
            job.request = read_request(self._at.store, queued)
            model = self._at.models.get(job.request.model, job.request.model_version)
            require_registered_weights(model, job.request)
            job.input_picture = read_input(self._at.store, job.request)
            job.mask = read_mask(self._at.store, job.request)
            job.reference = read_reference(self._at.store, job.request)
            job.control_picture = read_control(self._at.store, job.request)
            job.adapters = tuple(self._at.adapters.get(adapter) for adapter in job.request.adapters)
            if queued.taken_before:
                job.ready_before = pictures_of_earlier_attempts(self._at.store, model, job.request, job.job_id)
        except GaveUp as failure:
            self._give_up(job, failure.code, str(failure))
            return []
        except (BlobStoreUnreachable, BlobStoreRefused) as failure:
            self._give_up(job, FailureCode.STORE_UNREACHABLE, failure.message)
            return []
        except Exception:
            logger.exception("%s: an error of ours", job)
            self._fail(job, FailureCode.INTERNAL)
            return []
        if job.ready_before:
            job.steps_done = job.request.steps_run * len(job.ready_before)
            self._at.delivery.ready_before(job)
        return [Wanted(job, index, order) for index, order in job.orders()]

    # From wanted pictures to pictures:

    def _render_all(self, wanted: list[Wanted]) -> None:
        one_by_one = False
        while wanted := [one for one in wanted if one.job.goes_on]:
            self._require_time_to_go_on()
            request = wanted[0].order.request
            shape = request.batch_shape
            # Again for each batch: the model may have had to leave and come back.
            model = self._at.models.get(request.model, request.model_version)
            most = 1 if one_by_one or not shape else self._at.limits.of(shape)
            chosen = [one for one in wanted if one.order.alike == wanted[0].order.alike][:most]
            memory_ran_out = False
            try:
                self._render(model, chosen)
            except NobodyWaits:
                continue
            except HandedBack:
                raise
            except GaveUp as failure:
                if failure.code is FailureCode.OUT_OF_MEMORY:
                    # What is done about it comes below: until this block is left, the error keeps the batch's tensors.
                    memory_ran_out = True
                    logger.warning("memory ran out: %s", failure)
                    words = str(failure)
                else:
                    for job in Batch(chosen, 0.0).jobs:
                        self._give_up(job, failure.code, str(failure))
            except Exception:
                if len(chosen) == 1:
                    logger.exception("%s: an error of ours", chosen[0].job)
                    self._fail(chosen[0].job, FailureCode.INTERNAL)
                else:
                    logger.exception("a batch failed; its pictures are tried one by one")
                    one_by_one = True
            else:
                wanted = [one for one in wanted if one not in chosen]
            if memory_ran_out:
                self._at.metrics.memory_ran_out()
                if self._at.models.make_room(keep=model):
                    continue
                if len(chosen) > 1:
                    logger.warning("batches of at most %d from now on", self._at.limits.halve(shape, len(chosen)))
                else:
                    self._give_up(chosen[0].job, FailureCode.OUT_OF_MEMORY, words)

    def _render(self, model: Painter, chosen: list[Wanted]) -> None:
        began = time.monotonic()
        batch = Batch(chosen, began + self._at.configuration.worker_time_limit_s * len(chosen))
        before = {id(job): job.steps_done for job in batch.jobs}
        steps, jobs = batch.steps, [one.job for one in chosen]

        def count_steps(done: int) -> None:
            batch.step = done
            for job in batch.jobs:
                job.steps_done = before[id(job)] + done * jobs.count(job)

        def on_step(step: int, latents: object) -> None:
            self.moved_at = time.monotonic()
            count_steps(min(step, steps))
            self._at.reporter.moment(Moment(model, jobs, step, steps, latents, (self.moved_at - began) / step))
            self._require_time_to_go_on()
            if self.moved_at > batch.deadline:
                limit_s = self._at.configuration.worker_time_limit_s
                raise GaveUp(
                    FailureCode.TIME_LIMIT,
                    f"step {step} of {steps} of {len(chosen)} pictures, and the limit is {limit_s:.0f} s a picture",
                )
            if not any(job.goes_on for job in jobs):
                raise NobodyWaits

        self.batch = batch
        self._at.metrics.batch_begins(len(chosen))
        try:
            images = model.paint([one.order for one in chosen], on_step=on_step)
        except BaseException:
            count_steps(0)
            self._at.metrics.batch_begins(0)
            raise
        finally:
            self.batch = None
        share_s = (time.monotonic() - began) / len(chosen)
        count_steps(steps)
        self._at.metrics.batch_ended(len(chosen))
        for place, (one, image) in enumerate(zip(chosen, images, strict=True)):
            notes = notes_of(image)
            recipe = recipe_of(
                model,
                one.order.request,
                one.index,
                batch_size=len(chosen),
                batch_index=place,
                method=notes.method if notes else "",
            )
            record = notes.record_png if notes else None
            self._at.delivery.picture(one.job, Picture(one.index, image, recipe, share_s, model.machine.name, record))

    def _require_time_to_go_on(self) -> None:
        if self._at.ending.is_set():
            raise HandedBack

    def _give_up(self, job: RenderingJob, code: FailureCode, words: str) -> None:
        logger.error("%s: %s: %s", job, code.value, words)
        self._fail(job, code)

    def _fail(self, job: RenderingJob, code: FailureCode) -> None:
        job.failed = True
        self._at.delivery.failed(job, code)
