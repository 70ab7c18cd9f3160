"""Sailing boats and lighthouses."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.patch import Patch, Points


def _sail(x: float, foot: float, top: float, reach: float) -> Points:
    """A sail between mast and sheet whose leech bellies out."""
    steps = np.linspace(0, 1, 12)
    leech = [
        (float(x + reach * (t**0.72) + reach * 0.10 * np.sin(t * np.pi)), float(top + (foot - top) * t)) for t in steps
    ]
    return [*leech, (x, foot)]


_HULL: Points = [(-0.50, -0.14), (0.62, -0.19), (0.42, 0.0), (0.34, 0.05), (-0.38, 0.05), (-0.46, 0.0)]
_MAST: Points = [(-0.035, -1.42), (0.0, -1.42), (0.005, -0.1), (-0.04, -0.1)]
_MAIN = _sail(0.0, -0.20, -1.38, 0.58)
_JIB = [(-px, py) for px, py in _sail(0.06, -0.22, -1.12, 0.46)]


def draw_boat(
    rng: np.random.Generator,
    picture: Field,
    colour: Field,
    horizon: float,
    *,
    place: tuple[float, float] | None = None,
    size: float | None = None,
    sail: Field | None = None,
) -> Field:
    """A sailing boat on the water below `horizon`: hull in `colour`, sails in `sail` (else in `colour` too).

    `place` is the middle of its waterline; `size` about the hull's length, its height is 1.4 times that.
    """
    s = size if size is not None else rng.uniform(0.09, 0.16)
    if place is None:
        place = (rng.uniform(0.25, 0.75), horizon + rng.uniform(0.04, max(0.06, (1 - horizon) * 0.45)))
    bx, by = place
    way = 1.0 if rng.random() < 0.5 else -1.0
    picture = np.array(picture, np.float32)
    patch = Patch(picture, bx, by, s * 0.8, s * 1.5)

    def put(points: Points) -> Points:
        return [(bx + way * px * s, by + py * s) for px, py in points]

    hull = np.maximum(patch.polygons([put(_HULL)]), patch.polygons([put(_MAST)]))
    sails = patch.polygons([put(_MAIN), put(_JIB)])
    cloth = colour if sail is None else sail
    _mirror(rng, patch, np.maximum(hull, sails), by, s, 0.6 * cloth + 0.4 * colour)
    if sail is None:
        patch.lay(colour, sails)
    else:
        # Light through the cloth: brighter to the leech, seams across it.
        shade = 0.82 + 0.24 * np.clip(way * (patch.x - bx) / s, -0.5, 0.6)
        shade = shade - 0.05 * (np.sin((by - patch.y) / s * 26) > 0.8)
        patch.lay(np.asarray(cloth[None, None, :] * shade[..., None], np.float32), sails)
    patch.lay(colour, hull)
    return picture


def _mirror(rng: np.random.Generator, patch: Patch, mask: Field, waterline: float, size: float, colour: Field) -> None:
    """The broken image of a boat in the water under it."""
    first = int(np.searchsorted(patch.y[:, 0], waterline + size * 0.05))
    height = min(len(mask) - first, first)
    if height <= 0:
        return
    mirror = np.zeros_like(mask)
    mirror[first : first + height] = mask[first - height : first][::-1]
    depth = np.clip((patch.y[:, 0] - waterline) / size, 0, 1.3)
    # Each row of the image slips sideways with the waves, the more the nearer to us.
    slips = cv.blur(rng.normal(0, 1, len(mask)).astype(np.float32), 1.5) * depth * size * 0.12 * cv.SIDE_PX
    columns = (np.arange(mask.shape[1])[None, :] + slips[:, None]).astype(int) % mask.shape[1]
    mirror = np.take_along_axis(mirror, columns, axis=1)
    fade = np.clip(1 - depth / 1.3, 0, 1)[:, None]
    patch.lay(colour, cv.blur(mirror, 1.2) * 0.55 * fade)


def draw_lighthouse(
    rng: np.random.Generator, picture: Field, palette: Palette, *, place: tuple[float, float], tall: float, is_lit: bool
) -> Field:
    """A banded lighthouse on a rock whose foot in the water stands at `place`. If `is_lit` its beams cross the air."""
    at, foot = place
    rise = tall * 0.28
    low = foot - rise * 0.85
    top = low - tall
    wide, room = tall * 0.085, tall * 0.12
    picture = np.array(picture, np.float32)
    y, x = cv.grid()
    if is_lit:
        beam_y = top - room * 0.5
        spread = 0.006 + np.abs(x - at) * 0.11
        beam = np.exp(-(((y - beam_y) / spread) ** 2)) * np.clip(1 - np.abs(x - at) / 0.75, 0, 1)
        picture = cv.blend(picture, palette.light, (beam * 0.55).astype(np.float32))
        picture = cv.blend(picture, palette.light, cv.glow(at, beam_y, 0.05) * 0.8)
    _rock(rng, picture, palette, at, foot, tall)
    patch = Patch(picture, at, (top + low) / 2, wide * 3, tall)
    half = wide * (1 - 0.35 * np.clip((low - patch.y) / tall, 0, 1))
    tower = np.clip((half - np.abs(patch.x - at)) * cv.SIDE_PX / 1.5 + 0.5, 0, 1) * (patch.y > top) * (patch.y < low)
    roundness = 0.78 + 0.28 * (patch.x - at) / wide * (1 if at < 0.5 else -1)
    bands = np.floor((patch.y - top) / tall * 5) % 2 < 1
    dim = 0.78 if is_lit else 1.0
    white = palette.paint((0.93 * roundness * dim).astype(np.float32))
    red = palette.accent_paint((0.42 * roundness).astype(np.float32))
    patch.lay(np.where(bands[..., None], red, white), tower.astype(np.float32))
    lamp = patch.box(at - wide * 0.5, top - room, at + wide * 0.5, top)
    patch.lay(palette.light if is_lit else palette.at(0.85), lamp)
    cap: Points = [(at - wide * 0.75, top - room), (at, top - room * 1.9), (at + wide * 0.75, top - room)]
    gallery = patch.box(at - wide, top, at + wide, top + room * 0.2)
    patch.lay(palette.at(0.06), np.maximum(gallery, patch.polygons([cap])))
    return picture


def _rock(rng: np.random.Generator, picture: Field, palette: Palette, at: float, foot: float, tall: float) -> None:
    """The rock on which the lighthouse stands."""
    rise = tall * 0.28
    rough = cv.line_noise(rng, 18, 5)
    crags = cv.noise(rng, 30, 18, 4, 0.6)
    patch = Patch(picture, at, foot - rise * 0.4, tall * 0.8, rise * 1.2)
    shape = np.exp(-((np.abs(patch.x - at) / (tall * 0.42)) ** 2.4))
    columns = (patch.x * cv.SIDE_PX).astype(int)
    ridge = foot + 0.03 - (rise + 0.03) * shape * (0.72 + 0.55 * rough[columns])
    mask = np.clip((patch.y - ridge) * cv.SIDE_PX + 0.5, 0, 1)
    mask = mask * np.clip((foot + 0.012 - patch.y) * cv.SIDE_PX / 3, 0, 1)
    part = crags[(patch.y * cv.SIDE_PX).astype(int), columns]
    slope = np.gradient(cv.blur(part, 1.5), axis=1) * 12
    patch.lay(palette.paint(0.14 + 0.12 * part + 0.3 * slope), mask.astype(np.float32))
