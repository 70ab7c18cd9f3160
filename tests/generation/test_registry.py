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


def install(models_dir, name=DEFAULT_MODEL, **card) -> None:
    folder = models_dir / name
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


def test_models_whose_card_offers_them_are_registered_beside_the_studios_own(models_dir):
    install(models_dir, version="1")
    install(models_dir, "second", version="2", is_offered=True, quality=70)
    install(models_dir, "in-training", version="0.1")
    call_command("register_installed_model")
    assert dict(GenerationModel.objects.values_list("name", "quality")) == {DEFAULT_MODEL: 50, "second": 70}
    GenerationModel.objects.filter(name="second").update(quality=20)
    call_command("register_installed_model")
    assert GenerationModel.objects.get(name="second").quality == 20


def test_a_card_that_cannot_be_read_is_told_and_the_others_stay(models_dir, capsys):
    install(models_dir, version="1")
    install(models_dir, "broken", version="1", quality=700, is_offered=True)
    call_command("register_installed_model")
    assert "broken" in capsys.readouterr().out
    assert [model.name for model in GenerationModel.objects.all()] == [DEFAULT_MODEL]
