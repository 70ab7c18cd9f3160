"""What the studio tells before the button is pressed, against what happens: real orders, worker and outcomes.

    python -m tests.bench.estimates [--jobs 30] [--at-once 1] [--sleep]        (make bench-estimates)

A shop of its own with one generation worker and its installed model, which measures itself at its start; then jobs of
mixed kinds, sizes, steps and numbers of pictures, one to three at once. Each quote, waiting included, is held against
the time from the order to its recorded end. With --sleep the worker's pipeline sleeps a known time for each step, so
that the machine's load decides nothing. Prints ``name: value`` lines.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults.shop import shop

MOST_ORDERS_AT_ONCE = 3
STEP_S, PICTURE_S = 0.02, 0.05
NEAR = 0.2
WORDS = ("a beautiful sunset over the sea", "mountains in the mist", "a forest by day")


def measure(*, jobs: int, at_once: int, sleep: bool) -> list[float]:
    """Deviations, as shares of what happened, in the order of the orders."""
    from generation.models import GenerationJob, WorkerReport
    from marketplace.studio.services import quote, start_generation
    from tests.factories.accounts import UserFactory
    from tests.factories.billing import give_credits
    from tests.factories.generation import GenerationModelFactory
    from tests.generation.processes import generation_worker, ordinary_worker, sleeping_worker, wait_until

    chance = random.Random(7)
    url = os.environ["WORKER_DATABASE_URL"]
    if sleep:
        model = GenerationModelFactory(name="sleep", largest_side=512)
        given = ("--step-s", str(STEP_S), "--picture-s", str(PICTURE_S))
        generation = sleeping_worker(url, *given, WORKER_MOST_AT_ONCE=str(at_once))
    else:
        model, folder = _installed_model()
        given_settings = {"WORKER_MOST_AT_ONCE": str(at_once), "WORKER_MODEL": folder.name}
        generation = generation_worker(url, folder.parent, **given_settings)
    workers = [generation, ordinary_worker()]
    told: list[tuple[GenerationJob, float]] = []
    try:
        for worker in workers:
            worker.start()
        wait_until(WorkerReport.objects.exists, timeout_s=300, what=generation.said)
        while len(told) < jobs:
            for _ in range(chance.randint(1, MOST_ORDERS_AT_ONCE)):
                artist = UserFactory()
                give_credits(artist, 1000)
                chosen, upload = _order(chance, model)
                offer = quote(settings=chosen, model=model, user=artist)
                job = start_generation(user=artist, settings=chosen, model=model, upload=upload)
                told.append((job, offer.total_seconds))
            active = GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE)
            wait_until(lambda active=active: not active.exists(), timeout_s=600, what=generation.said)
            time.sleep(0.2)
    finally:
        for worker in workers:
            worker.kill()
            worker.log.unlink(missing_ok=True)
    deviations = []
    for job, seconds in told:
        job.refresh_from_db()
        if job.state != GenerationJob.State.FINISHED or job.ended_at is None:
            raise RuntimeError(f"job {job.id} has ended as {job.state} ({job.error_code})")
        happened = (job.ended_at - job.created_at).total_seconds()
        deviations.append(seconds / happened - 1)
    return deviations


def _installed_model() -> tuple[Any, Path]:
    from generation.engine.configuration import DEFAULT_MODEL, WorkerConfiguration
    from generation.services.models import register_installed

    folder = WorkerConfiguration.model_fields["models_dir"].default / DEFAULT_MODEL
    return register_installed(folder), folder


def _order(chance: random.Random, model: Any) -> tuple[Any, bytes | None]:
    """What somebody might order: a third of it begins with a picture."""
    from PIL import Image

    from marketplace.studio.selectors import sizes_of
    from marketplace.studio.settings_of_pictures import PictureSettings

    width, height = chance.choice(sizes_of(model)[:5])
    upload = None
    if chance.random() < 1 / 3:
        buffer = io.BytesIO()
        Image.radial_gradient("L").resize((width, height)).convert("RGB").save(buffer, "PNG")
        upload = buffer.getvalue()
    settings = PictureSettings(
        prompt=chance.choice(WORDS),
        width=width,
        height=height,
        count=chance.choice((1, 1, 2, 4)),
        seed=chance.randrange(1000),
        steps=chance.choice((8, model.default_steps, 20)),
        strength=chance.choice((0.4, 0.8)) if upload is not None else None,
    )
    return settings, upload


def report(name: str, deviations: list[float]) -> None:
    """The lines of some orders."""
    sizes = sorted(abs(one) for one in deviations)
    figures = {
        "orders": len(sizes),
        "median_deviation_percent": f"{100 * median(sizes):.1f}",
        "p90_deviation_percent": f"{100 * sizes[min(len(sizes) - 1, int(0.9 * len(sizes)))]:.1f}",
        "share_within_20_percent": f"{sum(size <= NEAR for size in sizes) / len(sizes):.2f}",
        "median_signed_percent": f"{100 * median(deviations):.1f}",
    }
    for figure, value in figures.items():
        sys.stdout.write(f"{name}_{figure}: {value}\n")
    sys.stdout.flush()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.estimates", description=__doc__)
    parser.add_argument("--jobs", type=int, default=30)
    parser.add_argument("--at-once", type=int, default=1, help="pictures in a batch (WORKER_MOST_AT_ONCE)")
    parser.add_argument("--sleep", action="store_true", help="a pipeline that sleeps, of known speed")
    options = parser.parse_args()
    with shop():
        deviations = measure(jobs=options.jobs, at_once=options.at_once, sleep=options.sleep)
    sys.stdout.write(f"first_order_deviation_percent: {100 * deviations[0]:.1f}\n")
    report("all", deviations)
    report("after_a_third", deviations[len(deviations) // 3 :])


if __name__ == "__main__":
    main()
