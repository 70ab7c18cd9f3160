"""Faults over many short jobs: processes killed and stopped, the database restarted, and the books read afterwards.

    python -m tests.faults.campaign [--jobs 2000 --kills 200 --restarts 20 --stops 50]

A shop of its own (PostgreSQL, stores, three generation workers, two ordinary workers) on free ports. The generation
worker is the product's own with a pipeline that sleeps, so that processes start fast. Prints ``name: value`` lines and
ends with status 1 where something does not hold: no job lost, none charged twice, none that stands still for a minute
after the queue is empty, and at most one picture wasted for each job in flight and fault.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from tests.faults.shop import shop
from tests.scratch_services import ScratchServices

PICTURES_A_JOB = 2
STEPS = 4
STEP_S = 0.02
HEARTBEAT_S = "0.5"
STALLED_AFTER_S = 12.0
OUTCOME_LOST_AFTER_S = 20.0
STUCK_AFTER_S = 60.0
GENERATION_WORKERS, ORDINARY_WORKERS = 3, 2
_PAINTED = "step 1 of "


@dataclass
class Plan:
    """How much of everything."""

    jobs: int
    kills: int
    restarts: int
    stops: int
    seed: int

    def faults(self, chance: random.Random) -> list[str]:
        """In the order in which they come."""
        kinds = ["kill"] * self.kills + ["restart"] * self.restarts + ["stop"] * self.stops
        chance.shuffle(kinds)
        return kinds


@dataclass
class Done:
    """What was done, for the figures."""

    faults: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("kill", "restart", "stop"), 0))
    jobs_hit: int = 0
    parked_and_tried_again: int = 0
    drained_in_s: float = 0.0


class Campaign:
    """One run: ``run`` orders, breaks and waits; ``broken_promises`` reads the books."""

    def __init__(self, services: ScratchServices, plan: Plan) -> None:
        from tests.generation.processes import ordinary_worker, sleeping_worker

        self._services, self._plan = services, plan
        self._chance = random.Random(plan.seed)
        url = os.environ["WORKER_DATABASE_URL"]
        settings = {"WORKER_HEARTBEAT_S": HEARTBEAT_S, "WORKER_MOST_AT_ONCE": "1"}
        self._generation = [
            sleeping_worker(url, "--step-s", str(STEP_S), **settings) for _ in range(GENERATION_WORKERS)
        ]
        self._ordinary = [ordinary_worker() for _ in range(ORDINARY_WORKERS)]
        self._stopped: dict[int, float] = {}
        self._ordered = threading.Event()
        self.done = Done()
        self.jobs: list[object] = []

    def run(self) -> None:
        """Order all jobs from a thread of its own, as the web process does, while the faults come; wait for the end."""
        workers = [*self._generation, *self._ordinary]
        orders = threading.Thread(target=self._order_all, name="orders")
        try:
            for worker in workers:
                worker.start()
            orders.start()
            self._break_things()
            orders.join()
            self._drain()
        finally:
            for number in list(self._stopped):
                self._continue(number)
            for worker in workers:
                worker.kill()

    def forget_logs(self) -> None:
        """They are read by ``painted``; call this last."""
        for worker in [*self._generation, *self._ordinary]:
            worker.log.unlink(missing_ok=True)

    def _order_all(self) -> None:
        from django.db import connection

        from marketplace.studio.services import start_generation
        from marketplace.studio.settings_of_pictures import PictureSettings
        from tests.factories.accounts import UserFactory
        from tests.factories.billing import give_credits
        from tests.factories.generation import GenerationModelFactory

        model = _persistently(lambda: GenerationModelFactory(name="sleep", version="1"))
        artist = None
        for number in range(self._plan.jobs):
            if number % 4 == 0:
                artist = _persistently(UserFactory)
                owner = artist
                _persistently(lambda owner=owner: give_credits(owner, 4 * PICTURES_A_JOB))
            owner, submission = artist, uuid4()
            chosen = PictureSettings(
                prompt="a sunset over the sea", width=128, height=128, count=PICTURES_A_JOB, seed=number, steps=STEPS
            )
            # As a browser does that got no answer: the same form again.
            job = _persistently(
                lambda owner=owner, submission=submission, chosen=chosen: start_generation(
                    user=owner, settings=chosen, submission=submission, model=model
                )
            )
            self.jobs.append(job.id)
        self._ordered.set()
        connection.close()

    def _break_things(self) -> None:
        faults = self._plan.faults(self._chance)
        while faults:
            self._look_after()
            # Only what works can be broken; the last faults come before the last jobs are done.
            if self._in_flight() and self._all_run():
                self._fault(faults.pop(0))
                time.sleep(self._chance.uniform(0.05, 0.5))
            elif self._ordered.is_set() and not self._active():
                raise AssertionError(f"{len(faults)} faults are left and no job; order more jobs")
            else:
                time.sleep(0.05)
        self._hit_a_job()

    def _hit_a_job(self) -> None:
        """On a busy machine the few faults of a short campaign may all have met idle workers, and would show nothing:
        then more generation workers are killed, until a job was tried again or all are done."""
        while not self._any_tried_again() and (self._active() or not self._ordered.is_set()):
            if self._in_flight() and self._all_run():
                self.done.faults["kill"] += 1
                self.done.jobs_hit += 1
                self._chance.choice([one for one in self._generation if one.is_running]).kill()
                until = time.monotonic() + STALLED_AFTER_S + 3
                while time.monotonic() < until and not self._any_tried_again():
                    self._look_after()
                    time.sleep(0.1)
            else:
                self._look_after()
                time.sleep(0.05)

    def _any_tried_again(self) -> bool:
        from generation.models import GenerationJob

        return _persistently(lambda: GenerationJob.objects.filter(attempt__gt=1).exists())

    def _fault(self, kind: str) -> None:
        self.done.faults[kind] += 1
        self.done.jobs_hit += self._in_flight() if kind == "restart" else 1
        if kind == "restart":
            self._restart_database()
            return
        # Of six faults five hit a generation worker, one the shop's own.
        workers = self._generation if self._chance.random() < 5 / 6 else self._ordinary
        worker = self._chance.choice([one for one in workers if one.is_running and id(one) not in self._stopped])
        if kind == "kill":
            worker.kill()
        else:
            worker.signal(signal.SIGSTOP)
            # Some wake up before the sweeper looks, some long after another has taken their job.
            self._stopped[id(worker)] = time.monotonic() + self._chance.uniform(0.2, 2 * STALLED_AFTER_S)

    def _restart_database(self) -> None:
        process = self._services.processes["postgres"]
        # Fast shutdown, or as if the server had crashed.
        process.send_signal(self._chance.choice([signal.SIGINT, signal.SIGQUIT]))
        process.wait(60)
        self._services.start_again("postgres")

    def _look_after(self) -> None:
        """What the supervisor and the periodic sweep do, with a shorter patience."""
        for worker in [*self._generation, *self._ordinary]:
            if not worker.is_running:
                worker.start()
        for number, until in list(self._stopped.items()):
            if time.monotonic() > until:
                self._continue(number)
        from generation.services import sweep

        _persistently(lambda: sweep(stalled_after_s=STALLED_AFTER_S, outcome_lost_after_s=OUTCOME_LOST_AFTER_S))
        self._try_parked_again()

    def _try_parked_again(self) -> None:
        from generation.models import GenerationJob
        from generation.services import try_parked_again
        from marketplace.accounts.models import User

        parked = _persistently(
            lambda: list(GenerationJob.objects.filter(state=GenerationJob.State.PARKED).values_list("id", flat=True))
        )
        for job_id in parked:
            administrator = _persistently(
                lambda: (
                    User.objects.filter(is_superuser=True).first()
                    or User.objects.create_superuser("head@example.org", "x")
                )
            )
            _persistently(lambda job_id=job_id, head=administrator: try_parked_again(administrator=head, job_id=job_id))
            self.done.parked_and_tried_again += 1

    def _continue(self, number: int) -> None:
        del self._stopped[number]
        for worker in [*self._generation, *self._ordinary]:
            if id(worker) == number and worker.is_running:
                worker.signal(signal.SIGCONT)

    def _all_run(self) -> bool:
        free = [one for one in self._generation if one.is_running and id(one) not in self._stopped]
        ordinary = [one for one in self._ordinary if one.is_running and id(one) not in self._stopped]
        return bool(free) and bool(ordinary)

    def _in_flight(self) -> int:
        from generation.models import GenerationJob

        return _persistently(lambda: GenerationJob.objects.filter(state=GenerationJob.State.RUNNING).count())

    def _active(self) -> int:
        from generation.models import GenerationJob

        return _persistently(lambda: GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE).count())

    def _waiting(self) -> int:
        from generation.models import GenerationJob

        return _persistently(lambda: GenerationJob.objects.filter(state=GenerationJob.State.QUEUED).count())

    def _drain(self) -> None:
        """No more faults: the queue empties, and a minute after that nothing stands any more."""
        patience_s = 120 + 2.0 * self._plan.jobs
        began = time.monotonic()
        while self._waiting():
            if time.monotonic() - began > patience_s:
                raise AssertionError(f"{self._waiting()} jobs wait after {patience_s:.0f} s\n{self._said()}")
            self._look_after()
            time.sleep(0.3)
        emptied = moved_at = time.monotonic()
        state = None
        # What moves slowly on a busy machine does not stand still: a minute counts from the last change of anything.
        while self._active() and time.monotonic() - moved_at < STUCK_AFTER_S:
            self._look_after()
            if (seen := self._signature()) != state:
                state, moved_at = seen, time.monotonic()
            time.sleep(0.2)
        self.done.drained_in_s = time.monotonic() - emptied
        if self._active():
            print(self._said(), file=sys.stderr)

    def _signature(self) -> tuple[object, ...]:
        """Whatever changes while anything is still being done."""
        from django.db.models import Sum
        from procrastinate.contrib.django.models import ProcrastinateJob

        from generation.engine import contract
        from generation.models import GenerationJob, GenerationOutput

        return _persistently(
            lambda: (
                GenerationOutput.objects.count(),
                self._active(),
                GenerationJob.objects.aggregate(steps=Sum("steps_done"), attempts=Sum("attempt")),
                ProcrastinateJob.objects.filter(task_name__in=contract.OUTCOME_TASKS, status="succeeded").count(),
            )
        )

    def _said(self) -> str:
        return "\n".join(worker.said()[-1500:] for worker in [*self._generation, *self._ordinary])

    def painted(self) -> int:
        """Pictures that were begun, by the workers' logs."""
        return sum(
            int(line.split(_PAINTED)[1].split()[0])
            for worker in self._generation
            for line in worker.said().splitlines()
            if _PAINTED in line
        )

    def broken_promises(self) -> tuple[dict[str, int], list[str]]:
        """The figures, and what does not hold, in words."""
        from django.core.management import call_command
        from django.db.models import Count

        from billing.models import CreditHold, Transaction
        from generation.models import GenerationJob, GenerationOutput
        from marketplace.studio.models import GenerationCharge

        jobs = GenerationJob.objects.filter(id__in=self.jobs)
        finished = jobs.filter(state=GenerationJob.State.FINISHED)
        whole = finished.annotate(made=Count("outputs")).filter(made=PICTURES_A_JOB).count()
        twice = (
            Transaction.objects.filter(effect="settled")
            .values("object_ref")
            .annotate(times=Count("id"))
            .filter(times__gt=1)
        ).count()
        delivered = GenerationOutput.objects.count()
        overcharged = sum(
            charge.credits_spent > charge.job.outputs.count() * charge.credits_per_picture
            for charge in GenerationCharge.objects.exclude(credits_spent=None).select_related("job")
        )
        wasted = self.painted() - delivered
        figures = {
            "jobs": len(self.jobs),
            **{f"faults_{kind}": count for kind, count in self.done.faults.items()},
            "finished_whole": whole,
            "lost": len(self.jobs) - whole,
            "charged_twice": twice,
            "charged_too_much": overcharged,
            "stuck_after_60_s": jobs.filter(state__in=GenerationJob.ACTIVE).count(),
            "holds_left_open": CreditHold.objects.filter(state=CreditHold.State.OPEN).count(),
            "set_aside_and_tried_again": self.done.parked_and_tried_again,
            "jobs_tried_more_than_once": jobs.filter(attempt__gt=1).count(),
            "pictures_wasted": wasted,
            "pictures_that_may_be_wasted": self.done.jobs_hit,
        }
        call_command("check_ledger")
        if len(self.jobs) != self._plan.jobs:
            raise AssertionError(f"only {len(self.jobs)} of {self._plan.jobs} orders were made")
        nothing = ("lost", "charged_twice", "charged_too_much", "stuck_after_60_s", "holds_left_open")
        wrong = [f"{name} is {figures[name]}" for name in nothing if figures[name]]
        if GenerationJob.objects.count() != len(self.jobs):
            wrong.append(f"{GenerationJob.objects.count()} jobs stand for {len(self.jobs)} orders")
        if wasted > self.done.jobs_hit:
            wrong.append(f"{wasted} pictures were wasted by faults that hit {self.done.jobs_hit} jobs")
        return figures, wrong


def _persistently(call: Callable[[], object], *, patience_s: float = 90.0):  # type: ignore[no-untyped-def]
    """``call`` again while the database is away, as a person or a supervisor would."""
    from django.db import InterfaceError, OperationalError, connection

    deadline = time.monotonic() + patience_s
    while True:
        try:
            return call()
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.1)


def main() -> int:
    """The command line; the process's status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.campaign", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200, help="kill -9 of a worker")
    parser.add_argument("--restarts", type=int, default=20, help="of the database, half of them like a crash")
    parser.add_argument("--stops", type=int, default=50, help="SIGSTOP, and SIGCONT later")
    parser.add_argument("--seed", type=int, default=25)
    plan = Plan(**vars(parser.parse_args()))
    began = time.monotonic()
    with shop() as services:
        campaign = Campaign(services, plan)
        try:
            campaign.run()
            figures, wrong = campaign.broken_promises()
        finally:
            campaign.forget_logs()
        for name, value in figures.items():
            print(f"{name}: {value}")
        print(f"all_ended_after_the_queue_was_empty_s: {campaign.done.drained_in_s:.1f}")
        print(f"seconds: {time.monotonic() - began:.0f}")
    for line in wrong:
        print(f"does not hold: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
