"""Compositions led by edges, a sketch or depth: real diffusers classes on a tiny model."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from generation.engine.contract import Control, ControlKind, FailureCode, GenerationRequest
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.again import render_again
from generation.engine.pipelines.controlling import control_picture
from generation.engine.pipelines.loading import LoadedModel, choose_place, load_model
from generation.engine.rendering_job import recipe_of
from generation.engine.stopping import GaveUp, NobodyWaits

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def drawing(x: int = 40) -> Image.Image:
    """Dark lines on white, 128 × 128 px."""
    sheet = Image.new("RGBA", (128, 128), "white")
    ImageDraw.Draw(sheet).line([(x, 10), (x, 118)], fill="black", width=4)
    return sheet


@pytest.fixture(scope="module")
def model(tiny_models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """The tiny model with a random T2I-Adapter for lines and a random ControlNet for depth."""
    from diffusers import ControlNetModel, T2IAdapter

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("led") / "tiny-image"
    shutil.copytree(tiny_models_dir / "tiny-image", folder)
    place = choose_place("cpu", "float32")
    plain = load_model("tiny-image", version="1", models_dir=folder.parent, place=place)
    torch.manual_seed(3)
    adapter = T2IAdapter(
        in_channels=1, channels=[16, 32], num_res_blocks=1, downscale_factor=16, adapter_type="full_adapter_xl"
    )
    adapter.save_pretrained(folder / "control" / "lines")
    net = ControlNetModel.from_unet(plain.text_to_image.unet, conditioning_channels=3)
    # An untrained one begins with nothing at its way in and its ways out.
    for part in (net.controlnet_cond_embedding.conv_out, net.controlnet_mid_block, *net.controlnet_down_blocks):
        for parameter in part.parameters():
            torch.nn.init.normal_(parameter, std=0.2)
    net.save_pretrained(folder / "control" / "depth")
    return load_model("tiny-image", version="1", models_dir=folder.parent, place=place)


def order(place: int = 0, *, control: Control | None = None, picture: Image.Image | None = None) -> PictureOrder:
    """A picture of 128 px."""
    led = {"control": control, "control_key": "jobs/x/control.png", "control_sha256": "a" * 64} if control else {}
    request = GenerationRequest(
        prompt="a beautiful sunset over the sea",
        width=128,
        height=128,
        count=4,
        seed=40 + place,
        steps=4,
        model="tiny-image",
        model_version="1",
        **led,
    )
    return PictureOrder(request, 0, control_picture=picture)


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture).astype(int)


@pytest.mark.parametrize("kind", list(ControlKind))
def test_the_picture_leads_the_composition_and_its_scale_says_how_much(model: LoadedModel, kind: ControlKind) -> None:
    free = pixels(model.paint([order()])[0])

    def led(scale: float, x: int) -> np.ndarray:
        return pixels(model.paint([order(control=Control(kind=kind, scale=scale), picture=drawing(x))])[0])

    little, much, elsewhere = (np.abs(led(*how) - free).mean() for how in ((0.05, 40), (1.0, 40), (1.0, 90)))
    assert 0 < little < much
    assert elsewhere > little
    assert not np.array_equal(led(1.0, 40), led(1.0, 90)), "another drawing, another picture"
    assert np.array_equal(pixels(model.paint([order()])[0]), free), "the model itself is as it was"


def test_steps_are_told_and_a_picture_that_nobody_waits_for_stops(model: LoadedModel) -> None:
    one = order(control=Control(kind=ControlKind.SKETCH), picture=drawing())
    steps: list[int] = []
    model.paint([one], on_step=lambda step, latents: steps.append(step))
    assert steps == [1, 2, 3, 4]

    def stop(step: int, latents: object) -> None:
        raise NobodyWaits

    with pytest.raises(NobodyWaits):
        model.paint([one], on_step=stop)


def test_a_batch_of_led_pictures_is_each_made_alone_and_again_from_its_recipe(model: LoadedModel) -> None:
    control = Control(kind=ControlKind.SKETCH, scale=0.8)
    orders = [order(place, control=control, picture=drawing(30 + 20 * place)) for place in range(3)]
    together = model.paint(orders)
    for place, one in enumerate(orders):
        alone = pixels(model.paint([one])[0])
        error = ((alone - pixels(together[place])) ** 2).mean()
        assert error == 0 or 10 * np.log10(255**2 / error) >= 50
        recipe = recipe_of(model, one.request, 0, batch_size=3, batch_index=place)
        again = render_again(model, recipe, control_picture=one.control_picture)
        assert np.array_equal(pixels(again), pixels(together[place]))
    assert orders[0].request.batch_shape != order().request.batch_shape


def test_a_model_without_control_says_so(tiny_models_dir: Path, model: LoadedModel) -> None:
    bare = load_model("tiny-image", version="1", models_dir=tiny_models_dir, place=choose_place("cpu", "float32"))
    one = order(control=Control(kind=ControlKind.EDGES), picture=drawing())
    with pytest.raises(GaveUp) as told:
        bare.paint([one])
    assert told.value.code is FailureCode.MODEL_UNSUITABLE
    with pytest.raises(GaveUp) as told:
        model.paint([order(control=Control(kind=ControlKind.EDGES))])
    assert told.value.code is FailureCode.REQUEST_UNREADABLE


def test_lines_are_found_however_they_are_drawn() -> None:
    dark_on_light, transparent = drawing(), Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    ImageDraw.Draw(transparent).line([(40, 10), (40, 118)], fill=(255, 0, 0, 255), width=4)
    light_on_dark = Image.new("RGBA", (128, 128), "black")
    ImageDraw.Draw(light_on_dark).line([(40, 10), (40, 118)], fill="white", width=4)
    for sketch in (dark_on_light, transparent, light_on_dark):
        lines = np.asarray(control_picture(ControlKind.SKETCH, sketch, 128, 128))
        assert lines[64, 40] > 200
        assert lines[64, 90] < 30
    edges = np.asarray(control_picture(ControlKind.EDGES, drawing(), 128, 128))
    assert set(np.unique(edges)) == {0, 255}
    assert edges[64, 34:48].any()
    assert not edges[:, 60:].any()
    wide = control_picture(ControlKind.DEPTH, Image.new("L", (300, 100), 80), 128, 192)
    assert (wide.size, wide.mode) == ((128, 192), "L")


@pytest.mark.parametrize(
    "wrong",
    [
        {"control": {"kind": "edges"}},
        {"control_key": "k", "control_sha256": "a" * 64},
        {"control": {"kind": "edges", "scale": 3}, "control_key": "k", "control_sha256": "a" * 64},
        {"control": {"kind": "smell"}, "control_key": "k", "control_sha256": "a" * 64},
        {
            "kind": "image_to_image",
            "strength": 0.5,
            "input_key": "i",
            "input_sha256": "a" * 64,
            "control": {"kind": "edges"},
            "control_key": "k",
            "control_sha256": "a" * 64,
        },
    ],
)
def test_what_cannot_lead_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="control"):
        GenerationRequest(**{"prompt": "a sea", "seed": 0, "model": "m", "model_version": "1", **wrong})
