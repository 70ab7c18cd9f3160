"""Things painted one by one: sheets of antialiased shapes in many colours, round bodies, and where they stand."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts

Ink = tuple[int, int, int, int]
Point = tuple[float, float]
AnyField = NDArray[np.floating[Any]]
_SUPERSAMPLE = 2
# How much light the land has at a time of day, as a factor of its tones.
LAND_TONE = {"dawn": 0.95, "day": 1.0, "dusk": 0.50, "night": 0.33}
_SPREADS = {0: 0.0, 1: 0.0, 2: 0.36, 3: 0.58, 5: 0.78}


def ink(colour: Field) -> Ink:
    """An opaque colour for a sheet from one of a palette (3,)."""
    red, green, blue = (int(255 * min(max(float(part), 0.0), 1.0)) for part in colour)
    return red, green, blue, 255


def inks(table: Field) -> list[Ink]:
    """The 256 colours of a ramp (256, 3) for a sheet."""
    return [ink(colour) for colour in table]


class Sheet:
    """A clear sheet to draw opaque shapes on, in fractions of the side; later shapes cover earlier ones."""

    def __init__(self) -> None:
        self._side = cv.SIDE_PX * _SUPERSAMPLE
        self._image = Image.new("RGBA", (self._side, self._side))
        self._pencil = ImageDraw.Draw(self._image)

    def polygon(self, points: Iterable[Point], colour: Ink) -> None:
        """A filled polygon."""
        s = self._side
        self._pencil.polygon([(x * s, y * s) for x, y in points], fill=colour)

    def line(self, points: Iterable[Point], colour: Ink, width: float) -> None:
        """A line of `width` (a fraction of the side)."""
        s = self._side
        self._pencil.line([(x * s, y * s) for x, y in points], fill=colour, width=max(1, round(width * s)))

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Ink) -> None:
        """A filled ellipse with its axes along the picture's."""
        s = self._side
        self._pencil.ellipse([(x - rx) * s, (y - ry) * s, (x + rx) * s, (y + ry) * s], fill=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Ink) -> None:
        """A filled rectangle."""
        s = self._side
        if x1 > x0 and y1 > y0:
            self._pencil.rectangle([x0 * s, y0 * s, x1 * s, y1 * s], fill=colour)

    def lay_on(self, picture: Field, opacity: float = 1.0) -> Field:
        """`picture`, changed in place, with the sheet over it."""
        reduced = self._image.reduce(_SUPERSAMPLE)
        box = reduced.getbbox()
        if box is None:
            return picture
        left, top, right, bottom = box
        part = np.asarray(reduced.crop(box), np.float32) / 255
        under = picture[top:bottom, left:right]
        under += (part[..., :3] - under) * (part[..., 3:] * opacity)
        return picture


def window(cx: float, cy: float, rx: float, ry: float) -> tuple[tuple[slice, slice], Field, Field]:
    """The part of the picture around a point: its slices, and there the offsets (v down, u right) in units of the
    radii."""
    s = cv.SIDE_PX
    rows = slice(max(0, int((cy - ry) * s)), max(0, min(s, int((cy + ry) * s) + 2)))
    columns = slice(max(0, int((cx - rx) * s)), max(0, min(s, int((cx + rx) * s) + 2)))
    y, x = cv.grid()
    at = (rows, columns)
    return at, (y[at] - cy) / ry, (x[at] - cx) / rx


def lay_part(picture: Field, at: tuple[slice, slice], colour: Field, mask: AnyField) -> None:
    """Lays a colour, or a part of a picture, over `picture[at]` in place."""
    under = picture[at]
    under += (np.asarray(colour, np.float32) - under) * mask[..., None]


def soft_spot(v: Field, u: Field) -> Field:
    """A round spot that fades to nothing at the unit circle, for shadows and pools of light."""
    return np.asarray(np.clip(1 - u * u - v * v, 0, 1) ** 1.5, np.float32)


def light_up(picture: Field, cx: float, cy: float, radius: float, colour: Field, strength: float) -> None:
    """A soft glow around a point, in place."""
    at, v, u = window(cx, cy, radius * 2.2, radius * 2.2)
    lay_part(picture, at, colour, np.exp(-(u * u + v * v) * 4.84) * strength)


def focal_x(facts: SceneFacts) -> float:
    """Where the focal subject stands."""
    return {"left": 0.25, "right": 0.75}.get(facts.composition, 0.5)


def spread_x(rng: np.random.Generator, facts: SceneFacts, around: float, margin: float = 0.12) -> list[float]:
    """Places for `facts.count` things, apart from each other along the picture around a place."""
    count = facts.count
    width = min(_SPREADS.get(count, 0.78), 1 - 2 * margin)
    middle = float(np.clip(around, margin + width / 2, 1 - margin - width / 2))
    gap = width / max(count - 1, 1)
    places = np.linspace(middle - width / 2, middle + width / 2, count) if count > 1 else np.full(count, middle)
    return [float(place) for place in places + rng.uniform(-0.08, 0.08, count) * (gap if count > 1 else 0.1)]


def heavy_sky(facts: SceneFacts) -> bool:
    """Whether clouds hide the sun."""
    return facts.weather in ("cloudy", "rainy")


def perspective(texture: Field, horizon: float, scale: float = 1.0) -> Field:
    """A texture laid on the ground: finer and flatter towards the horizon (a plane seen from above it)."""
    y, x = cv.grid()
    side = cv.SIDE_PX
    down = np.clip(y - horizon, 0, None) + 0.03
    rows = (np.log(down) * 0.55 * scale * side).astype(int) % side
    columns = ((x - 0.5) * (0.35 / (down + 0.15)) * scale * side + side / 2).astype(int) % side
    return texture[rows, columns]
