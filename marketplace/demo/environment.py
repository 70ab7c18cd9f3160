"""The environment that each process of an installation gets: the worker sees only its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.engine.configuration import WorkerConfiguration
from marketplace.demo.ports import Ports
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.postgres import DATABASE, OWNER, WORKER
from marketplace.demo.state import CHECKOUT, State

PRIVATE_BUCKET = "atelier-private"
PUBLIC_BUCKET = "atelier-public"
JOBS_BUCKET = "atelier-jobs"
REGION = "us-east-1"

# A part is embedded unless one of its settings is given from outside; then all that are listed here must be.
REAL_SERVICE_SETTINGS: dict[str, tuple[str, ...]] = {
    "postgres": ("DATABASE_URL", "WORKER_DATABASE_URL"),
    "storage": ("S3_ENDPOINT_URL", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"),
    "jobs-storage": ("JOBS_S3_ENDPOINT_URL", "JOBS_S3_ACCESS_KEY_ID", "JOBS_S3_SECRET_ACCESS_KEY"),
    "stripe": ("STRIPE_API_BASE", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
    "outbox": ("EMAIL_URL",),
}
WORKER_SETTINGS = frozenset(name.upper() for name in WorkerConfiguration.model_fields)
_WORKERS_ALONE = frozenset({"WORKER_DATABASE_URL"})
# What every process keeps from the caller's environment.
_ORDINARY = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "OMP_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
)


@dataclass(frozen=True)
class Environment:
    """All settings of one installation, for the shop's processes and (fewer) for the generation worker."""

    shop: dict[str, str]
    generation_worker: dict[str, str]


def ordinary(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of the caller's environment that is no setting of ours."""
    kept = {name: environ[name] for name in _ORDINARY if name in environ}
    # Torch's threads that wait for each other sleep instead of spinning: the shop's other processes share the cores.
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONUNBUFFERED": "1", "OMP_WAIT_POLICY": "PASSIVE", **kept}


def is_given(service: str, given: Mapping[str, str]) -> bool:
    """Whether a real service takes the place of the embedded one.

    Raises:
        ServiceCannotStart: some of its settings are given and others are missing.
    """
    needed = REAL_SERVICE_SETTINGS[service]
    missing = [name for name in needed if not given.get(name)]
    if missing and len(missing) < len(needed):
        present = next(name for name in needed if given.get(name))
        raise ServiceCannotStart(
            f"{present} is set, so {' and '.join(missing)} must be too; or unset it for the embedded {service}."
        )
    return not missing


def environment_for(
    state: State, ports: Ports, *, profile: str = "demo", given: Mapping[str, str] | None = None
) -> Environment:
    """Settings that point at the embedded services of `state` and `ports`; those in `given` win.

    Args:
        profile: ATELIER_PROFILE of the shop's processes.
        given: settings from outside, such as the address of a real PostgreSQL.
    """
    secrets = state.secrets()
    database = f"127.0.0.1:{ports.postgres}/{DATABASE}"
    settings = {
        "ATELIER_PROFILE": profile,
        "ATELIER_STATE": str(state.root),
        "ATELIER_SECRET_KEY": secrets.django_secret_key,
        "ATELIER_BASE_URL": f"http://127.0.0.1:{ports.web}",
        "ATELIER_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": f"postgresql://{OWNER}:{secrets.postgres_owner}@{database}",
        "WORKER_DATABASE_URL": f"postgresql://{WORKER}:{secrets.postgres_worker}@{database}",
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{ports.storage}",
        "S3_ACCESS_KEY_ID": secrets.storage_access_key,
        "S3_SECRET_ACCESS_KEY": secrets.storage_secret_key,
        "S3_REGION": REGION,
        "S3_BUCKET_PRIVATE": PRIVATE_BUCKET,
        "S3_BUCKET_PUBLIC": PUBLIC_BUCKET,
        "JOBS_S3_ENDPOINT_URL": f"http://127.0.0.1:{ports.jobs_storage}",
        "JOBS_S3_ACCESS_KEY_ID": secrets.jobs_access_key,
        "JOBS_S3_SECRET_ACCESS_KEY": secrets.jobs_secret_key,
        "JOBS_S3_BUCKET": JOBS_BUCKET,
        "STRIPE_SECRET_KEY": secrets.stripe_secret_key,
        "STRIPE_API_BASE": f"http://127.0.0.1:{ports.stripe}",
        "STRIPE_WEBHOOK_SECRET": secrets.stripe_webhook_secret,
        "EMAIL_URL": f"smtp://127.0.0.1:{ports.smtp}",
        "EMAIL_FROM": "Atelier <hello@demo.atelier>",
        "OUTBOX_URL": f"http://127.0.0.1:{ports.outbox}",
        "MODELS_DIR": str(CHECKOUT / "generation" / "engine" / "models"),
        "ONNX_DIR": str(CHECKOUT / "build" / "onnx"),
        "SIGNING_DIR": str(state.signing),
    }
    given = dict(given or {})
    if is_given("outbox", given):
        del settings["OUTBOX_URL"]
    settings |= given
    return Environment(
        shop={name: value for name, value in settings.items() if name not in _WORKERS_ALONE},
        generation_worker={name: value for name, value in settings.items() if name in WORKER_SETTINGS},
    )
