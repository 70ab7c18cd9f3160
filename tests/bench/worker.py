"""What the generation worker costs beside the bare pipeline, and how workers add up: `make bench-worker`.

Part one runs the default model in this process: a bare loop over the pipeline (no callback, nothing stored) and the
whole path of the worker (queue, request, progress, previews, PNG, store, outcome), block by block in turns, on a real
PostgreSQL and a real S3 server, at batches of 1, 4 and 8 pictures. A block's time in the worker ends when the last
outcome is in the database. The overhead is the median of the paired differences a picture, with a bootstrap interval
of 95 %. `cpu` lines count the process's CPU time instead: other programs on the machine disturb them less.

Database and store run on the same cores here, which a real installation keeps apart: `store_cpu_ms` and
`database_cpu_ms` are what they take a picture, `delivery_cpu_ms` and `reporter_cpu_ms` what the worker's own threads
beside the rendering take (each less what it takes while the bare loop runs), `statements` and `store_requests` how
often a picture asks.

Part two starts worker processes whose pipeline sleeps 4 s a picture and counts what 1, 4, 16 and 64 of them deliver.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.processor_time import cpu_s_by_thread, cpu_s_with_children
from tests.bench.shop_of_jobs import Orders, finished_reports, registered_model, registered_workers, running_services
from tests.scratch_services import ScratchServices

SLEEP_STEPS = 8
SLEEP_STEP_S = 0.5
ROUNDS = 3
START_TIMEOUT_S = 1800.0
RESAMPLES = 2000


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.worker", description=__doc__)
    parser.add_argument("--pictures", type=int, default=200, help="at least so many for each batch size (default 200)")
    parser.add_argument("--block", type=int, default=8, help="pictures in a block (default 8)")
    parser.add_argument("--batches", type=int, nargs="*", default=[1, 4, 8], help="pictures at once (default 1 4 8)")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 4, 16, 64], help="processes (default 1 4 16 64)")
    given = parser.parse_args()
    with running_services() as services:
        if given.batches:
            case = Case(pictures=given.pictures, block=given.block, batches=tuple(given.batches))
            measure_overhead(services, case)
        if given.workers:
            measure_scaling(given.workers)


def say(name: str, value: object) -> None:
    """One figure."""
    sys.stdout.write(f"{name}: {value}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Times:
    """Of one block: seconds on the clock and on the CPU, a picture."""

    clock_s: float
    cpu_s: float


def timed(work: Callable[[], None], pictures: int) -> Times:
    """What ``work`` takes a picture."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return Times((time.perf_counter() - clock) / pictures, (time.process_time() - cpu) / pictures)


class Sides:
    """Who takes what of the CPU beside the rendering, and how often the worker asks; summed over blocks."""

    def __init__(self, services: ScratchServices) -> None:
        self._services = services
        self._asked = {"statements": 0, "store_requests": 0}
        self._totals: dict[bool, dict[str, float]] = {True: {}, False: {}}

    def count(self, thing: object, method: str, name: str) -> None:
        """From now on calls of ``thing.method`` count as ``name``."""
        call = getattr(thing, method)

        def counted(*arguments: object, **named: object) -> object:
            self._asked[name] += 1
            return call(*arguments, **named)

        setattr(thing, method, counted)

    def during(self, work: Callable[[], None], *, through_the_worker: bool) -> None:
        """``work``, with what it takes added to its side."""
        before = self._now()
        work()
        totals = self._totals[through_the_worker]
        for name, value in self._now().items():
            totals[name] = totals.get(name, 0.0) + value - before.get(name, 0.0)

    def a_picture(self, pictures: int) -> dict[str, float]:
        """What the worker's blocks took more than the bare loop's, for each of ``pictures``; then from nothing."""
        mine, theirs = self._totals[True], self._totals[False]
        self._totals = {True: {}, False: {}}
        return {name: (value - theirs.get(name, 0.0)) / pictures for name, value in mine.items()}

    def _now(self) -> dict[str, float]:
        threads, processes = cpu_s_by_thread(), self._services.processes
        return {
            "store_cpu_ms": 1000 * cpu_s_with_children(processes["jobs-storage"].pid),
            "database_cpu_ms": 1000 * cpu_s_with_children(processes["postgres"].pid),
            "delivery_cpu_ms": 1000 * threads.get("delivery", 0.0),
            "reporter_cpu_ms": 1000 * threads.get("reporter", 0.0),
            **self._asked,
        }


def measure(work: Callable[[], None], times: list[Times], pictures: int) -> None:
    """One block."""
    times.append(timed(work, pictures))


@dataclass(frozen=True)
class Case:
    """What is measured: which model (None: the one of the settings), so many pictures in blocks, batch sizes, the side
    in pixels (0: the model's own). ``title`` begins its lines. ``watch`` runs one more block of each batch size.
    """

    pictures: int
    block: int
    batches: tuple[int, ...]
    folder: Path | None = None
    side: int = 0
    title: str = ""
    watch: Callable[[str, Callable[[], None]], None] | None = None


def measure_overhead(services: ScratchServices, case: Case) -> None:
    """Part one."""
    import torch

    from generation.engine.batch_limits import BatchLimits
    from generation.engine.card import read_card
    from generation.engine.configuration import read_configuration
    from generation.engine.heart import Heart
    from generation.engine.rendering_loop import RenderingLoop
    from generation.engine.worker import SWITCH_INTERVAL_S, make_workplace, warm_up

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    configuration = read_configuration()
    if case.folder is not None:
        chosen = {"models_dir": case.folder.parent, "worker_model": case.folder.name}
        configuration = configuration.model_copy(update=chosen)
    name = configuration.models_at_start[0]
    folder = configuration.models_dir / name
    card = read_card(folder)
    side = case.side or card.default_side
    workplace = make_workplace(configuration)
    warm_up(workplace)
    model = workplace.models.get(name, card.version)
    orders = Orders(registered_model(folder), side=side, steps=card.default_steps, guidance=3.0)
    loop = RenderingLoop(workplace)
    heart = Heart(workplace, loop)
    sides = Sides(services)
    sides.count(workplace.database, "rows", "statements")
    for request in ("put", "get", "keys", "exists"):
        sides.count(workplace.store, request, "store_requests")
    workplace.open()
    heart.start()
    prefix = f"{case.title}_" if case.title else ""
    say(f"{prefix}model", f"{name} {card.version}")
    say(f"{prefix}threads", model.machine.threads)
    say(f"{prefix}side_px", side)
    say(f"{prefix}steps", card.default_steps)

    def through_the_worker() -> None:
        while loop.work_once():
            pass
        workplace.delivery.drain()

    try:
        for size in case.batches:
            workplace.limits = BatchLimits(size)
            whole = max(case.block, size) // size * size
            pairs = -(-case.pictures // whole)

            def bare(whole: int = whole, size: int = size) -> None:
                for start in range(0, whole, size):
                    bare_batch(model, [start + place for place in range(size)], steps=card.default_steps, side=side)

            title = f"{prefix}batch_{size}"
            try:
                bare()
            except (torch.OutOfMemoryError, MemoryError):
                say(title, "does not fit into the memory")
                continue
            bare_times, worker_times = [], []
            for number in range(pairs):
                orders.put(whole)
                steps = [(bare, bare_times), (through_the_worker, worker_times)]
                for work, times in steps if number % 2 else reversed(steps):
                    is_ours = times is worker_times
                    sides.during(partial(measure, work, times, whole), through_the_worker=is_ours)
            report(title, pairs * whole, bare_times, worker_times)
            for figure, value in sides.a_picture(pairs * whole).items():
                say(f"{title}_{figure}", f"{value:.1f}")
            for shape, most in workplace.limits.learned.items():
                say(f"{title}_largest_batch", f"{most} ({shape})")
            if case.watch is not None:
                orders.put(whole)
                case.watch(title, through_the_worker)
    finally:
        # Also after an interrupt: the threads of the workplace would keep the process alive.
        workplace.ending.set()
        workplace.close_deliveries()
        heart.close()
        workplace.close()


def bare_batch(model: object, seeds: list[int], *, steps: int, side: int) -> None:
    """The pipeline alone, as a script would call it."""
    import torch

    with torch.inference_mode():
        model.text_to_image(  # type: ignore[attr-defined]
            prompt=["a beautiful sunset over the sea"] * len(seeds),
            num_inference_steps=steps,
            guidance_scale=3.0,
            width=side,
            height=side,
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        )


def report(title: str, pictures: int, bare: list[Times], worker: list[Times]) -> None:
    """The lines of one batch size."""
    say(f"{title}_pictures", pictures)
    say(f"{title}_pictures_per_s", f"{1 / statistics.median(times.clock_s for times in worker):.3f}")
    for clock, pick in (("", lambda times: times.clock_s), ("cpu_", lambda times: times.cpu_s)):
        base = statistics.median(pick(times) for times in bare)
        differences = [pick(mine) - pick(theirs) for mine, theirs in zip(worker, bare, strict=True)]
        low, high = interval(differences)
        say(f"{title}_{clock}bare_ms", f"{base * 1000:.1f}")
        say(f"{title}_{clock}worker_ms", f"{statistics.median(pick(times) for times in worker) * 1000:.1f}")
        say(f"{title}_{clock}overhead_ms", f"{statistics.median(differences) * 1000:.1f}")
        say(f"{title}_{clock}overhead_ms_interval", f"{low * 1000:.1f} to {high * 1000:.1f}")
        say(f"{title}_{clock}overhead_percent", f"{100 * statistics.median(differences) / base:.2f}")


def interval(values: list[float]) -> tuple[float, float]:
    """Of the median: 95 %, by resampling with replacement."""
    chance = random.Random(0)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES) - 1]


def measure_scaling(numbers: list[int]) -> None:
    """Part two."""
    from generation.models import GenerationModel

    model, _is_new = GenerationModel.objects.get_or_create(name="sleeping", version="1", defaults={"title": "Sleeping"})
    orders = Orders(model, side=128, steps=SLEEP_STEPS, guidance=3.0)
    one = 0.0
    for number in numbers:
        rate = pictures_a_second(number, orders)
        one = one or rate / number
        say(f"workers_{number}_pictures_per_s", f"{rate:.3f}")
        say(f"workers_{number}_of_linear", f"{rate / (one * number):.3f}")


def pictures_a_second(number: int, orders: Orders) -> float:
    """What ``number`` worker processes deliver: from the moment the jobs are in the queue to the last outcome."""
    started: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryFile() as log:
        try:
            for _worker in range(number):
                started.append(sleeping_process(log.fileno()))
            wait(lambda: registered_workers() == number, START_TIMEOUT_S, started)
            before, jobs = finished_reports(), ROUNDS * number
            orders.put(jobs)
            began = time.perf_counter()
            wait(lambda: finished_reports() - before >= jobs, START_TIMEOUT_S, started)
            return jobs / (time.perf_counter() - began)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


def sleeping_process(log: int) -> subprocess.Popen[bytes]:
    """One worker that sleeps for its pictures."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.generation.sleeping_worker", "--step-s", str(SLEEP_STEP_S)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "WORKER_MOST_AT_ONCE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )


def wait(answers: Callable[[], bool], timeout_s: float, processes: list[subprocess.Popen[bytes]]) -> None:
    """Until it is true. Raises RuntimeError where a worker has ended or the time is over."""
    until = time.monotonic() + timeout_s
    while not answers():
        if any(process.poll() is not None for process in processes) or time.monotonic() > until:
            raise RuntimeError("a worker has ended, or the time is over")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
