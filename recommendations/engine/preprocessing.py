"""What becomes of a picture before a picture encoder sees it, and of a text's tokens before a text encoder does.

A space says it in ``space.json``; what it does not say is as our own picture space wants it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# By the names in which ``space.json`` has them.
RESAMPLINGS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos": Image.Resampling.LANCZOS,
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "hamming": Image.Resampling.HAMMING,
}
# square: the middle square, scaled. shortest_edge: scaled to it, then the middle cut out. stretch: scaled as it is.
FITS = ("square", "shortest_edge", "stretch")


@dataclass(frozen=True, slots=True)
class PictureInput:
    """``resize_to``: the shortest edge in pixels before the cut, only of the fit ``shortest_edge``.

    ``mean`` and ``std``: by channel, of values 0 to 1; the encoder gets (value - mean) / std.
    """

    fit: str = "square"
    resize_to: int = 0
    resample: str = "bicubic"
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)

    def array_of(self, picture: Image.Image, size: int) -> NDArray[np.float32]:
        """(3, size, size) float32."""
        scaled = self._fitted(picture.convert("RGB"), size)
        values: NDArray[np.float32] = np.asarray(scaled, dtype=np.float32) / np.float32(255.0)
        mean, std = (np.array(three, dtype=np.float32) for three in (self.mean, self.std))
        return np.ascontiguousarray(((values - mean) / std).transpose(2, 0, 1), dtype=np.float32)

    def _fitted(self, picture: Image.Image, size: int) -> Image.Image:
        resampling = RESAMPLINGS[self.resample]
        if self.fit == "stretch":
            return picture.resize((size, size), resampling)
        if self.fit == "shortest_edge":
            short = self.resize_to or size
            width, height = picture.size
            # As transformers' get_resize_output_image_size: the long side is cut off to whole pixels, not rounded.
            if width <= height:
                picture = picture.resize((short, int(short * height / width)), resampling)
            else:
                picture = picture.resize((int(short * width / height), short), resampling)
            return _middle(picture, size)
        return _middle(picture, min(picture.size)).resize((size, size), resampling)


def _middle(picture: Image.Image, side: int) -> Image.Image:
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


@dataclass(frozen=True, slots=True)
class TextInput:
    """``pad_to``: the length in tokens to which every text is filled up, 0: to the longest of its batch.

    SigLIP reads its padding and takes the last token's state, so it needs the length that it was trained with.
    """

    pad_to: int = 0
    pad_id: int = 0
    pad_token: str = "[PAD]"  # noqa: S105 -- a token of a vocabulary


def read_picture_input(raw: dict[str, Any]) -> PictureInput:
    """From the part ``picture_input`` of ``space.json``. Raises ValueError and TypeError."""
    given = PictureInput(
        fit=str(raw.get("fit", "square")),
        resize_to=int(raw.get("resize_to", 0)),
        resample=str(raw.get("resample", "bicubic")),
        mean=tuple(float(value) for value in raw.get("mean", (0, 0, 0))),
        std=tuple(float(value) for value in raw.get("std", (1, 1, 1))),
    )
    if given.fit not in FITS or given.resample not in RESAMPLINGS:
        raise ValueError(f"picture_input: {given.fit}, {given.resample}")
    if len(given.mean) != 3 or len(given.std) != 3 or not all(given.std):
        raise ValueError("picture_input: mean and std")
    return given


def read_text_input(raw: dict[str, Any]) -> TextInput:
    """From the part ``text_input`` of ``space.json``. Raises ValueError and TypeError."""
    return TextInput(
        pad_to=int(raw.get("pad_to", 0)),
        pad_id=int(raw.get("pad_id", 0)),
        pad_token=str(raw.get("pad_token", "[PAD]")),
    )
