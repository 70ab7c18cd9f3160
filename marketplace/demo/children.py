"""The processes of an installation: their commands, environments, order, and when each is ready."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.demo.environment import (
    JOBS_BUCKET,
    PRIVATE_BUCKET,
    PUBLIC_BUCKET,
    Environment,
    is_given,
)
from marketplace.demo.ports import Ports
from marketplace.demo.services import readiness
from marketplace.demo.services.postgres import SHARED_BUFFERS
from marketplace.demo.services.readiness import Probe
from marketplace.demo.state import State

# Stopping goes from the last group to the first, so the database outlives all that write to it.
DATABASE_GROUP, SERVICES_GROUP, SHOP_GROUP = "database", "services", "shop"
GROUPS = (DATABASE_GROUP, SERVICES_GROUP, SHOP_GROUP)

STRIPE_WEBHOOK_PATH = "/webhooks/stripe/"


@dataclass(frozen=True)
class Child:
    """One supervised process.

    `stop_timeout_s` is how long it may take after `stop_signal` before it is killed. `ready` is None where
    only the process's staying alive can be asked.
    """

    name: str
    group: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    ready: Probe | None = None
    stop_signal: str = "TERM"
    stop_timeout_s: int = 15


def _module(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def postgres(
    state: State, ports: Ports, environment: Environment, *, scratch: bool = False, shared_buffers: str = SHARED_BUFFERS
) -> Child:
    """The database server."""
    place = ("--state", str(state.root), "--port", str(ports.postgres), "--shared-buffers", shared_buffers)
    return Child(
        name="postgres",
        group=DATABASE_GROUP,
        command=_module("marketplace.demo.services.postgres", *place, *(["--scratch"] if scratch else [])),
        ready=readiness.database("PostgreSQL", environment.shop["DATABASE_URL"]),
        stop_signal="INT",
        stop_timeout_s=60,
    )


def storage(state: State, ports: Ports, environment: Environment) -> Child:
    """The shop's object store."""
    place = ("--data", str(state.storage), "--port", str(ports.storage))
    buckets = ("--bucket", PRIVATE_BUCKET, "--public-bucket", PUBLIC_BUCKET)
    return Child(
        name="storage",
        group=SERVICES_GROUP,
        command=_module("marketplace.demo.services.storage", *place, *buckets),
        environment={
            "STORAGE_ACCESS_KEY": environment.shop["S3_ACCESS_KEY_ID"],
            "STORAGE_SECRET_KEY": environment.shop["S3_SECRET_ACCESS_KEY"],
        },
        ready=readiness.tcp("object storage", ports.storage),
    )


def jobs_storage(state: State, ports: Ports, environment: Environment) -> Child:
    """The generation jobs' object store, with keys of its own."""
    place = ("--data", str(state.jobs_storage), "--port", str(ports.jobs_storage))
    said = ("--port-variable", Ports.variable("jobs_storage"), "--bucket", JOBS_BUCKET)
    return Child(
        name="jobs-storage",
        group=SERVICES_GROUP,
        command=_module("marketplace.demo.services.storage", *place, *said),
        environment={
            "STORAGE_ACCESS_KEY": environment.shop["JOBS_S3_ACCESS_KEY_ID"],
            "STORAGE_SECRET_KEY": environment.shop["JOBS_S3_SECRET_ACCESS_KEY"],
        },
        ready=readiness.tcp("the jobs' storage", ports.jobs_storage),
    )


def outbox(state: State, ports: Ports, environment: Environment) -> Child:
    """The SMTP server that shows messages instead of sending them."""
    place = ("--data", str(state.outbox), "--smtp-port", str(ports.smtp), "--http-port", str(ports.outbox))
    return Child(
        name="outbox",
        group=SERVICES_GROUP,
        command=_module("marketplace.demo.services.outbox", *place),
        ready=readiness.http("the outbox", f"http://127.0.0.1:{ports.outbox}/messages.json"),
    )


def stripe(state: State, ports: Ports, environment: Environment) -> Child:
    """The local Stripe; its webhooks go to the web server."""
    webhook = f"http://127.0.0.1:{ports.web}{STRIPE_WEBHOOK_PATH}"
    place = ("--data", str(state.stripe), "--port", str(ports.stripe))
    return Child(
        name="stripe",
        group=SERVICES_GROUP,
        # Funds are there at once: the holding time that the demo shows is the shop's own.
        command=_module("marketplace.demo.localstripe", *place, "--webhook", webhook, "--funds-delay-s", "0"),
        environment={
            "LOCALSTRIPE_WEBHOOK_SECRET": environment.shop["STRIPE_WEBHOOK_SECRET"],
            "LOCALSTRIPE_SECRET_KEY": environment.shop["STRIPE_SECRET_KEY"],
        },
        ready=readiness.http("the local Stripe", f"http://127.0.0.1:{ports.stripe}/v1/balance", accept_errors=True),
    )


def web(ports: Ports, environment: Environment, *, processes: int = 2, threads: int = 4) -> Child:
    """The web server: gunicorn with `processes` × `threads`."""
    size = (
        "--workers",
        str(processes),
        "--threads",
        str(threads),
        "--timeout",
        "120",
        "--graceful-timeout",
        "10",
    )
    return Child(
        name="web",
        group=SHOP_GROUP,
        command=_module(
            *("gunicorn", "marketplace.wsgi", "--bind", f"127.0.0.1:{ports.web}", *size),
            *("--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "--no-control-socket"),  # noqa: S108
        ),
        environment=environment.shop,
        ready=readiness.http("the web server", f"http://127.0.0.1:{ports.web}/"),
    )


def worker(environment: Environment) -> Child:
    """The worker for ordinary jobs, one job at a time (a job may use the whole machine)."""
    return Child(
        name="worker",
        group=SHOP_GROUP,
        command=[sys.executable, "manage.py", "procrastinate", "worker", "--queues", "default,builtin"],
        environment=environment.shop,
    )


def webhooks_worker(environment: Environment) -> Child:
    """The worker that sends people's webhooks: several at once, since their receivers may be slow."""
    return Child(
        name="webhooks-worker",
        group=SHOP_GROUP,
        command=[
            *(sys.executable, "manage.py", "procrastinate", "worker"),
            *("--queues", "webhooks", "--concurrency", "6"),
        ],
        environment=environment.shop,
    )


def generation_worker(environment: Environment) -> Child:
    """The generation worker, which gets no setting of the shop."""
    return Child(
        name="generation-worker",
        group=SHOP_GROUP,
        command=_module("generation.engine.worker"),
        environment=environment.generation_worker,
        stop_timeout_s=30,
    )


def embedded_services(state: State, ports: Ports, environment: Environment, *, given: Mapping[str, str]) -> list[Child]:
    """The services that are not given from outside (see `REAL_SERVICE_SETTINGS`)."""
    makers = {
        "postgres": postgres,
        "storage": storage,
        "jobs-storage": jobs_storage,
        "outbox": outbox,
        "stripe": stripe,
    }
    return [make(state, ports, environment) for name, make in makers.items() if not is_given(name, given)]


def shop_processes(ports: Ports, environment: Environment) -> list[Child]:
    """The product's own processes."""
    return [web(ports, environment), worker(environment), webhooks_worker(environment), generation_worker(environment)]
