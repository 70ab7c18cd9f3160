"""Bring the database and static files to this version of the code and fill an empty shop, in one process.

    python -m marketplace.demo.prepare [--no-seed]

Prints one line per step. Everything in it can run again: a start that was killed in the middle is repeated.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from marketplace.demo.static_files import collect_static_files

# What a shop needs beside its tables; docker/compose.yaml's `preparation` runs the same (a test compares them).
COMMANDS = (
    ("make_signing_keys", "--if-missing"),
    ("setup_worker_role",),
    ("register_installed_model",),
    ("load_tags",),
    ("sync_plans",),
)


@contextmanager
def _step(name: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{name} …", flush=True)
    yield
    print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)


def prepare(*, seed: bool) -> None:
    """Migrate, collect static files and, with `seed`, load the demo's works and history."""
    import django
    from django.core.management import call_command

    django.setup()
    with _step("bringing the database to this version"):
        call_command("migrate", interactive=False, verbosity=0)
    with _step("signing keys, the worker's role, the image model, the tags' vocabulary, plans and prices"):
        for command in COMMANDS:
            call_command(*command, stdout=StringIO())
    with _step("collecting static files"):
        collect_static_files()
    if seed:
        with _step("filling the shop with its first works"):
            call_command("seed_demo")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.prepare", description=__doc__)
    parser.add_argument("--no-seed", action="store_true", help="leave the shop empty")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    prepare(seed=not options.no_seed)


if __name__ == "__main__":
    main()
