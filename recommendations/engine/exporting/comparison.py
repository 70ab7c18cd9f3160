"""An exported encoder against the original: the same texts and pictures through both, from the very beginning."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional

from recommendations.engine.encoders import Encoder
from recommendations.engine.exporting.graphs import PictureSide, SentenceSide, _features
from recommendations.engine.exporting.sources import Source

TEXTS = [
    "a beautiful sunset over the sea",
    "Sunset, no. 7!",
    "海上日落",
    "an ink wash of mountains in mist, with a small boat",
    "",
    "geometric shapes " * 80,
]
_SIDES = ((64, 64), (97, 60), (60, 131), (300, 224))


def pictures() -> list[Image.Image]:
    """Pictures of several shapes with fine and coarse detail, the same at each call."""
    generator = np.random.default_rng(0)
    found = []
    for width, height in _SIDES:
        coarse = Image.fromarray(generator.integers(0, 256, (5, 7, 3), dtype=np.uint8))
        found.append(coarse.resize((width, height), Image.Resampling.BICUBIC))
    return found


def largest_difference(source: Source, folder: Path) -> float:
    """The largest difference in any number of any vector between the exported folder and transformers."""
    ours = Encoder(folder)
    found = float(np.abs(ours.encode_texts(TEXTS) - original_texts(source, TEXTS)).max())
    if source.is_two_sided:
        shown = pictures()
        found = max(found, float(np.abs(ours.encode_pictures(shown) - original_pictures(source, shown)).max()))
    return found


@torch.no_grad()
def original_texts(source: Source, texts: list[str]) -> NDArray[np.float32]:
    """(N, dimensions): by the model's own tokenizer and transformers, one text at a time."""
    rows = []
    for text in texts:
        tokens = source.tokenizer(
            [text],
            padding="max_length" if source.text_input.pad_to else True,
            truncation=True,
            max_length=source.max_tokens,
            return_tensors="pt",
        )
        if source.text_input.pad_to:
            rows.append(_features(source.model.get_text_features(input_ids=tokens["input_ids"])))
        elif source.is_two_sided:
            rows.append(
                _features(
                    source.model.get_text_features(
                        input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
                    )
                )
            )
        else:
            side = SentenceSide(source.model, source.pooling)
            rows.append(side(tokens["input_ids"], tokens["attention_mask"]))
    return functional.normalize(torch.cat(rows), dim=1).numpy()


@torch.no_grad()
def original_pictures(source: Source, shown: list[Image.Image]) -> NDArray[np.float32]:
    """(N, dimensions): by the model's own picture processor and transformers."""
    from transformers import AutoImageProcessor

    # Pillow's resampling, as the web process has it: that of torchvision differs in the last digits.
    processor = AutoImageProcessor.from_pretrained(str(source.folder), local_files_only=True, backend="pil")
    pixels = processor(images=[picture.convert("RGB") for picture in shown], return_tensors="pt")["pixel_values"]
    return np.asarray(PictureSide(source.model)(pixels).numpy())
