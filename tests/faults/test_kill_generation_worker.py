"""``kill -9`` of the generation worker in the middle of jobs: every job ends, nobody pays twice.

The short form, 3 kills over 6 jobs, runs in ``make test``; the full one, 25 over 50, in ``make faults``.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from billing.models import CreditHold, Transaction
from billing.selectors import credits_available, credits_held
from generation.models import GenerationJob, GenerationOutput
from generation.services import sweep
from generation.services.models import register_installed
from generation.services.outcomes import MOST_CRASHES
from marketplace.studio.models import GenerationCharge
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits
from tests.generation.processes import WorkerProcess, generation_worker, ordinary_worker, wait_until

HEARTBEAT_S = 0.5
STALLED_AFTER_S = 15.0
PICTURES = 2


@pytest.fixture
def shop_worker(queue: None) -> Iterator[WorkerProcess]:
    """The shop's own worker, which records the outcomes and settles."""
    process = ordinary_worker()
    process.start()
    yield process
    process.kill()
    process.log.unlink(missing_ok=True)


@pytest.fixture
def worker(queue: None, worker_database_url: str, tiny_models_dir: Path) -> Iterator[WorkerProcess]:
    """The generation worker, to be killed."""
    process = generation_worker(worker_database_url, tiny_models_dir, heartbeat_s=HEARTBEAT_S)
    yield process
    process.kill()
    process.log.unlink(missing_ok=True)


@pytest.mark.faults
def test_every_job_ends_and_nobody_pays_twice(worker, shop_worker, tiny_models_dir, settings, monkeypatch):
    jobs, kills = (50, 25) if os.environ.get("ATELIER_FAULTS") == "full" else (6, 3)
    campaign(worker, shop_worker, tiny_models_dir, settings, monkeypatch, jobs=jobs, kills=kills, steps=12)


def campaign(worker, shop_worker, models_dir, settings, monkeypatch, *, jobs: int, kills: int, steps: int) -> None:
    """Order ``jobs``, kill the worker ``kills`` times while it works, and count what is left."""
    monkeypatch.setattr(settings.CONFIGURATION, "models_dir", models_dir)
    register_installed(models_dir / "tiny-image")
    chance = random.Random(25)
    artists = [UserFactory() for _ in range(jobs)]
    orders = []
    for artist in artists:
        give_credits(artist, 10)
        chosen = PictureSettings(
            prompt="a sunset over the sea",
            width=128,
            height=128,
            count=PICTURES,
            seed=chance.randrange(1000),
            steps=steps,
        )
        orders.append(start_generation(user=artist, settings=chosen))
    killed_at_work = kill_while_working(worker, kills, chance)
    wait_until(
        lambda: take_up_and_count_active(worker, shop_worker) == 0,
        timeout_s=600 + 30 * jobs,
        what=lambda: f"jobs have not ended\n{worker.said()[-3000:]}\n{shop_worker.said()[-3000:]}",
        poll_s=0.5,
    )
    assert killed_at_work == kills
    ended = GenerationJob.objects.filter(id__in=[job.id for job in orders])
    assert ended.filter(attempt__gt=1).count() > 0
    finished = ended.filter(state=GenerationJob.State.FINISHED)
    given_up = ended.filter(state=GenerationJob.State.PARKED)
    assert finished.count() + given_up.count() == jobs
    # Chance may kill one job again and again; only then is it given up.
    assert all(job.crashes == MOST_CRASHES for job in given_up)
    assert finished.count() >= 0.9 * jobs
    assert GenerationOutput.objects.filter(job__in=finished).count() == PICTURES * finished.count()
    for artist, job in zip(artists, orders, strict=True):
        delivered = GenerationOutput.objects.filter(job=job).count()
        assert GenerationCharge.objects.get(job=job).credits_spent == delivered
        assert (credits_available(artist), credits_held(artist)) == (10 - delivered, 0)
        assert Transaction.objects.filter(object_ref=f"job:{job.id}", effect="settled").count() == min(1, delivered)
    assert not CreditHold.objects.filter(state=CreditHold.State.OPEN).exists()
    spent = GenerationCharge.objects.aggregate(total=Sum("credits_spent"))["total"]
    assert spent == GenerationOutput.objects.count()
    call_command("check_ledger")
    print(f"jobs: {jobs}\nkills: {kills}\nfinished: {finished.count()}\nattempts: {sum(j.attempt for j in ended)}")


def take_up_and_count_active(*workers: WorkerProcess) -> int:
    """What the periodic sweep does, with a shorter patience; a supervisor starts workers that have ended."""
    for worker in workers:
        if not worker.is_running:
            worker.start()
    sweep(stalled_after_s=STALLED_AFTER_S)
    return GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE).count()


def kill_while_working(worker: WorkerProcess, kills: int, chance: random.Random) -> int:
    """Kill it each time a little after it has begun to make a picture; how often that was in time."""
    done = 0
    for _ in range(kills):
        worker.start()
        before = steps_reported()

        def is_working(before=before) -> bool:
            sweep(stalled_after_s=STALLED_AFTER_S)
            return bool(steps_reported() - before)

        wait_until(is_working, timeout_s=600, what=lambda: f"it does not work\n{worker.said()[-3000:]}", poll_s=0.05)
        time.sleep(chance.uniform(0, 0.4))
        assert worker.is_running, worker.said()
        worker.kill()
        done += 1
    return done


def steps_reported() -> set[tuple[object, int, int]]:
    """How far each running job says that it is."""
    running = GenerationJob.objects.filter(state=GenerationJob.State.RUNNING)
    return set(running.values_list("id", "attempt", "steps_done"))
