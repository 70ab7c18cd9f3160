"""A model that is another one with a LoRA file in its weights: loaded, hashed, refused where it does not fit."""

import json
from pathlib import Path

import pytest
import torch

from generation.engine.card import CARD, CHANGES, CardUnreadable, read_card
from generation.engine.contract import GenerationRequest
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.adapters import wears_any
from generation.engine.pipelines.loading import LoadedModel, choose_place, load_model
from generation.engine.pipelines.shelf import Models
from generation.engine.stopping import GaveUp
from generation.engine.training.model_shapes import make_few_step_scheduler
from generation.engine.weights_hash import weights_sha256
from tests.generation.lora_files import lora_for
from tests.generation.tiny_model import NAME, make_tiny_model

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
PLACE = choose_place("cpu", "float32")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    base = make_tiny_model(tmp_path / NAME)
    (base / CARD).write_text(json.dumps({"version": "1", "default_side": 64}))
    changed = tmp_path / "tiny-changed"
    changed.mkdir()
    (changed / CHANGES).write_bytes(lora_for(base, scale=3.0))
    make_few_step_scheduler().save_pretrained(changed / "scheduler")
    _write_card(changed)
    return tmp_path


def _write_card(folder: Path, **other: object) -> None:
    card = {"version": "7", "default_steps": 4, "default_guidance": 1.0, "base": NAME, "base_version": "1"}
    (folder / CARD).write_text(json.dumps(card | other))


def _load(models: Path, name: str, version: str) -> LoadedModel:
    return load_model(name, version=version, models_dir=models, place=PLACE)


def _painted(model: LoadedModel) -> bytes:
    request = GenerationRequest(
        prompt="a picture", width=128, height=128, seed=3, steps=2, guidance=1.0, model="any", model_version="1"
    )
    return model.paint([PictureOrder(request, 0)])[0].tobytes()


def test_it_paints_otherwise_than_its_base_and_wears_nothing(models: Path) -> None:
    base, changed = _load(models, NAME, "1"), _load(models, "tiny-changed", "7")
    assert not wears_any(changed.text_to_image)
    assert changed.text_to_image.scheduler.config.solver_order == 1
    before, after = (model.text_to_image.unet.state_dict() for model in (base, changed))
    assert before.keys() == after.keys()
    assert any(not torch.equal(value, after[name]) for name, value in before.items())
    assert _painted(changed) != _painted(base)


def test_its_hash_covers_the_base(models: Path) -> None:
    changed = _load(models, "tiny-changed", "7")
    assert changed.weights_sha256 == weights_sha256(models / "tiny-changed", models / NAME)
    assert changed.weights_sha256 != weights_sha256(models / "tiny-changed")


def test_the_shelf_loads_it_beside_its_base(models: Path) -> None:
    shelf = Models(models_dir=models, place=PLACE, hub=False)
    shelf.get(NAME, "1")
    shelf.get("tiny-changed", "7")
    assert [(one.name, one.version) for one in shelf.in_memory()] == [(NAME, "1"), ("tiny-changed", "7")]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"base_version": "2"}, "installed beside it is 1"),
        ({"base": "absent"}, "holds no model"),
        ({"base": "../elsewhere"}, "base"),
        ({"base": "tiny-changed", "base_version": "7"}, "changes itself"),
    ],
)
def test_a_base_that_is_not_there_is_told(models: Path, other: dict[str, str], told: str) -> None:
    _write_card(models / "tiny-changed", **other)
    with pytest.raises(CardUnreadable, match=told):
        read_card(models / "tiny-changed")
    with pytest.raises(GaveUp, match="MODELS_DIR"):
        _load(models, "tiny-changed", "7")


def test_matrices_that_are_missing_or_do_not_fit_are_told(models: Path) -> None:
    folder = models / "tiny-changed"
    (folder / CHANGES).write_bytes(b"no matrices at all")
    with pytest.raises(GaveUp, match="does not fit"):
        _load(models, "tiny-changed", "7")
    (folder / CHANGES).unlink()
    with pytest.raises(CardUnreadable, match=CHANGES):
        read_card(folder)


def test_a_base_with_pickled_weights_is_refused(models: Path) -> None:
    (models / NAME / "unet" / "more.bin").write_bytes(b"")
    with pytest.raises(GaveUp, match="may carry code"):
        _load(models, "tiny-changed", "7")
