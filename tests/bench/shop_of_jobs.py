"""A shop's database and jobs' store of a benchmark's own, with one artist and models to order pictures of."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.scratch_services import ScratchServices


@contextmanager
def running_services() -> Iterator[ScratchServices]:
    """PostgreSQL and the stores on free ports, migrated, with Django set up on them in this process."""
    services = ScratchServices.plan()
    os.environ.update(services.environment)
    os.environ.update(services.worker_environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    try:
        services.start()
        services.wait_until_ready()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("setup_worker_role", verbosity=0)
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        yield services
    finally:
        services.stop()


class Orders:
    """Orders pictures through the shop's own service."""

    def __init__(self, model: Any, *, side: int, steps: int, guidance: float) -> None:
        from marketplace.accounts.models import User

        self._model, self._side, self._steps, self._guidance = model, side, steps, guidance
        self._owner, _is_new = User.objects.get_or_create(email="bench@example.org")
        self._seed = 0

    def put(self, jobs: int, *, count: int = 1) -> None:
        """So many jobs of ``count`` pictures, in the queue all at the same moment."""
        from django.db import transaction

        from generation.services import create_job

        with transaction.atomic():
            for _number in range(jobs):
                create_job(
                    owner=self._owner,
                    model=self._model,
                    prompt="a beautiful sunset over the sea",
                    language="en",
                    width=self._side,
                    height=self._side,
                    count=count,
                    seed=self._seed,
                    steps=self._steps,
                    guidance=self._guidance,
                )
                self._seed += count


def finished_reports() -> int:
    """How many jobs the workers have reported finished so far."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from generation.engine.contract import FINISHED_TASK

    return ProcrastinateJob.objects.filter(task_name=FINISHED_TASK).count()


def registered_workers() -> int:
    """How many workers stand in the queue's list."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return int(cursor.fetchone()[0])


def registered_model(folder: Path) -> Any:
    """The registry's row of an installed model."""
    from generation.services.models import register_installed

    return register_installed(folder)
