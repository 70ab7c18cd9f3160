"""What the studio tells before the button is pressed, against what happens: real orders, worker and outcomes.

    python -m tests.bench.estimates [--jobs 30] [--step-s 0.05]

A shop of its own with one generation worker whose pipeline sleeps (the time of a step is known and does not depend on
this machine's load). The first third of the orders teaches the rate; of the others the quote, waiting included, is held
against the time from the order to its recorded end. Prints ``name: value`` lines.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from statistics import median

from tests.faults.campaign import shop

SIDE, STEPS, AT_ONCE = 128, (10, 20, 40), 3


def measure(*, jobs: int, step_s: float) -> list[float]:
    """Deviations, as shares of what happened, in the order of the orders. The pipeline takes no longer for more pixels,
    so all have one size.
    """
    from generation.models import GenerationJob
    from marketplace.studio.services import quote, start_generation
    from marketplace.studio.settings_of_pictures import PictureSettings
    from tests.factories.accounts import UserFactory
    from tests.factories.billing import give_credits
    from tests.factories.generation import GenerationModelFactory
    from tests.generation.processes import ordinary_worker, sleeping_worker, wait_until

    chance = random.Random(7)
    model = GenerationModelFactory(name="sleep", version="1")
    workers = [
        sleeping_worker(os.environ["WORKER_DATABASE_URL"], "--step-s", str(step_s), WORKER_MOST_AT_ONCE="1"),
        ordinary_worker(),
    ]
    told: list[tuple[GenerationJob, float]] = []
    try:
        for worker in workers:
            worker.start()
        while len(told) < jobs:
            for _ in range(chance.randint(1, AT_ONCE)):
                artist = UserFactory()
                give_credits(artist, 100)
                chosen = PictureSettings(
                    prompt="a sunset over the sea",
                    width=SIDE,
                    height=SIDE,
                    count=chance.randint(1, 4),
                    seed=1,
                    steps=chance.choice(STEPS),
                )
                offer = quote(settings=chosen, model=model, user=artist)
                told.append((start_generation(user=artist, settings=chosen, model=model), offer.total_seconds))
            active = GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE)
            wait_until(lambda active=active: not active.exists(), timeout_s=300, what="a job does not end")
            time.sleep(0.2)
    finally:
        for worker in workers:
            worker.kill()
            worker.log.unlink(missing_ok=True)
    deviations = []
    for job, seconds in told:
        job.refresh_from_db()
        assert job.ended_at is not None
        happened = (job.ended_at - job.created_at).total_seconds()
        deviations.append(seconds / happened - 1)
    return deviations


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.estimates", description=__doc__)
    parser.add_argument("--jobs", type=int, default=30)
    parser.add_argument("--step-s", type=float, default=0.05)
    options = parser.parse_args()
    with shop():
        deviations = measure(jobs=options.jobs, step_s=options.step_s)
    judged = deviations[len(deviations) // 3 :]
    print(f"orders_judged: {len(judged)}")
    print(f"median_deviation_percent: {100 * median(abs(one) for one in judged):.1f}")
    print(f"share_within_20_percent: {sum(abs(one) <= 0.2 for one in judged) / len(judged):.2f}")
    print(f"largest_deviation_percent: {100 * max(abs(one) for one in judged):.1f}")


if __name__ == "__main__":
    main()
