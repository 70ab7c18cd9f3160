"""A small simulated year as a folder of data, and a version trained on it, once for all tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recommendations.engine.training.data import Dataset, read_dataset
from recommendations.engine.training.examples import History
from tests.recommendations.engine.training.simulated import simulated_folder

SMALL = ("--sequence-steps", "120", "--ranker-steps", "60", "--batch", "64", "--hidden", "32", "--device", "cpu")


def program(data: Path, out: Path, *arguments: str) -> list[str]:
    """The command that trains, with few steps; what comes later wins."""
    folders = ("--data", str(data), "--out", str(out))
    return [sys.executable, "-m", "recommendations.engine.training", *folders, *SMALL, *arguments]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated_folder(tmp_path_factory.mktemp("training") / "data", works=400, buyers=160, seed=1)


@pytest.fixture(scope="session")
def data(folder: Path) -> Dataset:
    return read_dataset(folder)


@pytest.fixture(scope="session")
def history(data: Dataset) -> History:
    return History(data)


@pytest.fixture(scope="session")
def trained(folder: Path) -> tuple[Path, str]:
    """The folder of a version, and what the program told."""
    out = folder.parent / "out"
    done = subprocess.run(program(folder, out), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out, done.stdout
