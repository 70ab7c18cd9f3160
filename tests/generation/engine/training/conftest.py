"""A random model of the trained model's classes, written once."""

import warnings
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from generation.engine.training.random_pipeline import write_random_model

    folder = tmp_path_factory.mktemp("random-model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_random_model(folder)
    return folder
