"""Chinese landscape in ink (shan shui): misty peaks one behind another, boats, bamboo, birds, a red seal."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet, bezier, relief
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.ink_figures import draw_bamboo, draw_birds, draw_boats
from generation.engine.training.scenes.palettes import Palette

_SEAL_RED = np.array([0.70, 0.13, 0.10], np.float32)


def _ridge(rng: np.random.Generator, peaks: list[tuple[float, float, float]], base: float, rough: float) -> Field:
    """A ridge line (side,): steep rounded peaks (x, height, width) over `base`, broken by `rough`."""
    at = np.linspace(0, 1, cv.SIDE_PX)
    rise = np.zeros(cv.SIDE_PX)
    for x, height, width in peaks:
        away = np.abs(at - x) / width
        rise = np.maximum(rise, height * np.exp(-(away**1.7)))
    broken = (cv.line_noise(rng, 7, 5, 0.55) - 0.5) * rough
    return (base - rise - broken * (0.3 + rise / 0.3)).astype(np.float32)


def _peaks(rng: np.random.Generator, picture: Field, palette: Palette, ridge: Field, near: float, mist: float) -> Field:
    """One range: a wet contour, texture strokes (cun) that run down the slopes, and a wash that fades into mist."""
    y, _ = cv.grid()
    depth = np.clip(y - ridge[None, :], 0, None)
    mask = cv.below(ridge, 2.0)
    # Strokes: noise drawn out downwards, bent along the slope of the ridge.
    grain = cv.noise(rng, 34, 9 + 14 * near, 3, 0.6)
    cliff = cv.noise(rng, 6, 3, 4, 0.6)
    light = relief(cliff * 60, 0.6, 0.4)
    strokes = cv.smoothstep(0.50, 0.72, grain * 0.62 + 0.38 * cliff)
    fade = np.exp(-depth * (5.0 - 1.5 * near + 4.5 * mist))
    contour = np.exp(-depth * cv.SIDE_PX / 3.2) * cv.smoothstep(0.2, 0.5, cliff)
    amount = fade * (0.46 + 0.60 * strokes - 0.20 * light) + 0.6 * contour
    amount = np.clip(amount * 1.15, 0, 1) * (0.44 + 0.56 * near) * mask
    # The range hides what lies behind it, save where its own mist rises.
    paper = palette.at(0.94 - 0.06 * (1 - near))
    picture = cv.blend(picture, paper, mask * np.clip(0.35 + fade, 0, 1))
    return cv.blend(picture, palette.paint(0.34 - 0.28 * near + 0.12 * (1 - strokes)), amount)


def draw_ink_wash(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Peaks that fade downwards into mist and water, with what the facts name."""
    y, _ = cv.grid()
    focus = {"left": 0.27, "right": 0.73}.get(facts.composition, 0.5) + rng.uniform(-0.02, 0.02)
    water = {"big_sky": 0.80, "high_horizon": 0.46}.get(facts.composition, 0.68)
    mist = 1.0 if facts.weather == "misty" else 0.0
    mottle = cv.noise(rng, 3, 3, 4) - 0.5
    fibre = cv.noise(rng, 90, 120, 2) - 0.5
    picture = palette.paint((0.90 - 0.06 * y + 0.09 * mottle + 0.03 * fibre).astype(np.float32))
    if rng.random() < 0.4 and facts.weather != "misty":
        sun_x = 1 - focus if abs(focus - 0.5) > 0.1 else rng.choice([0.22, 0.78])
        picture = cv.blend(picture, _SEAL_RED, cv.disc(sun_x, rng.uniform(0.12, 0.2), 0.045, 4.0) * 0.75)
    layers = int(rng.integers(3, 5))
    top = 0.44 if facts.composition == "big_sky" else 0.34 if facts.composition == "high_horizon" else 0.46
    for layer in range(layers):
        near = layer / (layers - 1)
        peaks = [
            (float(rng.uniform(0, 1)), float(rng.uniform(0.06, 0.22)), float(rng.uniform(0.04, 0.12)))
            for _ in range(int(rng.integers(3, 7)))
        ]
        if layer == 1:
            side = rng.choice([-1, 1])
            peaks += [(focus, top * rng.uniform(0.9, 1.05), rng.uniform(0.075, 0.13))]
            peaks += [(focus + side * rng.uniform(0.1, 0.15), top * rng.uniform(0.5, 0.75), rng.uniform(0.05, 0.09))]
            peaks += [(focus - side * rng.uniform(0.1, 0.2), top * rng.uniform(0.3, 0.5), rng.uniform(0.05, 0.1))]
        if layer == layers - 1:
            bank = float(rng.choice([-0.02, 1.02]))
            peaks = [(bank, rng.uniform(0.12, 0.22), rng.uniform(0.14, 0.26)), (focus + rng.normal(0, 0.15), 0.03, 0.1)]
        base = water - 0.05 + (0.06 if layer < layers - 1 else 0.085) * near
        ridge = _ridge(rng, peaks, base, 0.05)
        picture = _peaks(rng, picture, palette, ridge, 0.25 + 0.75 * near, mist)
        if layer == layers - 1:
            picture = _trees(rng, picture, palette, ridge, facts)
        veil = np.exp(-(((y - base - 0.01) / (0.05 + 0.04 * mist)) ** 2)) * (0.55 + 0.4 * cv.noise(rng, 3, 8, 3))
        reach = 0.75 + 0.25 * mist if layer < layers - 1 else 0.4
        picture = cv.blend(picture, palette.at(0.93), np.clip(veil, 0, 1) * reach)
    picture = _water(rng, picture, palette, water + 0.04)
    if mist:
        veil = cv.smoothstep(0.40, 0.75, cv.noise(rng, 2, 6, 4)) * np.exp(-(((y - water + 0.14) / 0.16) ** 2))
        picture = cv.blend(picture, palette.at(0.95), veil * 0.9)
    if facts.counted == "boat":
        picture = draw_boats(rng, picture, palette, focus, water + 0.08, facts.count)
    if "birds" in facts.objects:
        picture = draw_birds(rng, picture, palette, 1 - focus)
    if "bamboo" in facts.objects:
        picture = draw_bamboo(rng, picture, palette, 0.07 if focus >= 0.5 else 0.93)
    bamboo_right = "bamboo" in facts.objects and focus < 0.5
    seal_x = 0.09 if bamboo_right or ("bamboo" not in facts.objects and focus >= 0.5) else 0.91
    return _seal(rng, picture, seal_x)


def _water(rng: np.random.Generator, picture: Field, palette: Palette, level: float) -> Field:
    """Still water: a faint upturned copy of the shore and a few level strokes."""
    y, _ = cv.grid()
    rows = np.arange(cv.SIDE_PX)
    line = int((level + 0.01) * cv.SIDE_PX)
    source = np.clip(2 * line - rows, 0, cv.SIDE_PX - 1)
    mirror = picture[source]
    wavy = level + 0.012 * (cv.line_noise(rng, 5)[None, :] - 0.5)
    below = cv.smoothstep(0.0, 0.045, y - wavy)
    picture = cv.blend(picture, palette.at(0.90), below * 0.85)
    picture = cv.blend(picture, mirror, below * 0.26 * np.clip(1 - (y - level) * 3.2, 0, 1))
    ripples = cv.smoothstep(0.62, 0.80, cv.noise(rng, 3, 52, 3, 0.6)) * below
    return cv.blend(picture, palette.at(0.55), ripples * 0.42)


def _trees(rng: np.random.Generator, picture: Field, palette: Palette, ridge: Field, facts: SceneFacts) -> Field:
    """Old pines on the nearest slope: a crooked trunk and flat pads of needles."""
    sheet = Sheet(picture)
    for _ in range(int(rng.integers(3, 7))):
        tx = rng.uniform(0.03, 0.97)
        foot = float(ridge[int(tx * cv.SIDE_PX)]) + 0.012
        tall = rng.uniform(0.05, 0.10)
        lean = rng.normal(0, 0.3) * tall
        trunk = bezier((tx, foot), (tx + lean, foot - tall * 0.5), (tx + lean * 0.6, foot - tall), 10)
        sheet.line(trunk, palette.at(0.08), 0.0045)
        for pad in range(5):
            px, py = trunk[3 + pad + (pad > 3)]
            for _ in range(3):
                half = tall * rng.uniform(0.16, 0.34) * (1.2 - 0.12 * pad)
                ox, oy = px + rng.normal(0, 0.22) * tall, py + rng.normal(0, 0.05) * tall
                t = np.linspace(0, 2 * np.pi, 14)
                cloud = np.stack([ox + half * np.cos(t), oy + half * 0.34 * np.sin(t)], axis=1)
                sheet.polygon(cloud, palette.at(rng.uniform(0.06, 0.2)), 0.8)
    return sheet.lift()


def _seal(rng: np.random.Generator, picture: Field, at: float) -> Field:
    """A red seal in the corner, its characters suggested by a cut grid."""
    y, x = cv.grid()
    u, v = (x - at) / 0.034, (y - 0.915) / 0.034
    square = np.clip((1 - np.maximum(np.abs(u), np.abs(v))) * 17 + 0.5, 0, 1)
    worn = cv.smoothstep(0.12, 0.3, cv.noise(rng, 60, 60, 2))
    cells = rng.random((6, 6)) < 0.42
    column, row = (np.clip(f * 3.6 + 3, 0, 5).astype(int) for f in (u, v))
    cut = cells[row, column] & (np.maximum(np.abs(u), np.abs(v)) < 0.8)
    return cv.blend(picture, _SEAL_RED, (square * worn * (1 - 0.85 * cut) * 0.92).astype(np.float32))
