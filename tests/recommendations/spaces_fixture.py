"""Fixtures: the tiny spaces stand where ONNX_DIR points to."""

from pathlib import Path

import pytest

from tests.recommendations.tiny_space import write_picture_space, write_text_space


@pytest.fixture(scope="session")
def tiny_spaces_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onnx")
    write_picture_space(folder / "picture_space_2")
    write_text_space(folder / "minilm")
    return folder


@pytest.fixture
def tiny_spaces(tiny_spaces_folder: Path, settings) -> Path:
    """Both spaces are present, whatever this machine has exported."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"onnx_dir": tiny_spaces_folder})
    return tiny_spaces_folder


@pytest.fixture
def no_spaces(tmp_path: Path, settings) -> Path:
    """No encoder is exported."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"onnx_dir": tmp_path})
    return tmp_path
