"""Edits, variations and weighted words through the worker's own painter, with the shipped model."""

from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

import generation.engine.models
from generation.engine import contract
from generation.engine.card import read_card
from generation.engine.contract import Extension, GenerationRequest, Kind, Variation
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.again import render_again
from generation.engine.pipelines.loading import choose_place, load_model
from generation.engine.rendering_job import recipe_of
from generation.engine.stopping import GaveUp
from generation.engine.training.model_shapes import MODEL_NAME

MODELS = Path(generation.engine.models.__path__[0])
NOBODY = UUID(int=0)
INPUT: dict[str, Any] = {"input_key": contract.input_key(NOBODY), "input_sha256": "a" * 64}

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def model():
    version = read_card(MODELS / MODEL_NAME).version
    return load_model(MODEL_NAME, version=version, models_dir=MODELS, place=choose_place("cpu", "float32"))


def request_for(model, **more: Any) -> GenerationRequest:
    settings = {"prompt": "a blue sea by day", "width": 256, "height": 256, "seed": 4, "steps": 6, "guidance": 3.0}
    return GenerationRequest(**{**settings, "model": model.name, "model_version": model.version, **more})


def test_painting_over_changes_nothing_outside_and_a_recipe_gives_it_again(model) -> None:
    picture = model.paint([PictureOrder(request_for(model), 0)])[0].resize((320, 200))
    mask = Image.new("L", picture.size, 0)
    mask.paste(255, (40, 40, 140, 160))
    request = request_for(
        model,
        kind=Kind.INPAINT,
        prompt="a golden desert by day",
        width=320,
        height=200,
        strength=1.0,
        painted_side=256,
        mask_key=contract.mask_key(NOBODY),
        mask_sha256="b" * 64,
        **INPUT,
    )
    steps: list[int] = []
    edited = model.paint([PictureOrder(request, 0, picture, mask)], on_step=lambda step, latents: steps.append(step))[0]
    before, after, inside = np.asarray(picture), np.asarray(edited), np.asarray(mask) > 0
    assert np.array_equal(before[~inside], after[~inside])
    assert np.abs(before[inside].astype(int) - after[inside]).mean() > 10
    assert steps == [1, 2, 3, 4, 5, 6]
    recipe = recipe_of(model, request, 0, batch_size=1, batch_index=0)
    again = render_again(model, recipe, input_picture=picture, mask=mask)
    assert np.array_equal(np.asarray(again), after)


def test_growing_keeps_the_picture(model) -> None:
    picture = model.paint([PictureOrder(request_for(model), 0)])[0]
    request = request_for(
        model, kind=Kind.OUTPAINT, width=384, height=256, extension=Extension(left=128), painted_side=256, **INPUT
    )
    grown = model.paint([PictureOrder(request, 0, picture)])[0]
    assert grown.size == (384, 256)
    assert np.array_equal(np.asarray(grown)[:, 128:], np.asarray(picture))


def test_variations_move_away_with_their_amount(model) -> None:
    base = np.asarray(model.paint([PictureOrder(request_for(model), 0)])[0]).astype(int)
    moved = []
    for amount in (0.05, 0.4):
        request = request_for(model, kind=Kind.VARIATIONS, seed=77, variation=Variation(base_seed=4, amount=amount))
        near = np.asarray(model.paint([PictureOrder(request, 0)])[0]).astype(int)
        moved.append(float(np.abs(near - base).mean()))
    assert 0 < moved[0] < moved[1]
    other = np.asarray(model.paint([PictureOrder(request_for(model, seed=77), 0)])[0]).astype(int)
    whole = request_for(model, kind=Kind.VARIATIONS, seed=77, variation=Variation(base_seed=4, amount=1.0))
    assert np.abs(np.asarray(model.paint([PictureOrder(whole, 0)])[0]).astype(int) - other).mean() < 1


def test_weighted_words_change_the_picture_and_equal_weights_of_one_hardly_do(model) -> None:
    plain = np.asarray(model.paint([PictureOrder(request_for(model), 0)])[0]).astype(int)
    heavy = request_for(model, prompt="a (blue:1.8) sea by day")
    light = request_for(model, prompt="a (blue:1.001) sea by day")
    changed = [
        np.abs(np.asarray(model.paint([PictureOrder(r, 0)])[0]).astype(int) - plain).mean() for r in (heavy, light)
    ]
    assert changed[0] > 3 * changed[1]
    assert changed[1] < 2


def test_orders_that_cannot_share_a_batch_are_not_alike(model) -> None:
    one = PictureOrder(request_for(model), 0)
    assert one.alike == PictureOrder(request_for(model, prompt="a green forest", seed=9), 0).alike
    assert one.alike != PictureOrder(request_for(model, prompt="a (green:1.2) forest"), 0).alike
    edit = request_for(
        model,
        kind=Kind.OUTPAINT,
        width=300,
        height=256,
        extension=Extension(left=44),
        painted_side=256,
        count=2,
        **INPUT,
    )
    assert PictureOrder(edit, 0).alike != PictureOrder(edit, 1).alike


def test_an_edit_without_its_picture_is_given_up(model) -> None:
    request = request_for(
        model, kind=Kind.OUTPAINT, width=300, height=256, extension=Extension(left=44), painted_side=256, **INPUT
    )
    with pytest.raises(GaveUp):
        model.paint([PictureOrder(request, 0)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": Kind.INPAINT},
        {"kind": Kind.OUTPAINT, **INPUT},
        {"strength": 0.5},
        {"variation": Variation(base_seed=1, amount=0.5)},
        {"width": 250},
        {"kind": Kind.VARIATIONS},
    ],
)
def test_the_contract_refuses_what_does_not_belong_together(model, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs|takes no|multiples"):
        request_for(model, **wrong)
