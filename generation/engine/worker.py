"""The generation worker: a process with no web code and no access to the shop's tables.

    python -m generation.engine.worker

It takes jobs from the queue ``generation``, one at a time. SIGTERM or SIGINT: the job at hand goes back to
the queue at its next step, with the pictures that are ready kept; a second signal ends at once, and the
shop's sweeper does the rest.
"""

import asyncio
import contextlib
import logging
import signal
import sys
import threading
from uuid import UUID

import procrastinate
import torch
from procrastinate.jobs import Job

from generation.engine import contract
from generation.engine.configuration import WorkerConfiguration, read_configuration
from generation.engine.pipelines.loading import Models, choose_place, installed_version
from generation.engine.rendering_job import RenderingJob, Workplace
from generation.engine.shop import Shop
from generation.engine.stopping import GaveUp, HandedBack
from marketplace.core.blobs import BlobStore

logger = logging.getLogger("generation.worker")

# At its start a worker removes the entries of workers that it takes for dead. One that lives and was only
# slow can then fetch no more jobs, so this is far longer than the sweeper's patience, which needs no entry
# removed.
FORGOTTEN_AFTER_S = 600.0


class _HandedBackRunsAgain(procrastinate.BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """The same attempt, as soon as another worker is free; every other error is the sweeper's."""
        return procrastinate.RetryDecision() if isinstance(exception, HandedBack) else None


def make_workplace(configuration: WorkerConfiguration, ending: threading.Event) -> Workplace:
    """Everything that is set up once."""
    torch.set_num_threads(configuration.torch_threads)
    place = choose_place(configuration.worker_device, configuration.worker_dtype)
    return Workplace(
        store=BlobStore(configuration.jobs_store),
        shop=Shop(configuration.worker_database_url),
        models=Models(models_dir=configuration.models_dir, place=place, hub=configuration.worker_hub_models),
        ending=ending,
    )


def make_app(configuration: WorkerConfiguration, workplace: Workplace) -> procrastinate.App:
    """The queue's application with its one task."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=configuration.worker_database_url, min_size=1, max_size=4)
    )

    @app.task(name=contract.RENDER_TASK, queue=contract.QUEUE, retry=_HandedBackRunsAgain())
    def render(job_id: str, attempt: int, request_key: str, shape: str = "") -> None:
        RenderingJob(workplace, job_id=UUID(job_id), attempt=attempt, request_key=request_key).run()

    return app


async def serve(configuration: WorkerConfiguration, workplace: Workplace) -> None:
    """Work until a signal comes."""
    app = make_app(configuration, workplace)
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[contract.QUEUE],
                name="generation",
                concurrency=1,
                update_heartbeat_interval=configuration.worker_heartbeat_s,
                stalled_worker_timeout=FORGOTTEN_AFTER_S,
                install_signal_handlers=False,
            )
        )
        loop = asyncio.get_running_loop()

        def end() -> None:
            if workplace.ending.is_set():
                logger.warning("ending at once; the sweeper will take the job up again")
                sys.stderr.flush()
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.raise_signal(signal.SIGTERM)
            logger.info("ending; the job at hand goes back to the queue")
            workplace.ending.set()
            working.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        logger.info("waiting for jobs")
        with contextlib.suppress(asyncio.CancelledError):
            await working


def main() -> None:
    """Set up once, then work."""
    configuration = read_configuration()
    logging.basicConfig(level=configuration.worker_log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("procrastinate").setLevel(max(logging.WARNING, logging.getLogger().level))
    workplace = make_workplace(configuration, threading.Event())
    try:
        version = installed_version(configuration.worker_model, models_dir=configuration.models_dir)
        workplace.models.get(configuration.worker_model, version)
    except GaveUp as missing:
        # Jobs may name another model, and the folder may be filled later; each job that needs it says so to
        # its owner.
        logger.warning("%s", missing)
    try:
        asyncio.run(serve(configuration, workplace))
    finally:
        workplace.shop.close()


if __name__ == "__main__":
    main()
