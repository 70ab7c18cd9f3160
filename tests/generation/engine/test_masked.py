"""Painting inside a mask with the shipped model: inside changes towards the words, outside stays."""

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image
from PIL import Image

import generation.engine.models
from generation.engine.pipelines.editing import paint_beyond, paint_inside
from generation.engine.pipelines.masked import keep_outside, latent_mask, latents_of
from generation.engine.pipelines.noise import noise_near
from generation.engine.pipelines.prompt_weights import weighted_states
from generation.engine.training.model_shapes import MODEL_NAME
from generation.engine.training.sampling import open_pipeline, paint

MODEL = Path(generation.engine.models.__path__[0]) / MODEL_NAME

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def pipeline():
    return open_pipeline(MODEL)


def test_a_latent_is_free_where_any_pixel_is_masked() -> None:
    mask = np.zeros((256, 256), bool)
    mask[17, 33] = True
    free = latent_mask(mask, (16, 16))[0, 0]
    assert free.sum() == 1
    assert free[1, 2] == 1


@pytest.mark.parametrize("strength", [0.6, 1.0])
def test_latents_outside_the_mask_end_as_the_inputs(pipeline, strength: float) -> None:
    picture = Image.fromarray(paint(pipeline, ["a blue sea by day"], [1])[0])
    mask = np.zeros((256, 256), bool)
    mask[:, 128:] = True
    image_to_image = AutoPipelineForImage2Image.from_pipe(pipeline)
    image_to_image.set_progress_bar_config(disable=True)
    with torch.inference_mode():
        latents = image_to_image(
            prompt="a golden desert by day",
            image=picture,
            strength=strength,
            num_inference_steps=8,
            guidance_scale=3.0,
            generator=torch.Generator().manual_seed(3),
            callback_on_step_end=keep_outside(image_to_image, picture, mask, seed=3),
            callback_on_step_end_tensor_inputs=["latents"],
            output_type="latent",
        ).images
        kept = latents_of(image_to_image, picture)
    assert torch.equal(latents[..., :8], kept[..., :8])
    assert (latents[..., 8:] - kept[..., 8:]).abs().mean() > 0.1


def test_weights_move_the_states_and_one_leaves_them(pipeline) -> None:
    device = torch.device("cpu")
    with torch.inference_mode():
        plain = weighted_states(pipeline, "a crimson sunset over the sea", device=device)
        same = pipeline.encode_prompt("a crimson sunset over the sea", device, 1, False)[0]
        strong = weighted_states(pipeline, "a (crimson:1.6) sunset over the sea", device=device)
        weak = weighted_states(pipeline, "a (crimson:0.4) sunset over the sea", device=device)
    assert torch.allclose(plain, same, atol=1e-5)
    changed = (strong - plain).abs().sum(dim=(0, 2)) > 1e-4
    assert 1 <= int(changed.sum()) <= 3, "only the weighted word's tokens move"
    assert torch.allclose(strong - plain, -(weak - plain), atol=1e-4)


def test_a_masked_edit_follows_the_words_and_changes_nothing_outside(pipeline) -> None:
    picture = Image.fromarray(paint(pipeline, ["a blue sea by day"], [1])[0]).resize((384, 300))
    mask = Image.new("L", picture.size, 0)
    mask.paste(255, (200, 100, 360, 260))
    image_to_image = AutoPipelineForImage2Image.from_pipe(pipeline)
    image_to_image.set_progress_bar_config(disable=True)
    steps: list[int] = []
    edited = paint_inside(
        image_to_image,
        picture,
        mask,
        side_px=256,
        strength=1.0,
        steps=8,
        seed=5,
        on_step=lambda step, latents: steps.append(step),
        prompt="a golden desert by day",
        guidance_scale=3.0,
    )
    before, after = np.asarray(picture), np.asarray(edited)
    inside = np.asarray(mask) > 0
    assert np.array_equal(before[~inside], after[~inside])
    change = after[inside].astype(float).mean(0) - before[inside].astype(float).mean(0)
    assert change[0] - change[2] > 10, "the blue part has moved towards gold"
    assert steps == list(range(1, 9))


def test_a_picture_grows_and_keeps_its_pixels(pipeline) -> None:
    picture = Image.fromarray(paint(pipeline, ["a blue sea by day"], [1])[0])
    image_to_image = AutoPipelineForImage2Image.from_pipe(pipeline)
    image_to_image.set_progress_bar_config(disable=True)
    words = {"prompt": "a blue sea by day", "guidance_scale": 3.0}
    grown = paint_beyond(image_to_image, picture, right=128, top=64, side_px=256, steps=6, seed=2, **words)
    assert grown.size == (384, 320)
    assert np.array_equal(np.asarray(grown)[64:, :256], np.asarray(picture))
    assert np.asarray(grown)[:, 256:].std() > 5


def test_noise_near_another_stays_noise() -> None:
    shape = (1, 4, 32, 32)
    first = noise_near(shape, seed=1, other_seed=2, amount=0.0)
    half = noise_near(shape, seed=1, other_seed=2, amount=0.5)
    assert torch.allclose(first, torch.randn(shape, generator=torch.Generator().manual_seed(1)), atol=1e-5)
    assert abs(float(half.std()) - 1) < 0.05
    nearer = [float((noise_near(shape, seed=1, other_seed=2, amount=a) - first).norm()) for a in (0.1, 0.3, 1.0)]
    assert nearer == sorted(nearer)
    assert torch.equal(noise_near(shape, seed=1, other_seed=1, amount=0.7), first)
