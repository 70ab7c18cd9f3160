"""Buildings of a harbour town: rows of house fronts, a bell tower, a lighthouse."""

import numpy as np

from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.backdrop import haze_tone
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

_WARM = np.array([1.0, 0.82, 0.45], np.float32)


def draw_row(
    rng: np.random.Generator,
    facts: SceneFacts,
    sheet: st.Sheet,
    palette: Palette,
    focus: float,
    foot: float,
    tall: float,
    near: float,
    lamps: list[tuple[float, float, float]],
) -> None:
    """House fronts side by side: each with its own height, gable, colour and windows."""
    land = 0.10 + 0.90 * st.LAND_TONE[facts.time]
    haze = haze_tone(facts)
    veil = (1 - near) * 0.7 + (0.3 if facts.weather == "misty" else 0)
    x = -0.03
    while x < 1.02:
        width = rng.uniform(0.055, 0.10)
        middle = x + width / 2
        height = tall * rng.uniform(0.62, 1.0) * (0.75 + 0.4 * np.exp(-(((middle - focus) / 0.25) ** 2)))
        own = rng.uniform(0.45, 0.95) * land
        tone = own + (haze - own) * veil
        accent = rng.random() < 0.26 and near > 0.9
        wall = palette.accent_at(min(own, 0.8)) if accent else palette.at(tone)
        roof_tone = (0.24 + rng.uniform(-0.06, 0.1)) * land
        roof = palette.at(roof_tone + (haze - roof_tone) * veil)
        red = rng.random() < 0.4 and near > 0.9
        _house(
            rng,
            facts,
            sheet,
            palette,
            (x, foot),
            width,
            height,
            st.ink(wall),
            st.ink(palette.accent_at(0.40 * land)) if red and not accent else st.ink(roof),
            near,
            lamps,
        )
        x += width


def _house(
    rng: np.random.Generator,
    facts: SceneFacts,
    sheet: st.Sheet,
    palette: Palette,
    at: st.Point,
    width: float,
    height: float,
    wall: st.Ink,
    roof: st.Ink,
    near: float,
    lamps: list[tuple[float, float, float]],
) -> None:
    x, foot = at
    eave, end = foot - height, x + width
    land = 0.10 + 0.90 * st.LAND_TONE[facts.time]
    rise = width * rng.uniform(0.4, 0.75)
    kind = int(rng.integers(0, 3))
    middle = x + width / 2
    if kind == 0:
        sheet.polygon([(x - 0.003, eave), (middle, eave - rise), (end + 0.003, eave)], roof)
        sheet.polygon([(x + 0.005, eave + 0.002), (middle, eave - rise + 0.010), (end - 0.005, eave + 0.002)], wall)
    elif kind == 1:
        sheet.polygon(
            [
                (x - 0.004, eave),
                (x + width * 0.12, eave - rise * 0.6),
                (end - width * 0.12, eave - rise * 0.6),
                (end + 0.004, eave),
            ],
            roof,
        )
        sheet.box(middle - width * 0.10, eave - rise * 0.5, middle + width * 0.10, eave - rise * 0.1, wall)
    else:
        for step in range(4):
            half = width * (0.5 - 0.11 * step)
            sheet.box(middle - half, eave - rise * 0.24 * (step + 1), middle + half, eave, wall)
    sheet.box(x, eave, end, foot, wall)
    sheet.box(end - width * 0.10, eave, end, foot, (wall[0] * 4 // 5, wall[1] * 4 // 5, wall[2] * 4 // 5, 255))
    if near < 0.9:
        return
    if rng.random() < 0.6:
        sheet.box(x + width * 0.2, eave - rise * 0.75, x + width * 0.3, eave - rise * 0.2, roof)
    lit_share = {"dusk": 0.6, "night": 0.72}.get(facts.time, 0.0)
    rows, columns = max(2, int(height / 0.042)), int(rng.integers(2, 4))
    dark, pale = st.ink(palette.at(0.10 + 0.1 * land)), st.ink(palette.at(0.95 * land))
    for row in range(rows):
        for column in range(columns):
            wx = x + width * (column + 0.5) / columns * 0.94
            wy = eave + (height - 0.01) * (row + 0.45) / rows
            glow = rng.random() < lit_share
            half_w, half_h = width / columns * 0.24, height / rows * 0.27
            sheet.box(wx - half_w - 0.0018, wy - half_h - 0.0018, wx + half_w + 0.0018, wy + half_h + 0.0018, pale)
            sheet.box(wx - half_w, wy - half_h, wx + half_w, wy + half_h, st.ink(_WARM) if glow else dark)
            if glow:
                lamps.append((wx, wy, 0.022))
    door = x + width * rng.uniform(0.3, 0.7)
    sheet.box(door - 0.008, foot - 0.028, door + 0.008, foot, dark)
    if rng.random() < 0.4:
        sheet.polygon(
            [
                (x + 0.004, foot - 0.034),
                (end - 0.004, foot - 0.034),
                (end + 0.004, foot - 0.022),
                (x - 0.004, foot - 0.022),
            ],
            st.ink(palette.accent_at(0.62 * land)),
        )


def draw_bell_tower(facts: SceneFacts, sheet: st.Sheet, palette: Palette, x: float, foot: float, tall: float) -> None:
    """The church tower over the roofs: the focal subject where there is no lighthouse."""
    land = 0.10 + 0.90 * st.LAND_TONE[facts.time]
    w, top = 0.028, foot - tall * 0.68
    sheet.box(x - w, top, x + w, foot, st.ink(palette.at(0.80 * land)))
    sheet.box(x + w * 0.2, top, x + w, foot, st.ink(palette.at(0.60 * land)))
    sheet.box(x - w * 1.2, top - 0.005, x + w * 1.2, top + 0.005, st.ink(palette.at(0.92 * land)))
    sheet.box(x - w * 0.82, top - 0.055, x + w * 0.82, top, st.ink(palette.at(0.74 * land)))
    lit = st.ink(_WARM) if facts.time in ("dusk", "night") else st.ink(palette.at(0.14))
    for offset in (-0.38, 0.38):
        sheet.box(x + w * (offset - 0.2), top - 0.045, x + w * (offset + 0.2), top - 0.008, lit)
        sheet.oval(x + w * offset, top - 0.045, w * 0.2, w * 0.2, lit)
    sheet.oval(x, top + 0.035, w * 0.55, w * 0.55, st.ink(palette.at(0.98 * land)))
    sheet.line([(x, top + 0.025), (x, top + 0.035), (x + w * 0.3, top + 0.04)], st.ink(palette.at(0.08)), 0.002)
    roof = foot - tall
    sheet.polygon(
        [(x - w * 1.1, top - 0.053), (x, roof), (x + w * 1.1, top - 0.053)], st.ink(palette.accent_at(0.42 * land))
    )
    sheet.polygon([(x, top - 0.053), (x, roof), (x + w * 1.1, top - 0.053)], st.ink(palette.accent_at(0.30 * land)))
    sheet.line([(x, roof + 0.005), (x, roof - 0.025)], st.ink(palette.at(0.10)), 0.003)


def draw_lighthouse(
    rng: np.random.Generator, facts: SceneFacts, sheet: st.Sheet, palette: Palette, x: float, quay: float
) -> st.Point:
    """A banded lighthouse on a mole at the focal place; gives the place of its lamp."""
    land = 0.12 + 0.88 * st.LAND_TONE[facts.time]
    foot, tall = quay + 0.004, min(rng.uniform(0.38, 0.44), quay - 0.05)
    low, high, bands = 0.040, 0.024, 7
    for band in range(bands):
        t0, t1 = band / bands * 0.80, (band + 1) / bands * 0.80
        w0, w1 = low + (high - low) * t0, low + (high - low) * t1
        y0, y1 = foot - tall * t0, foot - tall * t1
        light = palette.at(0.98 * land) if band % 2 else palette.accent_at(0.48 * land)
        sheet.polygon([(x - w0, y0), (x - w1, y1), (x + w1, y1), (x + w0, y0)], st.ink(light))
        sheet.polygon([(x + w0 * 0.3, y0), (x + w1 * 0.3, y1), (x + w1, y1), (x + w0, y0)], st.ink(light * 0.72))
    top = foot - tall * 0.80
    dark = st.ink(palette.at(0.10))
    sheet.box(x - high * 1.5, top - 0.008, x + high * 1.5, top + 0.004, dark)
    sheet.box(x - high * 0.8, top - 0.048, x + high * 0.8, top - 0.008, st.ink(palette.light))
    for post in (-0.8, -0.27, 0.27, 0.8):
        sheet.box(x + high * post - 0.0016, top - 0.048, x + high * post + 0.0016, top - 0.008, dark)
    sheet.polygon(
        [(x - high * 1.15, top - 0.046), (x, foot - tall), (x + high * 1.15, top - 0.046)],
        st.ink(palette.accent_at(0.36 * land)),
    )
    return x, top - 0.028
