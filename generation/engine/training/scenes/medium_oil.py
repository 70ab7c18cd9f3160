"""Oil: brush strokes laid along the picture's structures, coarse then fine, and light on the thick paint.

Strokes after A. Hertzmann, "Painterly Rendering with Curved Brush Strokes of Multiple Sizes" (1998): finer strokes go
only where the coarser ones miss the picture.
"""

import numpy as np
from PIL import Image, ImageDraw

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import relief
from generation.engine.training.scenes.medium_tools import blur_colours, flow_angle, luminance
from generation.engine.training.scenes.palettes import Palette

# (spacing, half width, half length) of the strokes of each pass, in pixels.
_PASSES = ((18, 10.0, 27.0), (11, 5.4, 17.0), (7, 2.8, 9.0))
_MOST_FINE = 1300


def _lay(
    rng: np.random.Generator,
    paint: Image.Image,
    bump: Image.Image,
    picture: Field,
    angle: Field,
    size: tuple[int, float, float],
    missing: Field | None,
) -> None:
    """One pass of strokes onto `paint` (RGB) and the paint's thickness onto `bump` (L)."""
    spacing, half_width, half_length = size
    axis = np.arange(spacing / 2, cv.SIDE_PX, spacing)
    at = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    at = np.clip(at + rng.uniform(-spacing / 2, spacing / 2, at.shape), 0, cv.SIDE_PX - 1)
    at = at[rng.permutation(len(at))]
    column, row = at.astype(int).T
    if missing is not None:
        wanted = np.argsort(-missing[row, column])[:_MOST_FINE]
        wanted = wanted[missing[row[wanted], column[wanted]] > 0.035]
        wanted = rng.permutation(wanted)
        at, column, row = at[wanted], column[wanted], row[wanted]
    turn = angle[row, column] + rng.normal(0, 0.12, len(at))
    colours = picture[row, column] * (1 + rng.normal(0, 0.085, (len(at), 1))) + rng.normal(0, 0.012, (len(at), 3))
    fills = (np.clip(colours, 0, 1) * 255).astype(int).tolist()
    along = np.stack([np.cos(turn), np.sin(turn)], axis=1) * half_length
    across = np.stack([-np.sin(turn), np.cos(turn)], axis=1) * half_width
    # A stroke is an octagon, blunt where it starts and pointed where the brush lifts.
    outline = (
        (-1.0, 0.0),
        (-0.85, 0.8),
        (-0.2, 1.0),
        (0.6, 0.85),
        (1.0, 0.1),
        (0.7, -0.8),
        (-0.2, -1.0),
        (-0.85, -0.8),
    )
    corners = np.stack([at + a * along + b * across for a, b in outline], axis=1).reshape(len(at), -1).tolist()
    heights = rng.integers(40, 255, len(at)).tolist()
    paint_pencil, bump_pencil = ImageDraw.Draw(paint), ImageDraw.Draw(bump)
    for polygon, fill, height in zip(corners, fills, heights, strict=True):
        paint_pencil.polygon(polygon, fill=tuple(fill))
        bump_pencil.polygon(polygon, fill=height)


def _bristles(rng: np.random.Generator, angle: Field) -> Field:
    """Noise smeared along `angle` (line integral convolution, Cabral and Leedom 1993) at half size, enlarged."""
    half = angle[::2, ::2]
    side = half.shape[0]
    noise = cv.blur(rng.random((side, side), np.float32), 0.8) * 2.4 - 0.7
    rows, columns = np.indices((side, side), np.float32)
    dx, dy = np.cos(half), np.sin(half)
    total = np.zeros_like(noise)
    for step in range(-6, 7, 2):
        total += noise[(rows + dy * step).astype(int) % side, (columns + dx * step).astype(int) % side]
    fine = Image.fromarray(total / 7).resize((cv.SIDE_PX, cv.SIDE_PX), Image.Resampling.BICUBIC)
    return np.asarray(fine, np.float32)


def paint_oil(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    """`picture` in oil; colours stay what they were."""
    angle = flow_angle(luminance(picture), 7.0)
    # Where the picture is flat the structure tensor is noise: there the brush follows a slow swirl.
    slope = cv.blur(np.hypot(*np.gradient(cv.blur(luminance(picture), 2.0))).astype(np.float32), 7.0)
    swirl = (cv.noise(rng, 2, 2, 2) - 0.5) * 3.0 + rng.uniform(0, 3.14)
    trust = cv.smoothstep(0.002, 0.008, slope)
    double_x = np.cos(2 * angle) * trust + np.cos(2 * swirl) * (1 - trust)
    double_y = np.sin(2 * angle) * trust + np.sin(2 * swirl) * (1 - trust)
    angle = np.asarray(0.5 * np.arctan2(double_y, double_x), np.float32)
    side = cv.SIDE_PX
    paint = Image.fromarray((blur_colours(picture, 6.0) * 255).astype(np.uint8))
    bump = Image.new("L", (side, side), 128)
    missing: Field | None = None
    for size in _PASSES:
        soft = blur_colours(picture, size[1] * 0.45)
        if missing is not None:
            missing = np.abs(np.asarray(paint, np.float32) / 255 - soft).mean(axis=2)
        _lay(rng, paint, bump, soft, angle, size, missing)
        missing = np.zeros((1, 1), np.float32)
    painted = np.asarray(paint, np.float32) / 255
    bristles = _bristles(rng, angle)
    height = cv.blur((np.asarray(bump) / 255).astype(np.float32), 1.0) * 5.5 + (bristles - 0.5) * 4.5
    light = relief(height, 3.9 + np.pi, 0.6)
    painted = painted * (1 + 0.34 * light[..., None])
    return np.asarray(painted + 0.12 * np.clip(light - 0.35, 0, 1)[..., None] * palette.light, np.float32)
