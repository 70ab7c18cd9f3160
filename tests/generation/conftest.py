"""A tiny model on disk, a queue that is empty, the worker process, and the outcomes run in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.generation.processes import WorkerProcess, generation_worker
from tests.generation.running_tasks import empty_the_queue, run_waiting_tasks


@pytest.fixture(scope="session")
def tiny_models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A MODELS_DIR that holds the tiny model; made in a process of its own, so that this one holds no
    torch.
    """
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("models")
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.generation.tiny_model", str(folder / "tiny-image")],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """An empty queue (the test runner's flush leaves procrastinate's tables alone)."""
    empty_the_queue()
    yield
    empty_the_queue()


@pytest.fixture
def worker(queue: None, worker_database_url: str, tiny_models_dir: Path) -> Iterator[WorkerProcess]:
    """The generation worker as a process, not started yet."""
    process = generation_worker(worker_database_url, tiny_models_dir)
    yield process
    process.kill()
    process.log.unlink(missing_ok=True)


@pytest.fixture
def outcomes() -> Callable[[], int]:
    """Runs the shop's waiting tasks here, once, and says how many there were."""
    return run_waiting_tasks
