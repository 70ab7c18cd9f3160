"""A picture's composition as a vector: where in its frame the light lies, and where the detail.

Energies on a coarse grid describe the shape of a scene (Oliva and Torralba, "Modeling the shape of the scene", IJCV
2001); here the energies are luma and the length of its gradient. Both grids are smoothed over their neighbours, so that
a small shift changes little, and taken against their mean, so that neither brightness nor contrast counts. The frame is
squeezed to a square: what counts is the place in it, not its shape.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommendations.engine.space import SpaceFacts

Floats = NDArray[np.float32]

GRID = 8
_CELL = 12  # pixels along the side of a cell
# Variation below this (luma from 0 to 1) is noise and has no place.
_FLAT = 4e-3
# What is left where a picture is flat: all flat pictures are alike, and none is without a direction.
_REST = 0.1
_SMOOTHING = np.array([0.25, 0.5, 0.25])


def composition_facts() -> SpaceFacts:
    """The composition as a version of a space. A change to the formula needs another version."""
    return SpaceFacts("light-and-detail-1", 2 * GRID * GRID + 1, max_tokens=0, languages=(), similarity_floor=0.5)


def composition_of(picture: Image.Image) -> Floats:
    """(2 * GRID² + 1) of length 1: the grid of light, the grid of detail, row by row, and a small rest.

    The cosine of two is about 1 where both lie alike, 0 where they have nothing to do with each other, and below 0
    where the one is light where the other is dark.
    """
    side = GRID * _CELL
    scaled = picture.convert("L").resize((side, side), Image.Resampling.BOX)
    luma = np.asarray(scaled, dtype=np.float64) / 255.0
    down, across = np.gradient(luma)
    parts = [_direction(_cells(luma)), _direction(_cells(np.hypot(down, across))), np.array([_REST])]
    vector = np.concatenate(parts)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _cells(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(GRID, GRID): the mean of each cell, smoothed over its neighbours; the border goes on beyond the frame."""
    cells = values.reshape(GRID, _CELL, GRID, _CELL).mean(axis=(1, 3))
    for axis in (0, 1):
        padded = np.pad(cells, [(1, 1) if axis == each else (0, 0) for each in (0, 1)], mode="edge")
        cells = sum(
            weight * np.take(padded, range(place, place + GRID), axis=axis) for place, weight in enumerate(_SMOOTHING)
        )
    return cells


def _direction(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cells against their mean, of length 1; zeros where they are all the same."""
    against = (cells - cells.mean()).ravel()
    if against.std() < _FLAT:
        return np.zeros_like(against)
    return np.asarray(against / np.linalg.norm(against))
