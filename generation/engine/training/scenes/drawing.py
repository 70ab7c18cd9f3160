"""Antialiased coloured drawing, relief light and places, shared by the abstract and painted scenes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts

Points = NDArray[np.floating[Any]]
_SCALE = 2


def centre_of(rng: np.random.Generator, facts: SceneFacts, jitter: float = 0.015) -> tuple[float, float]:
    """Where the centre of an abstract structure lies (x, y), as the composition says."""
    x = {"left": 0.27, "right": 0.73}.get(facts.composition, 0.5)
    y = {"big_sky": 0.68, "high_horizon": 0.34}.get(facts.composition, 0.5)
    return x + rng.uniform(-jitter, jitter), y + rng.uniform(-jitter, jitter)


def rgb(colour: Field) -> tuple[int, int, int]:
    """A colour (3,) in [0, 1] as whole numbers to 255."""
    red, green, blue = (int(np.clip(c, 0, 1) * 255) for c in colour)
    return red, green, blue


class Sheet:
    """A picture opened for drawing at twice its side; `lift` gives it back reduced, so antialiased."""

    def __init__(self, picture: Field) -> None:
        self.side = cv.SIDE_PX * _SCALE
        small = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
        self._image = small.resize((self.side, self.side), Image.Resampling.BILINEAR)
        self._pencil = ImageDraw.Draw(self._image, "RGBA")

    def _scaled(self, points: Points) -> list[tuple[float, float]]:
        return [tuple(p) for p in (np.asarray(points, np.float64) * self.side).tolist()]

    def line(self, points: Points, colour: Field, width: float, opacity: float = 1.0) -> None:
        """A polyline (n, 2) of fractions of the side, `width` likewise."""
        fill = (*rgb(colour), int(255 * opacity))
        self._pencil.line(self._scaled(points), fill=fill, width=max(1, round(width * self.side)), joint="curve")

    def ribbon(self, points: Points, widths: Points, colour: Field, opacity: float = 1.0) -> None:
        """A band along `points` (n, 2) whose width (n,) may change, so may taper; all in fractions of the side."""
        along = np.gradient(np.asarray(points, np.float64), axis=0)
        length = np.hypot(along[:, 0], along[:, 1])[:, None]
        across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(length, 1e-9) * widths[:, None] / 2
        self.polygon(np.concatenate([points + across, (points - across)[::-1]]), colour, opacity)

    def polygon(self, points: Points, colour: Field, opacity: float = 1.0) -> None:
        """A filled polygon (n, 2) of fractions of the side."""
        self._pencil.polygon(self._scaled(points), fill=(*rgb(colour), int(255 * opacity)))

    def disc(self, x: float, y: float, radius: float, colour: Field, opacity: float = 1.0) -> None:
        """A filled circle."""
        s = self.side
        box = [(x - radius) * s, (y - radius) * s, (x + radius) * s, (y + radius) * s]
        self._pencil.ellipse(box, fill=(*rgb(colour), int(255 * opacity)))

    def lift(self) -> Field:
        """The picture (side, side, 3)."""
        return np.asarray(self._image.reduce(_SCALE), np.float32) / 255.0


def polygon_mask(*shapes: Points) -> Field:
    """An antialiased mask of polygons, each (n, 2) in fractions of the side."""

    def draw(pencil: ImageDraw.ImageDraw, side: int) -> None:
        for shape in shapes:
            pencil.polygon([tuple(p) for p in (np.asarray(shape, np.float64) * side).tolist()], fill=255)

    return cv.shape_mask(draw)


def relief(height: Field, angle: float, strength: float) -> Field:
    """Light in [-1, 1] on a surface `height` (side, side; in pixels) from the direction `angle` (Lambert's law)."""
    slope_y, slope_x = np.gradient(height)
    facing = -(slope_x * np.cos(angle) + slope_y * np.sin(angle)) * strength
    return np.asarray(facing / np.sqrt(1 + facing * facing), np.float32)


def bezier(p0: tuple[float, float], p1: tuple[float, float], p2: tuple[float, float], steps: int = 14) -> Field:
    """A quadratic Bézier curve as points (steps, 2)."""
    t = np.linspace(0, 1, steps)[:, None]
    curve = (1 - t) ** 2 * np.array(p0) + 2 * t * (1 - t) * np.array(p1) + t * t * np.array(p2)
    return curve.astype(np.float32)
