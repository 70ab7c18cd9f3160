"""Julia sets with smooth colouring, orbit traps and relief light."""

import numpy as np
from numpy.typing import NDArray

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import centre_of, relief
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

# Parameters c of z² + c whose Julia sets are rich: spirals, dendrites, dragons.
_RICH = (
    -0.8 + 0.156j,
    -0.7269 + 0.1889j,
    0.285 + 0.01j,
    -0.4 + 0.6j,
    -0.835 - 0.2321j,
    -0.70176 - 0.3842j,
    0.355 + 0.355j,
    -0.1 + 0.651j,
    -0.75 + 0.11j,
    0.3245 + 0.04855j,
    -0.162 + 1.04j,
    -1.25066 + 0.02012j,
)
_ITERATIONS = 58
_ESCAPE = 64.0


def _iterate(z: NDArray[np.complex64], c: complex, trap_turn: complex) -> tuple[Field, Field, Field]:
    """Smooth escape time, distance of the orbit to a line and to a circle, each (side, side).

    The smooth count n + 1 - log2(log|z|) is the usual renormalised iteration count.
    """
    count = np.zeros(z.shape, np.float32)
    line = np.full(z.shape, 9.0, np.float32)
    ring = np.full(z.shape, 9.0, np.float32)
    last = np.ones(z.shape, np.float32)
    flat, at = z.ravel().copy(), np.arange(z.size)
    for step in range(_ITERATIONS):
        flat = flat * flat + np.complex64(c)
        size = flat.real**2 + flat.imag**2
        turned = flat * np.complex64(trap_turn)
        near = np.minimum(line.ravel()[at], np.abs(turned.imag) + 0.15 * np.abs(turned.real))
        line.ravel()[at] = near
        ring.ravel()[at] = np.minimum(ring.ravel()[at], np.abs(np.sqrt(size) - 0.55))
        count.ravel()[at] = step
        last.ravel()[at] = size
        stays = size < _ESCAPE
        if not stays.all():
            flat, at = flat[stays], at[stays]
        if at.size == 0:
            break
    escaped = last >= _ESCAPE
    smooth = count + 1 - np.log2(np.maximum(0.5 * np.log(np.maximum(last, 1.1)), 1e-3))
    return np.where(escaped, smooth, _ITERATIONS).astype(np.float32), line, ring


def draw_fractal(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A Julia set around the focal place, lit like enamel, on a glowing ground."""
    y, x = cv.grid()
    cx, cy = centre_of(rng, facts)
    c = _RICH[int(rng.integers(len(_RICH)))] + complex(*rng.normal(0, 0.004, 2))
    zoom = rng.uniform(1.7, 2.6)
    warp = rng.uniform(0.0, 0.16)
    wx = (cv.noise(rng, 2, 2, 2) - 0.5) * warp
    wy = (cv.noise(rng, 2, 2, 2) - 0.5) * warp
    turn = np.exp(1j * rng.uniform(0, 2 * np.pi))
    plane = ((x - cx + wx) + 1j * (y - cy + wy)) * np.complex64(zoom * turn)
    count, line, ring = _iterate(plane.astype(np.complex64), c, np.exp(1j * rng.uniform(0, np.pi)))
    depth = np.log1p(count) / np.log1p(_ITERATIONS)
    low, high = np.quantile(depth, (0.02, 0.97))
    depth = np.clip((depth - low) / max(high - low, 1e-3), 0, 1)
    waves = 0.5 + 0.5 * np.cos(depth * rng.uniform(9, 16) + rng.uniform(0, 6.28))
    inverse = rng.random() < 0.4
    ramp = 1 - depth if inverse else depth
    drift = cv.noise(rng, 2, 2, 4) - 0.5
    tone = 0.08 + 0.60 * ramp**0.9 + 0.20 * (waves - 0.5) * (0.4 + depth) + 0.16 * drift * (1 - depth)
    trap = np.exp(-line * rng.uniform(7, 12))
    halo = np.exp(-((ring / 0.12) ** 2)) * depth
    tone = tone + 0.34 * trap - 0.12 * halo
    height = cv.blur((depth * 1.1 + 0.35 * trap + 0.12 * waves).astype(np.float32), 1.0)
    light = relief(height, rng.uniform(0, 6.28), 9.0)
    tone = tone + 0.13 * light + 0.10 * cv.glow(cx, cy, 0.4)
    picture = palette.paint(tone.astype(np.float32))
    jewel = cv.smoothstep(0.55, 0.9, (trap * depth).astype(np.float32)) * 0.9
    picture = cv.blend(picture, palette.accent_paint(0.45 + 0.4 * light + 0.3 * trap), jewel)
    inside = np.clip((count >= _ITERATIONS - 1).astype(np.float32), 0, 1)
    heart = palette.paint((0.05 + 0.5 * np.exp(-ring * 7) + 0.25 * trap).astype(np.float32))
    picture = cv.blend(picture, heart, cv.blur(inside, 0.6) * 0.85)
    shine = cv.blur(np.clip(tone - 0.8, 0, 1).astype(np.float32), 7.0)
    return np.asarray(picture + shine[..., None] * palette.light * 0.7, np.float32)
