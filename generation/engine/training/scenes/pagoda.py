"""A pagoda, storey by storey."""

import numpy as np

from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette


def roof_outline(x: float, eave: float, ridge: float, half: float, top_half: float) -> list[st.Point]:
    """A roof with a hollow slope and upturned corners, as a polygon."""
    steps = np.linspace(0, 1, 14)
    # The slope hangs like a chain between ridge and eave; the corner rises again.
    slope_x = top_half + (half - top_half) * steps
    slope_y = (
        ridge
        + (eave - ridge) * (1 - (1 - steps) ** 1.9)
        - (eave - ridge) * 0.34 * np.clip(steps - 0.72, 0, 1) ** 1.3 * 5
    )
    low = np.linspace(1, -1, 15)
    low_y = eave - (eave - ridge) * 0.32 * np.abs(low) ** 5 + (eave - ridge) * 0.06
    right = [(x + float(sx), float(sy)) for sx, sy in zip(slope_x, slope_y, strict=True)]
    under = [(x + half * float(t), float(ty)) for t, ty in zip(low, low_y, strict=True)]
    left = [(2 * x - px, py) for px, py in right[::-1]]
    return [*right, *under, *left]


def draw_pagoda(
    rng: np.random.Generator,
    facts: SceneFacts,
    sheet: st.Sheet,
    palette: Palette,
    at: st.Point,
    tall: float,
    light_x: float,
) -> None:
    """A pagoda of three to five storeys, or a broad hall of two, that stands on `at`."""
    x, foot = at
    land = 0.24 + 0.76 * st.LAND_TONE[facts.time]
    storeys = int(rng.choice((2, 3, 4, 5), p=(0.25, 0.3, 0.2, 0.25)))
    base_half = {2: 0.155, 3: 0.115, 4: 0.105, 5: 0.095}[storeys] * tall / 0.45
    if storeys == 2:
        tall *= 0.72
    lit = 1.0 if light_x >= x else -1.0
    lit_windows = facts.time in ("dusk", "night")
    warm = st.ink(np.array([1.0, 0.80, 0.42], np.float32))
    snow = facts.season == "winter"
    terrace = tall * 0.06
    for step in range(3):
        half, up = base_half * (1.35 - 0.12 * step), terrace * step / 3
        sheet.box(
            x - half,
            foot - up - terrace / 3,
            x + half,
            foot - up + 0.006,
            st.ink(palette.at((0.40 + 0.10 * step) * land)),
        )
        sheet.box(
            x - half,
            foot - up - terrace / 3,
            x + half,
            foot - up - terrace / 3 + 0.003,
            st.ink(palette.at(0.75 * land)),
        )
    low = foot - terrace
    body = tall * 0.86 - terrace
    shares = 0.86 ** np.arange(storeys)
    shares = shares / shares.sum()
    for storey in range(storeys):
        height = body * float(shares[storey])
        half = base_half * 0.80**storey
        wall, eave = half * 0.70, low - height * 0.50
        _storey(sheet, palette, x, low, eave, wall, land, lit, warm if lit_windows else st.ink(palette.at(0.08)))
        ridge = low - height
        top_half = half * (0.50 if storey < storeys - 1 else 0.06 if storeys > 2 else 0.42)
        edge = roof_outline(x, eave + height * 0.06, ridge, half * 1.22, top_half)
        sheet.polygon([(px, py + height * 0.055) for px, py in edge], st.ink(palette.at(0.05)))
        sheet.polygon(edge, st.ink(palette.accent_at(0.36 * land)))
        _tiles(sheet, palette, x, eave, ridge, half * 1.22, top_half, land, lit, snow=snow)
        sheet.line(edge[:14], st.ink(palette.accent_at(0.62 * land)), 0.003)
        sheet.line(edge[-14:], st.ink(palette.accent_at(0.62 * land)), 0.003)
        low = ridge + height * 0.05
    _finial(sheet, palette, x, low, tall, land, broad=storeys == 2, half=base_half * 0.80 * 0.42)


def _storey(
    sheet: st.Sheet,
    palette: Palette,
    x: float,
    low: float,
    eave: float,
    wall: float,
    land: float,
    lit: float,
    window: st.Ink,
) -> None:
    sheet.box(x - wall, eave - 0.004, x + wall, low, st.ink(palette.at(0.62 * land)))
    shade = (x - wall, x) if lit > 0 else (x, x + wall)
    sheet.box(shade[0], eave, shade[1], low, st.ink(palette.at(0.46 * land)))
    sheet.box(x - wall, eave, x + wall, eave + (low - eave) * 0.22, st.ink(palette.at(0.22 * land)))
    bays = 3 if wall < 0.07 else 5
    for bay in range(bays):
        middle = x + wall * ((bay + 0.5) / bays * 2 - 1)
        half = wall / bays * 0.58
        sheet.box(middle - half, eave + (low - eave) * 0.34, middle + half, low - (low - eave) * 0.16, window)
        sheet.box(
            middle - 0.001,
            eave + (low - eave) * 0.34,
            middle + 0.001,
            low - (low - eave) * 0.16,
            st.ink(palette.at(0.2 * land)),
        )
    for post in range(bays + 1):
        px = x + wall * (post / bays * 2 - 1)
        sheet.box(px - 0.0026, eave, px + 0.0026, low, st.ink(palette.accent_at(0.45 * land)))
    sheet.box(x - wall * 1.12, low - (low - eave) * 0.14, x + wall * 1.12, low, st.ink(palette.at(0.28 * land)))


def _tiles(
    sheet: st.Sheet,
    palette: Palette,
    x: float,
    eave: float,
    ridge: float,
    half: float,
    top_half: float,
    land: float,
    lit: float,
    *,
    snow: bool,
) -> None:
    """Rows of tiles that run from the ridge to the eave, lighter on the side of the light."""
    count = max(6, int(half * 150))
    for index in range(count):
        t = (index + 0.5) / count * 2 - 1
        level = 0.44 + 0.20 * t * lit
        colour = palette.at(0.96 * land) if snow and abs(t) < 0.93 else palette.accent_at(level * land)
        steps = np.linspace(0.08, 0.93, 6)
        sag = 1 - (1 - steps) ** 1.9
        lift = 0.30 * np.abs(t) ** 5 * steps**3
        xs = x + t * (top_half + (half - top_half) * steps) * 0.97
        ys = ridge + (eave - ridge) * (sag - lift) + (eave - ridge) * 0.02
        sheet.line(zip(xs.tolist(), ys.tolist(), strict=True), st.ink(colour), 0.0038 if snow else 0.0024)


def _finial(
    sheet: st.Sheet, palette: Palette, x: float, low: float, tall: float, land: float, *, broad: bool, half: float
) -> None:
    gold = st.ink(palette.accent_at(0.70 * land))
    if broad:
        sheet.box(x - half * 1.02, low - 0.016, x + half * 1.02, low - 0.004, st.ink(palette.accent_at(0.30 * land)))
        for way in (-1, 1):
            end = x + way * half
            sheet.polygon(
                [(end - way * 0.01, low - 0.004), (end + way * 0.012, low - 0.034), (end + way * 0.004, low - 0.004)],
                gold,
            )
        return
    sheet.line([(x, low + 0.005), (x, low - tall * 0.15)], gold, 0.004)
    for ring in range(5):
        size = 0.011 - 0.0015 * ring
        sheet.oval(x, low - tall * (0.03 + 0.02 * ring), size, 0.0035, gold)
    sheet.oval(x, low - tall * 0.15, 0.005, 0.006, gold)
