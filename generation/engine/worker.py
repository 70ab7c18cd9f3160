"""The generation worker: a process with no web code and no access to the shop's tables.

    python -m generation.engine.worker

It takes jobs from the queue ``generation`` and renders them in batches of equal shape. SIGTERM or SIGINT: what is
rendered is delivered, what is not goes back to the queue at the next step, with the pictures that are ready kept; a
second signal ends at once, and the shop's sweeper does the rest.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from generation.engine.configuration import WorkerConfiguration, read_configuration
from generation.engine.heart import Heart
from generation.engine.metrics import MetricsServer
from generation.engine.rendering_loop import RenderingLoop
from generation.engine.stopping import DatabaseAway, GaveUp
from generation.engine.workplace import Workplace

logger = logging.getLogger("generation.worker")

# A thread that holds the interpreter gives way after this long. The default, 5 ms, is as long as a step of a small
# model: the rendering thread would wait that long whenever another thread is at work.
SWITCH_INTERVAL_S = 0.0005


def make_workplace(configuration: WorkerConfiguration) -> Workplace:
    """Everything that is set up once, with diffusers' models."""
    import torch

    from generation.engine.pipelines.loading import choose_place
    from generation.engine.pipelines.shelf import Models

    torch.set_num_threads(configuration.torch_threads)
    # Else cuDNN may choose another algorithm for the same shapes, with other rounding.
    torch.backends.cudnn.deterministic = True
    models = Models(
        models_dir=configuration.models_dir,
        place=choose_place(configuration.worker_device, configuration.worker_dtype),
        hub=configuration.worker_hub_models,
        memory_bytes=configuration.worker_model_memory_mib * 1024 * 1024,
    )
    return Workplace(configuration, models)


def warm_up(workplace: Workplace) -> None:
    """Load the models that are named for the start and run each once, so that the first job waits for nothing."""
    from generation.engine.picture_tools.loading import LoadedTool
    from generation.engine.pipelines.compiling import compile_model
    from generation.engine.pipelines.loading import LoadedModel, installed_version
    from generation.engine.pipelines.warming import run_once, shapes_of

    configuration = workplace.configuration
    compiler = _compiler(workplace)
    for name in configuration.models_at_start:
        try:
            version = installed_version(name, models_dir=configuration.models_dir)
            model = workplace.models.get(name, version)
            folder = configuration.models_dir / name
            if compiler and isinstance(model, LoadedModel):
                compile_model(model, compiler, shapes_of(folder, {1, workplace.limits.most}))
            if isinstance(model, LoadedTool):
                # Its networks are read by its first picture; there is nothing to paint from words.
                continue
            workplace.warm_ups += run_once(model, folder, at_once=workplace.limits.most)
        except GaveUp as missing:
            # Jobs may name another model, and the folder may be filled later; each job that needs it says so to
            # its owner.
            logger.warning("%s", missing)


def _compiler(workplace: Workplace) -> str:
    """What compiles, where that is wished and possible; else nothing, and the log says why."""
    from generation.engine.pipelines.compiling import NoCompiler, prepare_compiler

    configuration = workplace.configuration
    if not configuration.worker_compile:
        return ""
    try:
        return prepare_compiler(configuration.worker_compile_cache_dir, device=workplace.models.machine.device)
    except NoCompiler as missing:
        logger.warning("WORKER_COMPILE is set, and the models run as they are written: %s", missing)
        return ""


def serve(workplace: Workplace) -> int:
    """Work until a signal comes; the process's status. Signals are this thread's, so it renders nothing."""
    loop = RenderingLoop(workplace)
    heart = Heart(workplace, loop)
    _on_signals(workplace)
    configuration = workplace.configuration
    server = None
    if configuration.worker_metrics_port:
        try:
            server = MetricsServer(
                workplace.metrics,
                heart.what_is_wrong,
                host=configuration.worker_metrics_host,
                port=configuration.worker_metrics_port,
            )
        except OSError as error:
            sys.exit(f"WORKER_METRICS_PORT {configuration.worker_metrics_port} cannot be opened: {error}")
        server.start()
    workplace.open()
    heart.start()
    logger.info("waiting for jobs")
    failure = _run_in_a_thread(loop.run, workplace.ending)
    try:
        workplace.close_deliveries()
        heart.close()
        workplace.close()
    except DatabaseAway as away:
        logger.error("the database is away at the end (%s); the sweeper does the rest", away)
        return 1
    finally:
        if server is not None:
            server.close()
    return 1 if failure is not None else 0


def _run_in_a_thread(work: Callable[[], None], ending: threading.Event) -> BaseException | None:
    failures: list[BaseException] = []

    def keep_failure() -> None:
        try:
            work()
        except BaseException as error:
            logger.exception("the rendering loop has ended")
            failures.append(error)
            ending.set()

    thread = threading.Thread(target=keep_failure, name="rendering")
    thread.start()
    while thread.is_alive():
        # With a timeout, so that signals are handled meanwhile.
        thread.join(timeout=0.5)
    return failures[0] if failures else None


def _on_signals(workplace: Workplace) -> None:
    def end(number: int, _frame: FrameType | None) -> None:
        if workplace.ending.is_set():
            logger.warning("ending at once; the sweeper will take the jobs up again")
            sys.stderr.flush()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        logger.info("ending; what is not rendered goes back to the queue")
        workplace.ending.set()
        workplace.database.wake()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def main() -> None:
    """Set up once, then work."""
    configuration = read_configuration()
    logging.basicConfig(level=configuration.worker_log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    workplace = make_workplace(configuration)
    warm_up(workplace)
    sys.exit(serve(workplace))


if __name__ == "__main__":
    main()
