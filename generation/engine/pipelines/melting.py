"""Models that are another model with a LoRA file melted into its weights: fewer steps, or another hand."""

import warnings
from pathlib import Path
from typing import Any

import safetensors.torch

from generation.engine.card import CHANGES
from generation.engine.contract import FailureCode
from generation.engine.stopping import GaveUp


def melt_in(pipeline: Any, folder: Path) -> None:
    """Adds FOLDER/changes.safetensors to the pipeline's weights and takes FOLDER/scheduler, if there is one.

    The file lies in the administrator's models folder, with a hash in the registry; nothing of it is run. Raises
    GaveUp(MODEL_UNSUITABLE).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline.load_lora_weights(safetensors.torch.load_file(folder / CHANGES))
            pipeline.fuse_lora()
            pipeline.unload_lora_weights()
            if (folder / "scheduler").is_dir():
                pipeline.scheduler = type(pipeline.scheduler).from_pretrained(folder / "scheduler")
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError, safetensors.SafetensorError) as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{CHANGES} of {folder.name} does not fit: {error}") from error
