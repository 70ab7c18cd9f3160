"""Painting inside a mask with the shipped model: inside changes towards the words, outside stays."""

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image

import generation.engine.models
from generation.engine.pipelines.masked import keep_outside, latent_mask, latents_of
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
    from PIL import Image

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
