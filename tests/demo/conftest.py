"""A state folder that PostgreSQL's user can reach (pytest's own is closed to it when root runs the tests)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.demo.state import State


@pytest.fixture
def state() -> Iterator[State]:
    """An empty state folder of the test's own."""
    state = State(Path(tempfile.mkdtemp(prefix="atelier-test-")))
    state.prepare()
    yield state
    shutil.rmtree(state.root)
