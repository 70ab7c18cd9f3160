"""Batches of a real pipeline: equal to pictures made alone, and made again to the last bit from their recipes."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from generation.engine.contract import FailureCode, GenerationRequest
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.again import differences, render_again
from generation.engine.pipelines.loading import LoadedModel, choose_place, host_memory_bytes, load_model
from generation.engine.pipelines.rendering import render_batch
from generation.engine.pipelines.shelf import Models
from generation.engine.pipelines.warming import run_once
from generation.engine.rendering_job import recipe_of
from generation.engine.stopping import GaveUp

PROMPTS = [
    "a beautiful sunset over the sea",
    "mountains at night",
    "日落",
    "the forest",
    "a picture",
    "in style of sea",
]
SMALLEST_PSNR_DB = 50.0

# numpy 2 and diffusers' own reading of its schedules.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def model(tiny_models_dir: Path) -> LoadedModel:
    torch.set_num_threads(1)
    return load_model("tiny-image", version="1", models_dir=tiny_models_dir, place=choose_place("cpu", "float32"))


def order(place: int, *, input_picture: Image.Image | None = None, negative: str = "") -> PictureOrder:
    begins = {"kind": "image_to_image", "strength": 0.6, "input_key": "jobs/x/input.png", "input_sha256": "a" * 64}
    request = GenerationRequest(
        prompt=PROMPTS[place % len(PROMPTS)],
        negative_prompt=negative,
        width=128,
        height=192,
        count=2,
        seed=1000 + 17 * place,
        steps=5,
        guidance=4.0,
        model="tiny-image",
        model_version="1",
        **(begins if input_picture else {}),
    )
    return PictureOrder(request, place % 2, input_picture)


def orders(count: int, kind: str) -> list[PictureOrder]:
    gradients = [Image.linear_gradient("L").rotate(30 * place).convert("RGB") for place in range(count)]
    return [
        order(place, input_picture=gradients[place] if kind == "image_to_image" else None) for place in range(count)
    ]


def psnr_db(one: Image.Image, other: Image.Image) -> float:
    error = np.mean((np.asarray(one, np.float64) - np.asarray(other, np.float64)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


@pytest.mark.parametrize("kind", ["text_to_image", "image_to_image"])
def test_pictures_of_a_batch_are_those_that_are_made_alone(model: LoadedModel, kind: str) -> None:
    chosen = orders(8, kind)
    alone = [model.paint([one])[0] for one in chosen]
    assert len({picture.tobytes() for picture in alone}) == 8
    assert {picture.size for picture in alone} == {(128, 192)}
    for size in (2, 3, 8):
        together = model.paint(chosen[:size])
        own = [psnr_db(one, other) for one, other in zip(alone, together, strict=False)]
        assert min(own) >= SMALLEST_PSNR_DB
        # The measure tells pictures apart, though this model of random weights makes some of them much alike.
        assert min(own) > max(psnr_db(one, other) for one, other in pairwise(alone))


@pytest.mark.parametrize("kind", ["text_to_image", "image_to_image"])
def test_a_recipe_gives_the_same_pixels_again_at_every_place_of_every_size(model: LoadedModel, kind: str) -> None:
    for size in (1, 2, 3, 5):
        chosen = orders(size, kind)
        for place, picture in enumerate(model.paint(chosen)):
            one = chosen[place]
            recipe = recipe_of(model, one.request, one.index, batch_size=size, batch_index=place)
            assert list(differences(model, recipe)) == []
            again = render_again(model, recipe, input_picture=one.input_picture)
            assert again.tobytes() == picture.tobytes(), (size, place)


def test_what_differs_from_the_recipes_machine_is_said(model: LoadedModel) -> None:
    recipe = recipe_of(model, order(0).request, 0, batch_size=1, batch_index=0)
    assert recipe.build.startswith(f"torch {torch.__version__} ")
    other = recipe.model_copy(update={"build": "torch 9", "threads": 7})
    assert [line.split(":")[0] for line in differences(model, other)] == ["build", "threads"]
    assert other.as_ordered == recipe.as_ordered
    assert recipe.model_copy(update={"seed": 1}).as_ordered != recipe.as_ordered


def test_steps_are_told_with_the_latents_of_the_whole_batch_and_previews_are_pictures(model: LoadedModel) -> None:
    seen: list[tuple[int, torch.Size]] = []
    previews = []

    def on_step(step: int, latents: torch.Tensor) -> None:
        seen.append((step, latents.shape))
        previews.append([model.preview(latents, place) for place in range(3)])

    model.paint(orders(3, "text_to_image"), on_step=on_step)
    assert [step for step, _ in seen] == [1, 2, 3, 4, 5]
    assert {shape[0] for _, shape in seen} == {3}
    assert {picture.size for row in previews for picture in row} == {(128, 192)}
    assert len({picture.tobytes() for picture in previews[-1]}) == 3


def test_what_a_step_raises_comes_through(model: LoadedModel) -> None:
    class Stop(Exception):
        pass

    def on_step(step: int, latents: torch.Tensor) -> None:
        raise Stop

    with pytest.raises(Stop):
        model.paint([order(0)], on_step=on_step)


def test_orders_that_one_batch_cannot_hold_are_not_alike() -> None:
    assert order(0).alike == order(1).alike
    assert order(0).alike != order(0, negative="night").alike
    assert order(0).alike != orders(1, "image_to_image")[0].alike


class Greedy:
    """A pipeline that asks torch for more memory than any machine has."""

    def __call__(self, prompt: list[str]) -> None:
        torch.empty(2**60, dtype=torch.uint8)


def test_a_host_without_memory_is_told_from_other_errors(model: LoadedModel) -> None:
    greedy = LoadedModel("greedy", "1", "a" * 64, model.place, Greedy(), Path("greedy"))
    with pytest.raises(GaveUp) as raised:
        render_batch(greedy, [order(0)])
    assert raised.value.code is FailureCode.OUT_OF_MEMORY


def test_the_model_that_was_used_longest_ago_leaves(tiny_models_dir: Path, tmp_path: Path) -> None:
    names = ["a-model", "b-model", "c-model"]
    for name in names:
        shutil.copytree(tiny_models_dir / "tiny-image", tmp_path / name)
    place = choose_place("cpu", "float32")
    size = load_model("a-model", version="1", models_dir=tmp_path, place=place).memory_bytes
    models = Models(models_dir=tmp_path, place=place, hub=False, memory_bytes=int(2.5 * size))
    first = models.get("a-model", "1")
    models.get("b-model", "1")
    assert models.get("a-model", "1") is first
    models.get("c-model", "1")
    assert [one.name for one in models.in_memory()] == ["a-model", "c-model"]
    assert models.get("a-model", "1") is first
    assert models.make_room(keep=first)
    assert [one.name for one in models.in_memory()] == ["a-model"]
    assert not models.make_room(keep=first)
    with pytest.raises(GaveUp):
        models.get("a-model", "2")


def test_a_model_larger_than_the_limit_is_held_alone(tiny_models_dir: Path) -> None:
    models = Models(models_dir=tiny_models_dir, place=choose_place("cpu", "float32"), hub=False, memory_bytes=1)
    run_once(models.get("tiny-image", "1"), tiny_models_dir / "tiny-image")
    assert [one.name for one in models.in_memory()] == ["tiny-image"]


def test_a_control_groups_limit_counts_as_the_hosts_memory(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1048576\n")
    assert host_memory_bytes(limit) == 1048576
    limit.write_text("max\n")
    assert host_memory_bytes(limit) == host_memory_bytes(tmp_path / "missing") > 1048576
