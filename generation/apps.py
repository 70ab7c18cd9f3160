from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GenerationConfig(AppConfig):
    name = "generation"
    label = "generation"

    def ready(self) -> None:
        post_migrate.connect(_set_worker_rights, sender=self)
        _keep_the_shops_worker_to_its_own_queues()


def _keep_the_shops_worker_to_its_own_queues() -> None:
    """`manage.py procrastinate worker` would else also take the generation worker's jobs, and fail them."""
    from procrastinate.contrib.django import app

    queues = sorted({task.queue for task in app.tasks.values()})
    app.worker_defaults.setdefault("queues", queues)
    # A worker that was only slow must not be forgotten by one that starts: it could fetch no more jobs.
    app.worker_defaults.setdefault("stalled_worker_timeout", 600.0)


def _set_worker_rights(using: str, plan: Any = None, **_: Any) -> None:
    """New tables must stay closed to the worker, also those of a later release."""
    from django.db import connections, transaction

    from generation.worker_role import DEFAULT_ROLE, grant_worker_rights, role_exists

    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regproc('report_progress') IS NOT NULL AND to_regproc('report_worker') IS NOT NULL"
            " AND to_regclass('procrastinate_jobs') IS NOT NULL"
        )
        is_migrated = cursor.fetchone()[0]
    if is_migrated and role_exists(connection, DEFAULT_ROLE):
        with transaction.atomic(using=using):
            grant_worker_rights(connection)
