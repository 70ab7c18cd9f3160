"""The product's own worker processes, for tests: started, killed, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
STOP_TIMEOUT_S = 60.0


class WorkerProcess:
    """One process and its log; ``kill`` is ``kill -9``."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self.log = Path(tempfile.mkstemp(prefix="worker-", suffix=".log")[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns at once."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def stop(self) -> int:
        """End it in order and return its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace")


def generation_worker(
    worker_database_url: str, models_dir: Path, *, heartbeat_s: float = 1.0, **settings: str
) -> WorkerProcess:
    """The generation worker with nothing but its own settings: no shop database, no shop keys."""
    return WorkerProcess(
        [sys.executable, "-W", "ignore", "-m", "generation.engine.worker"],
        {
            **_workers_environment(worker_database_url, heartbeat_s),
            "MODELS_DIR": str(models_dir),
            "WORKER_MODEL": next(path.name for path in sorted(models_dir.iterdir())),
            "WORKER_DEVICE": "cpu",
            "TORCH_THREADS": "1",
            **settings,
        },
    )


def sleeping_worker(worker_database_url: str, *arguments: str, **settings: str) -> WorkerProcess:
    """The same worker with a pipeline that sleeps (``tests.generation.sleeping_worker``)."""
    return WorkerProcess(
        [sys.executable, "-W", "ignore", "-m", "tests.generation.sleeping_worker", *arguments],
        {**_workers_environment(worker_database_url, 1.0), **settings},
    )


def _workers_environment(worker_database_url: str, heartbeat_s: float) -> dict[str, str]:
    given = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    jobs = {name: value for name, value in os.environ.items() if name.startswith("JOBS_S3_")}
    return {
        **given,
        **jobs,
        "S3_REGION": os.environ.get("S3_REGION", "us-east-1"),
        "WORKER_DATABASE_URL": worker_database_url,
        "WORKER_HEARTBEAT_S": str(heartbeat_s),
        "PYTHONUNBUFFERED": "1",
    }


def ordinary_worker() -> WorkerProcess:
    """The shop's own worker on this test's database."""
    database = settings.DATABASES["default"]
    url = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        f"/{connection.settings_dict['NAME']}"
    )
    return WorkerProcess(
        [sys.executable, "-W", "ignore", "manage.py", "procrastinate", "worker"],
        {**os.environ, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
    )


def wait_until(
    answers: Callable[[], object], *, timeout_s: float, what: str | Callable[[], str], poll_s: float = 0.1
) -> None:
    """Ask until the answer is true; fails with ``what`` (or what it says) when it stays false."""
    deadline = time.monotonic() + timeout_s
    while not answers():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout_s:.0f} s: {what if isinstance(what, str) else what()}")
        time.sleep(poll_s)
