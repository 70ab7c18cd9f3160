"""A shop of its own for a campaign or a benchmark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.scratch_services import ScratchServices


@contextmanager
def shop() -> Iterator[ScratchServices]:
    """Services, settings and tables of a shop of its own; Django is set up inside."""
    services = ScratchServices.plan()
    os.environ.update(services.environment)
    os.environ["WORKER_DATABASE_URL"] = services.worker_environment["WORKER_DATABASE_URL"]
    os.environ["ATELIER_PROFILE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
    # A restart like a crash must lose nothing that was committed: that is PostgreSQL's promise, not ours to test.
    services.start(durable=True)
    try:
        services.wait_until_ready()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield services
    finally:
        services.stop()
