"""A shop whose filled database may stay in a folder between runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from marketplace.demo.environment import environment_for
from marketplace.demo.ports import Ports
from marketplace.demo.state import State
from tests.scratch_services import ScratchServices

# A quarter of a small server's memory, as PostgreSQL's manual advises: the indexes of 100,000 works take 350 MB.
SHARED_BUFFERS = "1GB"


@contextmanager
def kept_shop(folder: Path | None) -> Iterator[bool]:
    """A shop with its tables in ``folder`` (None: in one that goes away); Django is set up inside.

    Answers whether the folder's database was filled before (`mark_filled`).
    """
    services = ScratchServices.plan() if folder is None else _services_in(folder)
    os.environ.update(services.environment)
    os.environ |= {"WORKER_DATABASE_URL": services.worker_environment["WORKER_DATABASE_URL"]}
    os.environ |= {"ATELIER_PROFILE": "test", "DJANGO_SETTINGS_MODULE": "marketplace.settings"}
    services.start(durable=True, shared_buffers=SHARED_BUFFERS)
    try:
        services.wait_until_ready()
        import django
        from django.core.management import call_command

        django.setup()
        _pool_connections()
        _may_load_without_triggers(services)
        call_command("migrate", verbosity=0)
        yield folder is not None and (folder / "filled").exists()
    finally:
        from django.db import connections

        connections.close_all()
        connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone
        if folder is None:
            services.stop()
        else:
            services.stop(keep=True)


def _pool_connections() -> None:
    """As in a shop that runs; in tests each request connects anew, which takes some milliseconds."""
    from django.conf import settings
    from django.db import connection

    pool = {"min_size": 1, "max_size": settings.CONFIGURATION.database_pool_size, "timeout": 20}
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "pool": pool}


def mark_filled(folder: Path | None, took: dict[str, float]) -> None:
    """The folder's database is whole; ``took``: seconds of each part of filling it."""
    if folder is not None:
        (folder / "filled").write_text(json.dumps(took))


def filled_in(folder: Path | None) -> dict[str, float]:
    """What `mark_filled` was told."""
    if folder is None or not (folder / "filled").exists():
        return {}
    found: dict[str, float] = json.loads((folder / "filled").read_text())
    return found


def _services_in(folder: Path) -> ScratchServices:
    state = State(folder.absolute())
    state.prepare()
    ports = Ports.free()
    settings = environment_for(state, ports, profile="test")
    return ScratchServices(state, ports, settings.shop, settings.generation_worker)


def _may_load_without_triggers(services: ScratchServices) -> None:
    """Only a superuser may write past foreign keys' triggers; this database is nobody's but the benchmark's."""
    import psycopg

    url = urlsplit(services.environment["DATABASE_URL"])
    password = quote(services.state.secrets().postgres_superuser, safe="")
    address = f"postgresql://postgres:{password}@{url.hostname}:{url.port}/postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {url.username} SUPERUSER")
    print(f"database on port {url.port}", file=sys.stderr)
