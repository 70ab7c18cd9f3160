"""The registry of image models follows what is installed."""

import json

import pytest
from django.core.management import call_command

from generation.models import GenerationModel
from generation.selectors import DEFAULT_MODEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def models_dir(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION, "models_dir", tmp_path)
    return tmp_path


def install(models_dir, **card) -> None:
    folder = models_dir / DEFAULT_MODEL
    folder.mkdir(exist_ok=True)
    (folder / "model_index.json").write_text("{}")
    (folder / "atelier.json").write_text(json.dumps(card))


def test_new_weights_under_the_same_version_and_a_new_version_are_registered(models_dir):
    install(models_dir, version="1", weights_sha256="a" * 64)
    call_command("register_installed_model")
    call_command("register_installed_model")
    first = GenerationModel.objects.get()
    assert first.weights_sha256 == "a" * 64
    install(models_dir, version="1", weights_sha256="b" * 64)
    call_command("register_installed_model")
    first.refresh_from_db()
    assert first.weights_sha256 == "b" * 64
    install(models_dir, version="2", weights_sha256="c" * 64)
    call_command("register_installed_model")
    assert GenerationModel.objects.order_by("-created_at").first().version == "2"


def test_a_shop_without_a_model_is_prepared_all_the_same(models_dir, capsys):
    call_command("register_installed_model")
    assert "No image model is registered" in capsys.readouterr().out
    assert not GenerationModel.objects.exists()
