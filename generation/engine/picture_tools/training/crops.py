"""Training crops: parts of the data program's pictures, mirrored and recoloured, and fields of plain noise."""

import random
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.engine.picture_tools.pixels import Pixels


class CropSource:
    """Draws crops from FOLDER/pictures.npy, (count, side, side, 3) uint8, as `render_dataset` writes it."""

    def __init__(self, folder: Path, *, seed: int, first: int = 0, count: int | None = None) -> None:
        pictures: NDArray[np.uint8] = np.load(folder / "pictures.npy", mmap_mode="r")
        self._pictures = pictures[first : None if count is None else first + count]
        self._random = random.Random(seed)
        self._numpy = np.random.default_rng(seed)

    def draw(self, side_px: int, *, recolour: float = 0.3, texture: float = 0.08) -> Pixels:
        """(side, side, 3) in 0 to 1. `recolour`, `texture`: the shares of recoloured crops and of noise fields."""
        if self._random.random() < texture:
            return self._texture(side_px)
        picture = self._pictures[self._random.randrange(len(self._pictures))]
        whole = picture.shape[0]
        top, left = self._random.randint(0, whole - side_px), self._random.randint(0, whole - side_px)
        crop = picture[top : top + side_px, left : left + side_px].astype(np.float32) / 255
        crop = crop[:, ::-1] if self._random.random() < 0.5 else crop
        crop = crop[::-1] if self._random.random() < 0.2 else crop
        crop = crop.transpose(1, 0, 2) if self._random.random() < 0.3 else crop
        return np.ascontiguousarray(self._recoloured(crop) if self._random.random() < recolour else crop)

    def whole(self) -> Pixels:
        """A whole picture (side, side, 3) in 0 to 1, mirrored left to right or not, in its own colours."""
        picture = self._pictures[self._random.randrange(len(self._pictures))].astype(np.float32) / 255
        return np.ascontiguousarray(picture[:, ::-1] if self._random.random() < 0.5 else picture)

    def _recoloured(self, crop: Pixels) -> Pixels:
        grey = crop.mean(axis=2, keepdims=True)
        mixed = crop[..., self._numpy.permutation(3)]
        tint = self._numpy.uniform(0.7, 1.3, 3)
        strength, lift = self._numpy.uniform(0.4, 1.5), self._numpy.uniform(-0.12, 0.12)
        return np.asarray(np.clip((grey + (mixed - grey) * strength) * tint + lift, 0, 1), np.float32)

    def _texture(self, side_px: int) -> Pixels:
        field = np.zeros((side_px, side_px, 3), np.float32)
        weight, cells = 1.0, self._numpy.integers(2, 9)
        fade = self._numpy.uniform(0.45, 0.8)
        while cells < side_px:
            layer = self._numpy.random((cells, cells, 3), np.float32) - 0.5
            field += weight * cv2.resize(layer, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
            weight, cells = weight * fade, cells * 2
        field *= self._numpy.uniform(0.2, 0.9) / max(float(field.std()) * 4, 1e-3)
        return np.asarray(np.clip(field + self._numpy.uniform(0.2, 0.8, 3), 0, 1), np.float32)
