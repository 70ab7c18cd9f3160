from types import SimpleNamespace

import pytest


@pytest.fixture
def signing_dir(tmp_path, settings):
    """A signing folder of this test's own, absent at first."""
    folder = tmp_path / "signing"
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"signing_dir": folder})
    return folder


@pytest.fixture
def in_production(settings):
    settings.IN_PRODUCTION = True
    return SimpleNamespace()
