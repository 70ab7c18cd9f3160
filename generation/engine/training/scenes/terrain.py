"""Land in relief: a map of heights with light and cast shadow, seen in perspective."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field

_NEAREST = 0.1
_SLICES = 440


@dataclass(frozen=True)
class Sight:
    """What each pixel of a picture sees of a map: `slices` (side, side) indexes depths from near to far.

    `land` (side, side) is 1 where land is seen; `depth` (slices,) holds the distances, the last one 1.
    """

    slices: NDArray[np.intp]
    land: Field
    depth: Field
    rows: Field
    columns: Field

    def see(self, field: Field) -> Field:
        """A field of the map (side, side) as the picture sees it; undefined where there is no land."""
        seen = ndimage.map_coordinates(field, np.stack([self.rows, self.columns]), order=1, mode="mirror")
        return np.asarray(np.take_along_axis(seen, self.slices, axis=0), np.float32)

    @property
    def distance(self) -> Field:
        """How far away the land in each pixel is, in [0.1, 1]."""
        return self.depth[self.slices]


def map_place(screen_x: float, depth: float) -> tuple[float, float]:
    """Where on the map (row, column; fractions) the point at `screen_x` of the picture and distance `depth` lies."""
    return depth, 0.5 + (screen_x - 0.5) * depth**0.5


def ridged(rng: np.random.Generator, frequency: float, octaves: int = 6, *, fade: float = 0.5) -> Field:
    """Ridged multifractal noise (side, side) in about [0, 1] (Musgrave, in Ebert et al., Texturing and Modeling)."""
    total = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    gain = np.ones_like(total)
    weight, norm = 1.0, 0.0
    for octave in range(octaves):
        crest = 1 - np.abs(cv.noise(rng, frequency * 2**octave, frequency * 2**octave, 1) * 2 - 1)
        crest = crest * crest * gain
        gain = np.clip(crest * 1.6, 0, 1)
        total += weight * crest
        norm += weight
        weight *= fade
    return total / norm * 1.3


def warp(rng: np.random.Generator, field: Field, amount: float, frequency: float = 3.0) -> Field:
    """`field` with its coordinates displaced by noise, by up to `amount` of the side."""
    y, x = cv.grid()
    dy = (cv.noise(rng, frequency, frequency, 2) - 0.5) * 2 * amount
    dx = (cv.noise(rng, frequency, frequency, 2) - 0.5) * 2 * amount
    at = np.stack([y + dy, x + dx]) * cv.SIDE_PX
    return np.asarray(ndimage.map_coordinates(field, at, order=1, mode="mirror"), np.float32)


def relief_light(height: Field, *, from_left: bool, low: float = 0.6, steep: float = 1.0) -> Field:
    """Light on a map of heights (side, side), in [0, 1]: Lambert's cosine, less where another slope casts its shadow.

    `low` is the slope of the sun's rays; the light comes along the rows of the map, and a little from the viewer.
    """
    gradient_z, gradient_x = np.gradient(height * cv.SIDE_PX * steep)
    # The normal is (-dh/dx, -dh/dz, 1); the light stands at (-1 or 1, -0.25, low).
    way = -1.0 if from_left else 1.0
    facing = low - way * gradient_x + 0.25 * gradient_z
    lambert = facing / np.sqrt((1 + gradient_x**2 + gradient_z**2) * (1.06 + low * low))
    ray = np.arange(cv.SIDE_PX, dtype=np.float32) / cv.SIDE_PX * low / steep * 0.9
    if from_left:
        top = np.maximum.accumulate(height + ray[None, :], axis=1) - ray[None, :]
    else:
        top = np.maximum.accumulate((height + ray[None, ::-1])[:, ::-1], axis=1)[:, ::-1] - ray[None, ::-1]
    # Near the viewer, where the map is seen enlarged, shadows are as soft as it is coarse.
    near = np.asarray(np.arange(cv.SIDE_PX) / cv.SIDE_PX, np.float32)[:, None]
    cast = np.asarray(top - height, np.float32)
    shadow = cv.smoothstep(0.0, 0.012, cast) * cv.smoothstep(0.12, 0.45, near)
    return np.asarray(np.clip(0.15 + lambert, 0, 1) * (1 - 0.65 * shadow), np.float32)


def look(height: Field, horizon: float, *, bottom: float = 1.03) -> Sight:
    """Sees a map of heights from its near edge, over which the picture's lower edge lies.

    A height h at distance d stands h / d of the side above flat ground. The nearest slice that reaches up to a row of
    a column is what that pixel shows (the running minimum of projected rows, front to back).
    """
    side = cv.SIDE_PX
    # Slices lie closer together nearby, but not so far apart in the distance that oblique crests would show steps.
    steps = 0.4 * np.geomspace(_NEAREST, 1.0, _SLICES) + 0.6 * np.linspace(_NEAREST, 1.0, _SLICES)
    depth = steps.astype(np.float32)
    height = cv.blur(height, 1.4)
    screen = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    columns = (0.5 + screen[None, :] * np.sqrt(depth)[:, None]) * side
    rows = np.repeat((depth * (side - 1))[:, None], side, axis=1)
    sampled = ndimage.map_coordinates(height, np.stack([rows, columns]), order=1, mode="mirror")
    eye = (bottom - horizon) * _NEAREST
    line = horizon + (eye - sampled) / depth[:, None]
    first_row = np.clip(np.ceil(np.minimum.accumulate(line, axis=0) * side), 0, side).astype(np.intp)
    places = (first_row * side + np.arange(side)).ravel()
    counts = np.bincount(places, minlength=(side + 1) * side).reshape(side + 1, side)[:side]
    slices = _SLICES - np.cumsum(counts, axis=0)
    land = (slices < _SLICES).astype(np.float32)
    return Sight(np.minimum(slices, _SLICES - 1), land, depth, rows, np.asarray(columns, np.float32))
