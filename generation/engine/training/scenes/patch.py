"""A window of a picture in which one thing is painted: what costs little is not spent on the whole picture."""

import numpy as np
from PIL import Image, ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field

_SUPERSAMPLE = 4
Points = list[tuple[float, float]]


class Patch:
    """The part of `picture` within `reach` (fractions of the side) of a point; what is laid changes the picture."""

    def __init__(self, picture: Field, cx: float, cy: float, reach_x: float, reach_y: float) -> None:
        side = cv.SIDE_PX
        left, right = (int(np.clip(v * side, 0, side)) for v in (cx - reach_x, cx + reach_x))
        top, bottom = (int(np.clip(v * side, 0, side)) for v in (cy - reach_y, cy + reach_y))
        self._left, self._top = left, top
        right, bottom = max(right, left + 1), max(bottom, top + 1)
        y, x = cv.grid()
        self.y = y[top:bottom, left:right]
        self.x = x[top:bottom, left:right]
        self.pixels = picture[top:bottom, left:right]

    def lay(self, colour: Field, mask: Field) -> None:
        """Lays a colour (3,) or a patch of colours through `mask`."""
        self.pixels += (np.asarray(colour, np.float32) - self.pixels) * np.asarray(mask, np.float32)[..., None]

    def polygons(self, shapes: list[Points]) -> Field:
        """The antialiased mask of polygons, given by their corners in fractions of the picture's side."""
        return self._mask([("polygon", shape, 0.0) for shape in shapes])

    def strokes(self, lines: list[tuple[Points, float]]) -> Field:
        """The mask of round-ended lines, each with its width in fractions of the side."""
        return self._mask([("stroke", points, width) for points, width in lines])

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Field:
        """The mask of an upright rectangle."""
        inside = np.minimum(np.minimum(self.x - x0, x1 - self.x), np.minimum(self.y - y0, y1 - self.y))
        return np.asarray(np.clip(inside * cv.SIDE_PX + 0.5, 0, 1), np.float32)

    def glow(self, cx: float, cy: float, radius: float) -> Field:
        """A soft light around a point, 1 in its middle."""
        return np.asarray(np.exp(-((self.x - cx) ** 2 + (self.y - cy) ** 2) / radius**2), np.float32)

    def _mask(self, shapes: list[tuple[str, Points, float]]) -> Field:
        rows, columns = self.y.shape
        scale = cv.SIDE_PX * _SUPERSAMPLE
        sheet = Image.new("L", (columns * _SUPERSAMPLE, rows * _SUPERSAMPLE), 0)
        pencil = ImageDraw.Draw(sheet)
        for kind, points, width in shapes:
            at = [(px * scale - self._left * _SUPERSAMPLE, py * scale - self._top * _SUPERSAMPLE) for px, py in points]
            if kind == "polygon":
                pencil.polygon(at, fill=255)
                continue
            w = max(2, round(width * scale))
            pencil.line(at, fill=255, width=w, joint="curve")
            for px, py in (at[0], at[-1]):
                pencil.ellipse([px - w / 2, py - w / 2, px + w / 2, py + w / 2], fill=255)
        return np.asarray(sheet.reduce(_SUPERSAMPLE), np.float32) / 255.0
