"""Pictures from a model folder through the stock pipelines, for the measurements and the demo's works."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import DiffusionPipeline, StableDiffusionPipeline

from generation.engine.training.model_shapes import DEFAULT_GUIDANCE, DEFAULT_STEPS, PICTURE_SIDE_PX


def open_pipeline(folder: Path) -> StableDiffusionPipeline:
    """The folder's pipeline, offline, in float32."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.unet.to(memory_format=torch.channels_last)
    return pipeline


def paint(
    pipeline: StableDiffusionPipeline,
    prompts: Sequence[str],
    seeds: Sequence[int],
    *,
    steps: int = DEFAULT_STEPS,
    guidance: float = DEFAULT_GUIDANCE,
    at_once: int = 8,
) -> np.ndarray:
    """(N, 256, 256, 3) uint8 pictures, one for each prompt and seed."""
    parts = []
    for start in range(0, len(prompts), at_once):
        some = list(prompts[start : start + at_once])
        made = pipeline(
            some,
            height=PICTURE_SIDE_PX,
            width=PICTURE_SIDE_PX,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=[torch.Generator().manual_seed(seed) for seed in seeds[start : start + at_once]],
            output_type="np",
        ).images
        parts.append((np.asarray(made) * 255 + 0.5).astype(np.uint8))
    return np.concatenate(parts)
