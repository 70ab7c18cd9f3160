"""Workers that sleep for their pictures, and orders for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from generation.models import GenerationJob
from generation.services import create_job
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory
from tests.generation.processes import WorkerProcess, sleeping_worker


@pytest.fixture
def start(queue: None, worker_database_url: str) -> Iterator[Callable[..., WorkerProcess]]:
    """Starts workers with arguments and settings; kills them at the end."""
    started: list[WorkerProcess] = []

    def go(*arguments: str, **settings: str) -> WorkerProcess:
        process = sleeping_worker(worker_database_url, *arguments, **settings)
        started.append(process)
        process.start()
        return process

    yield go
    for process in started:
        process.kill()
        process.log.unlink(missing_ok=True)


@pytest.fixture
def order(queue: None) -> Callable[..., GenerationJob]:
    """Orders pictures of one model."""
    model, owner = GenerationModelFactory(), UserFactory()

    def go(**more) -> GenerationJob:
        settings = {"width": 128, "height": 128, "count": 1, "seed": 11, "steps": 4, "guidance": 4.0}
        words = {"prompt": "a sunset over the sea", "language": "en"}
        return create_job(owner=owner, model=model, **{**words, **settings, **more})

    return go
