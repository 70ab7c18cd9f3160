"""Loaded by `-p tests.plugin`, before Django's settings: gives the run its services and their addresses.

One PostgreSQL and two object stores serve the whole run, all xdist workers included. They are started by
the first process on free ports, or, when ATELIER_TEST_DATABASE_URL is set, those that the environment names
are used (several developers can share one server: ATELIER_TEST_DB_SUFFIX keeps their databases apart).
"""

from __future__ import annotations

import os
from collections.abc import Generator
from urllib.parse import urlsplit, urlunsplit

import pytest

from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.ports import free_ports
from tests.loopback_only import forbid_the_outside
from tests.scratch_services import ScratchServices

_SHOWS_ONLY = {"--help", "-h", "--version", "-V", "--collect-only", "--co", "--fixtures", "--markers"}
_services: ScratchServices | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None]:
    """Set the environment and start the services, ahead of pytest-django's reading of the settings."""
    global _services
    os.environ["ATELIER_PROFILE"] = "test"
    # Several test processes share the cores; torch's threads that wait for each other would cost ten times the work.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # A test's buyers buy faster than people do; the rules' own tests say what they count.
    os.environ.setdefault("FRAUD_ORDERS_PER_HOUR", "0")
    # Most tests of money are about something else than the reserve of new artists; its own tests set it.
    os.environ.setdefault("RESERVE_BASIS_POINTS", "0")
    if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker inherits the environment of the first process
        if os.environ.get("ATELIER_TEST_DATABASE_URL"):
            os.environ["DATABASE_URL"] = os.environ["ATELIER_TEST_DATABASE_URL"]
        else:
            _services = ScratchServices.plan()
            os.environ.update(_services.environment)
            os.environ["WORKER_DATABASE_URL"] = _services.worker_environment["WORKER_DATABASE_URL"]
            if not _SHOWS_ONLY.intersection(args):
                _services.start()
        if suffix := os.environ.get("ATELIER_TEST_DB_SUFFIX"):
            os.environ["DATABASE_URL"] = _with_suffix(os.environ["DATABASE_URL"], suffix)
    _choose_own_ports()
    return (yield)


def _choose_own_ports() -> None:
    """The local Stripe and the outbox are one per process, as each test process has its own database."""
    stripe, smtp, page = free_ports(3)
    os.environ["STRIPE_API_BASE"] = f"http://127.0.0.1:{stripe}"
    os.environ["STRIPE_SECRET_KEY"] = "sk_test_of_the_test_run"
    os.environ["STRIPE_WEBHOOK_SECRET"] = "whsec_of_the_test_run"
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp}"
    os.environ["OUTBOX_URL"] = f"http://127.0.0.1:{page}"


def _with_suffix(database_url: str, suffix: str) -> str:
    # Django prepends "test_" to the name; the database without it need not exist.
    parts = urlsplit(database_url)
    return urlunsplit(parts._replace(path=f"{parts.path}_{suffix}"))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Wait for what was started, and close the way out of this machine."""
    forbid_the_outside()
    if _services is not None and _services.processes:
        try:
            _services.wait_until_ready()
        except ServiceCannotStart as error:
            pytest.exit(f"The tests' services did not start: {error}", returncode=3)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what was started. (After `kill -9` the kernel stops it: the services die with their parent.)"""
    global _services
    if _services is not None:
        _services.stop()
        _services = None
