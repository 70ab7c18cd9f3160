"""An artist with credits, and a model whose words are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.models import GenerationModel
from marketplace.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits
from tests.generation.running_tasks import empty_the_queue
from tests.studio.taught_model import install_taught_model, install_tools


@pytest.fixture
def taught_model(db: None, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GenerationModel:
    """The studio's model: 128 px, 20 steps, with the vocabulary of the real one."""
    monkeypatch.setattr(settings.CONFIGURATION, "models_dir", tmp_path / "models")
    return install_taught_model(tmp_path / "models")


@pytest.fixture
def tools(taught_model: GenerationModel, settings) -> dict[str, GenerationModel]:
    """A picture tool of each kind beside the studio's model."""
    return install_tools(Path(settings.CONFIGURATION.models_dir))


@pytest.fixture
def artist(db: None) -> User:
    """Somebody with 60 credits; the queue is empty."""
    empty_the_queue()
    user = UserFactory()
    give_credits(user, 60)
    return user


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """An empty queue, for tests with real transactions."""
    empty_the_queue()
    yield
    empty_the_queue()
