"""Paints a picture in the manner of a reference picture, without any trained network.

Coarse to fine, every patch of the picture is exchanged for the patch of the reference that is most like it, and patches
that overlap are averaged (Hertzmann et al., "Image Analogies", 2001; Granot et al., "Drop the GAN: In Defense of
Patches Nearest Neighbors as Single Image Generative Models", 2022). Before, the picture gets the reference's palette,
so that likeness means drawing and not tint. The reference's brush strokes and paper come with its patches.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from generation.engine.picture_tools.palette_transfer import transfer_palette
from generation.engine.picture_tools.pixels import Pixels, to_picture, to_pixels
from generation.engine.picture_tools.progress import Report, part_of, unreported

_PATCH_PX = 7
_STRIDE_PX = 3
# Patches are compared in this many principal directions of the reference's patches.
_DIRECTIONS = 24
_MOST_PATCHES = 12_000
_QUERIES_AT_ONCE = 2_000
_COARSEST_SIDE_PX = 48
_ROUNDS_PER_LEVEL = 2


def _patches(picture: Pixels, stride: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(n, 147) patches and (n, 2) their upper left corners; the last row and column are always among them."""
    height, width = picture.shape[:2]
    rows = np.unique(np.append(np.arange(0, height - _PATCH_PX, stride), height - _PATCH_PX))
    columns = np.unique(np.append(np.arange(0, width - _PATCH_PX, stride), width - _PATCH_PX))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (_PATCH_PX, _PATCH_PX), axis=(0, 1))
    chosen = windows[rows[:, None], columns[None]]
    corners = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.ascontiguousarray(chosen.reshape(len(corners), -1)), corners


def _pasted(patches: NDArray[np.float32], corners: NDArray[np.int64], shape: tuple[int, ...]) -> Pixels:
    """Patches (n, 147) laid at their corners, averaged where they overlap, the middle of a patch counting most."""
    bell = np.hanning(_PATCH_PX + 2)[1:-1].astype(np.float32)
    weight = np.outer(bell, bell)
    total, weights = np.zeros(shape, np.float32), np.zeros(shape[:2], np.float32)
    blocks = patches.reshape(-1, 3, _PATCH_PX, _PATCH_PX)
    for y in range(_PATCH_PX):
        for x in range(_PATCH_PX):
            rows, columns = corners[:, 0] + y, corners[:, 1] + x
            # No two patches share a corner, so no two write the same pixel here.
            total[rows, columns] += blocks[:, :, y, x] * weight[y, x]
            weights[rows, columns] += weight[y, x]
    return np.asarray(total / weights[..., None], np.float32)


@dataclass(frozen=True)
class _Reference:
    """A level's patches (m, 147), and the same in their principal directions (m, k)."""

    patches: NDArray[np.float32]
    reduced: NDArray[np.float32]
    mean: NDArray[np.float32]
    directions: NDArray[np.float32]


def _some_patches(picture: Pixels, rng: np.random.Generator) -> NDArray[np.float32]:
    """At most 12,000 of all patches (n, 147), chosen before they are laid out: all of a large one take gigabytes."""
    rows, columns = picture.shape[0] - _PATCH_PX + 1, picture.shape[1] - _PATCH_PX + 1
    count = rows * columns
    chosen = np.arange(count) if count <= _MOST_PATCHES else rng.choice(count, _MOST_PATCHES, replace=False)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (_PATCH_PX, _PATCH_PX), axis=(0, 1))
    return np.ascontiguousarray(windows[chosen // columns, chosen % columns].reshape(len(chosen), -1))


def _learn(reference: Pixels, rng: np.random.Generator) -> _Reference:
    patches = _some_patches(reference, rng)
    mean = patches.mean(axis=0)
    centred = patches - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    directions = np.ascontiguousarray(vectors[:, -_DIRECTIONS:])
    return _Reference(patches, centred @ directions, mean, directions)


def _nearest(queries: NDArray[np.float32], known: NDArray[np.float32]) -> Iterator[NDArray[np.int64]]:
    """Indices into `known` (m, k) of the row nearest to each of `queries` (n, k), some thousand at a time."""
    keys = torch.from_numpy(known)
    half_norms = (keys * keys).sum(1) / 2
    for begin in range(0, len(queries), _QUERIES_AT_ONCE):
        part = torch.from_numpy(queries[begin : begin + _QUERIES_AT_ONCE])
        yield torch.addmm(-half_norms, part, keys.T).argmax(1).numpy()


def _exchanged(picture: Pixels, known: _Reference, report: Report) -> Pixels:
    patches, corners = _patches(picture, _STRIDE_PX)
    found = []
    queries = np.asarray((patches - known.mean) @ known.directions, np.float32)
    for indices in _nearest(queries, known.reduced):
        found.append(indices)
        report(sum(map(len, found)) / len(corners))
    return _pasted(known.patches[np.concatenate(found)], corners, picture.shape)


def _resized(picture: Pixels, size: tuple[int, int]) -> Pixels:
    way = cv2.INTER_AREA if size[0] < picture.shape[1] else cv2.INTER_CUBIC
    return np.asarray(np.clip(cv2.resize(picture, size, interpolation=way), 0, 1), np.float32)


def _levels(size: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes (width, height) from coarse to the full one, each about 1.6 times the one before."""
    sizes = [size]
    while min(sizes[-1]) / 1.6 >= _COARSEST_SIDE_PX:
        width, height = sizes[-1]
        sizes.append((round(width / 1.6), round(height / 1.6)))
    return sizes[::-1]


def transfer_style(
    picture: Image.Image, reference: Image.Image, *, strength: float = 0.8, report: Report = unreported
) -> Image.Image:
    """`picture` in the manner of `reference`, at its own size; `strength` 0 leaves it as it is.

    Raises ValueError when `strength` lies outside 0 to 1 or a picture is smaller than a patch (7 px).
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength lies between 0 and 1, not {strength}")
    if min(*picture.size, *reference.size) < _PATCH_PX + 1:
        raise ValueError(f"pictures must be at least {_PATCH_PX + 1} px on each side")
    rng = np.random.default_rng(0)
    sound = to_pixels(picture)
    drawing = to_pixels(transfer_palette(picture, reference, report=part_of(report, 0.0, 0.1)))
    manner = to_pixels(reference)
    # The reference is read at the scale at which it covers the picture: strokes keep their size beside the whole.
    scale = max(picture.width / reference.width, picture.height / reference.height)
    sizes = _levels(picture.size)
    work = [size[0] * size[1] for size in sizes]
    painted: Pixels | None = None
    for index, size in enumerate(sizes):
        shrink = size[0] / picture.width * min(scale, 1.0)
        reference_size = (max(round(reference.width * shrink), 8), max(round(reference.height * shrink), 8))
        known = _learn(_resized(manner, reference_size), rng)
        own = _resized(drawing, size)
        estimate = own if painted is None else 0.5 * own + 0.5 * _resized(painted, size)
        begin, end = sum(work[:index]) / sum(work), sum(work[: index + 1]) / sum(work)
        for turn in range(_ROUNDS_PER_LEVEL):
            step = (end - begin) / _ROUNDS_PER_LEVEL
            watch = part_of(report, 0.1 + 0.9 * (begin + turn * step), 0.1 + 0.9 * (begin + (turn + 1) * step))
            estimate = _exchanged(estimate, known, watch)
        painted = estimate
    assert painted is not None, "there is always one level"
    return to_picture(np.asarray(sound * (1 - strength) + painted * strength, np.float32))
