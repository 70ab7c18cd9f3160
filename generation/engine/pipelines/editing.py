"""Edits of one picture with a prompt: paint inside a mask, and beyond the picture's edge."""

import math
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from generation.engine.masks import as_mask
from generation.engine.painting import OnStep
from generation.engine.pipelines.masked import keep_outside
from generation.engine.pipelines.regions import extend_canvas, find_region, put_back


def paint_inside(
    pipeline: Any,
    picture: Image.Image,
    mask: Image.Image,
    *,
    side_px: int,
    strength: float,
    steps: int,
    seed: int,
    on_step: OnStep | None = None,
    continues: bool = False,
    **words: Any,
) -> Image.Image:
    """``picture`` with its masked part painted anew, RGB, same size; outside the mask every pixel stays.

    ``pipeline`` makes pictures from pictures; ``words`` are its prompt, negative prompt and guidance. The part that is
    painted is scaled to a longer side of ``side_px``, the model's own. ``strength`` 1 begins with nothing of what was
    under the mask. With ``continues`` the new part takes on the old one's tones where they meet. Raises NothingMasked,
    and whatever ``on_step`` raises.
    """
    whole = picture.convert("RGB")
    painted = as_mask(mask, whole.size)
    region = find_region(painted, side_px=side_px)
    size = (region.width, region.height)
    part = whole.crop(region.box).resize(size, Image.Resampling.LANCZOS)
    part_mask = as_mask(Image.fromarray(painted).crop(region.box), size)
    if not part_mask.any():
        # A mask thinner than a pixel of the reduced part is still a mask.
        reduced = Image.fromarray(painted).crop(region.box).convert("L").resize(size, Image.Resampling.BOX)
        part_mask = as_mask(reduced.point(lambda value: 255 if value else 0), size)
    kept = keep_outside(pipeline, part, part_mask, seed=seed)

    def callback(pipe: Any, step: int, timestep: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        tensors = kept(pipe, step, timestep, tensors)
        if on_step is not None:
            on_step(step + 1, tensors["latents"])
        return tensors

    with torch.inference_mode():
        made = pipeline(
            image=part,
            strength=strength,
            # The pipeline skips what the strength keeps, and refuses less than one step.
            num_inference_steps=max(steps, math.ceil(1 / strength)),
            generator=torch.Generator("cpu").manual_seed(seed),
            callback_on_step_end=callback,
            callback_on_step_end_tensor_inputs=["latents"],
            output_type="pil",
            **words,
        ).images[0]
    return put_back(whole, made, region, painted, continues=continues)


def paint_beyond(
    pipeline: Any,
    picture: Image.Image,
    *,
    left: int = 0,
    top: int = 0,
    right: int = 0,
    bottom: int = 0,
    side_px: int,
    steps: int,
    seed: int,
    on_step: OnStep | None = None,
    **words: Any,
) -> Image.Image:
    """A larger picture, RGB: ``picture`` pixel by pixel, with so many pixels painted on at each side.

    Takes the same ``words`` as ``paint_inside``. Raises NothingMasked where no side grows.
    """
    canvas, new = extend_canvas(picture, left=left, top=top, right=right, bottom=bottom)
    return paint_inside(
        pipeline,
        canvas,
        Image.fromarray(new),
        side_px=side_px,
        strength=1.0,
        steps=steps,
        seed=seed,
        on_step=on_step,
        continues=True,
        **words,
    )
