"""Does the model copy its training pictures? Distances to the nearest of them, beside those of pictures never seen."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.engine.training.train_picture_space import halved_pictures

_SIDE_PX = 32


def _small(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 3072) in [0, 1]: pictures (n, H, W, 3) reduced to 32 px by area."""
    factor = pictures.shape[1] // _SIDE_PX
    shape = (len(pictures), _SIDE_PX, factor, _SIDE_PX, factor, 3)
    reduced = pictures.reshape(shape).mean(axis=(2, 4), dtype=np.float32)
    return np.asarray(reduced.reshape(len(pictures), -1) / 255, np.float32)


def nearest_distances(pictures: NDArray[np.uint8], data: Path) -> NDArray[np.float32]:
    """For each picture (n, 256, 256, 3) the root mean square difference, in [0, 1], to the nearest training picture."""
    wanted = _small(pictures)
    nearest = np.full(len(wanted), np.inf, np.float32)
    training = halved_pictures(data)
    for start in range(0, len(training), 500):
        some = _small(np.asarray(training[start : start + 500]))
        squares = (wanted**2).sum(1)[:, None] + (some**2).sum(1)[None] - 2 * wanted @ some.T
        nearest = np.minimum(nearest, squares.min(axis=1))
    return np.sqrt(np.clip(nearest, 0, None) / wanted.shape[1])
