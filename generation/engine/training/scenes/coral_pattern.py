"""Turing patterns: the spots and labyrinths of reaction and diffusion, in relief.

A. M. Turing, "The Chemical Basis of Morphogenesis" (1952): a near activator and a far inhibitor make a uniform state
unstable at one wavelength. Instead of the Gray-Scott equations themselves, the same instability is iterated on a small
grid: the difference of two Gaussian blurs (activator less inhibitor), then a saturation.
"""

import numpy as np
from PIL import Image
from scipy import ndimage

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import centre_of, relief
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

_GRID = 160
_ROUNDS = 26


def _turing(rng: np.random.Generator, activator_px: float, bias: float) -> Field:
    """A pattern (grid, grid) in [-1, 1]; `bias` above 0 gives spots, below 0 holes, 0 a labyrinth."""
    state = rng.normal(0, 0.4, (_GRID, _GRID)).astype(np.float32)
    for _ in range(_ROUNDS):
        near = ndimage.gaussian_filter(state, activator_px, mode="wrap", truncate=2.5)
        far = ndimage.gaussian_filter(near, activator_px * 1.45, mode="wrap", truncate=2.5)
        state = np.tanh(5.0 * (near - far) - bias).astype(np.float32)
    return ndimage.gaussian_filter(state, 0.8, mode="wrap")


def _sample(pattern: Field, u: Field, v: Field) -> Field:
    """`pattern`, three times enlarged and repeated, at the places u, v (1 is one period)."""
    size = _GRID * 3
    tiled = np.pad(pattern, 4, mode="wrap")
    box = (4.0, 4.0, 4.0 + _GRID, 4.0 + _GRID)
    fine = np.asarray(Image.fromarray(tiled).resize((size, size), Image.Resampling.BICUBIC, box=box), np.float32)
    return fine[(v * size).astype(int) % size, (u * size).astype(int) % size]


def draw_coral_pattern(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A coral's surface that swells around the focal place."""
    y, x = cv.grid()
    cx, cy = centre_of(rng, facts)
    pattern = _turing(rng, rng.uniform(1.5, 2.1), float(rng.choice([-0.22, 0.0, 0.0, 0.12, 0.25])))
    dx, dy = x - cx, y - cy
    away = np.hypot(dx, dy)
    # A lens: the pattern is drawn larger in the middle, as on a dome seen from above.
    swell = 1 - rng.uniform(0.40, 0.55) * np.exp(-((away / 0.33) ** 2))
    spin = rng.uniform(-1.2, 1.2) * np.exp(-away * 3)
    wx = (cv.noise(rng, 2, 2, 2) - 0.5) * 0.12
    wy = (cv.noise(rng, 2, 2, 2) - 0.5) * 0.12
    u = (dx * np.cos(spin) - dy * np.sin(spin)) * swell + wx + 3
    v = (dx * np.sin(spin) + dy * np.cos(spin)) * swell + wy + 3
    body = cv.blur(_sample(pattern, u, v), 1.2)
    ridge = np.sqrt(np.clip(body * 0.5 + 0.5, 0, 1))
    dome = np.exp(-((away / 0.36) ** 2))
    height = 9.0 * ridge + 60 * dome + 3.0 * cv.noise(rng, 40, 40, 2)
    angle = rng.uniform(3.3, 4.8)
    light = relief(cv.blur(height.astype(np.float32), 1.0), angle + np.pi, 0.9)
    shade = cv.blur(ridge.astype(np.float32), 9.0) - ridge
    tint = cv.noise(rng, 2, 2, 3) - 0.5
    tone = 0.12 + 0.46 * ridge + 0.22 * light + 0.24 * dome + 0.16 * tint - 0.22 * np.clip(shade, 0, 1)
    picture = palette.paint(tone.astype(np.float32))
    pits = cv.smoothstep(0.35, 0.05, ridge.astype(np.float32)) * np.clip(dome * 1.5 - 0.35, 0, 1)
    picture = cv.blend(picture, palette.accent_paint((0.34 + 0.25 * light + 0.2 * dome).astype(np.float32)), pits * 0.9)
    gloss = np.clip(light - 0.55, 0, 1) * ridge * 1.6
    return cv.blend(picture, palette.light, np.clip(gloss, 0, 0.7).astype(np.float32))
