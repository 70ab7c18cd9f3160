"""Image-to-image on paintings that no training has seen, measured in the picture space.

For three strengths, with the studio's own steps: the result must lie nearer to its own input than to each of the
other paintings, must not be the input, and must have moved towards the prompt. Strengths are chosen within what keeps
a painting recognisable. A result counts as changed where it differs from the input as the autoencoder alone gives it
back.
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionImg2ImgPipeline
from PIL import Image
from torch import Tensor
from torch.nn import functional

from generation.engine.training.model_shapes import DEFAULT_GUIDANCE, DEFAULT_STEPS, PICTURE_SIDE_PX, TEXT_TOKENS
from generation.engine.training.picture_space import SPACE_PICTURE_SIDE_PX, load_picture_space
from generation.engine.training.sampling import open_pipeline

STRENGTHS = (0.2, 0.3, 0.45)
PROMPTS = ("a golden sunset over the sea", "蓝色的群山，薄雾")


def _middle_square(path: Path) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    return square.resize((PICTURE_SIDE_PX, PICTURE_SIDE_PX), Image.Resampling.LANCZOS)


def _round_trip(pipeline: StableDiffusionImg2ImgPipeline, picture: Image.Image) -> np.ndarray:
    """(256, 256, 3) levels from 0 to 255 of a picture that was only encoded and decoded."""
    pixels = pipeline.image_processor.preprocess(picture)
    decoded = pipeline.vae.decode(pipeline.vae.encode(pixels).latents).sample
    return pipeline.image_processor.postprocess(decoded, output_type="np")[0] * 255


@torch.no_grad()
def measure_image_to_image(folder: Path, paintings: Path) -> dict[str, float]:
    """Shares of the results, by strength, that fulfil each of the three demands."""
    pipeline = open_pipeline(folder)
    redraw = StableDiffusionImg2ImgPipeline(**pipeline.components)
    redraw.set_progress_bar_config(disable=True)
    encoder, projection = load_picture_space(folder)
    inputs = [_middle_square(path) for path in sorted(paintings.glob("*.jpg"))]
    if len(inputs) < 2:
        raise SystemExit(f"{paintings} holds fewer than two paintings")

    def seen(pictures: list[Image.Image]) -> Tensor:
        arrays = np.stack([np.asarray(p.convert("RGB")) for p in pictures]).astype(np.float32) / 255
        pixels = torch.from_numpy(arrays).permute(0, 3, 1, 2)
        return encoder(functional.adaptive_avg_pool2d(pixels, SPACE_PICTURE_SIDE_PX))

    tokens = pipeline.tokenizer(
        list(PROMPTS),
        padding=True,
        truncation=True,
        max_length=TEXT_TOKENS,
        return_tensors="pt",
        return_token_type_ids=False,
    )
    said = projection(pipeline.text_encoder(**tokens).last_hidden_state, tokens["attention_mask"])
    own = seen(inputs)
    through = [_round_trip(redraw, picture) for picture in inputs]
    figures: dict[str, float] = {}
    for strength in STRENGTHS:
        nearest, changed, moved, changes = [], [], [], []
        for number, picture in enumerate(inputs):
            for which, prompt in enumerate(PROMPTS):
                made = redraw(
                    prompt,
                    image=picture,
                    strength=strength,
                    num_inference_steps=DEFAULT_STEPS,
                    guidance_scale=DEFAULT_GUIDANCE,
                    generator=torch.Generator().manual_seed(number),
                ).images[0]
                vector = seen([made])[0]
                likeness = own @ vector
                nearest.append(bool(likeness.argmax() == number))
                difference = float(np.abs(np.asarray(made, np.float32) - through[number]).mean())
                changes.append(difference)
                changed.append(difference > 2.0)
                moved.append(bool(said[which] @ vector > said[which] @ own[number]))
        name = f"strength_{strength:.2f}"
        figures[f"image_to_image_nearest_own_input_{name}"] = float(np.mean(nearest))
        figures[f"image_to_image_changed_{name}"] = float(np.mean(changed))
        figures[f"image_to_image_mean_change_levels_{name}"] = float(np.mean(changes))
        figures[f"image_to_image_moved_to_prompt_{name}"] = float(np.mean(moved))
    return figures
