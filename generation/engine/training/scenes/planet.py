"""A planet before a nebula: bands or craters, a lit and a dark side, rings, moons."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette

Light = tuple[float, ...]


def draw_planet(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """A planet in space."""
    cx = st.focal_x(facts) + rng.uniform(-0.02, 0.02)
    cy = {"big_sky": 0.70, "high_horizon": 0.33}.get(facts.composition, 0.5) + rng.uniform(-0.03, 0.03)
    angle = rng.uniform(0, 2 * np.pi)
    # Five moons need room beside the planet.
    radius = rng.uniform(0.17, 0.20) if facts.count == 5 else rng.uniform(0.19, 0.27)
    if "rings" in facts.objects:
        radius *= 0.80
    tilt = rng.uniform(-0.5, 0.5)
    sun = np.array([np.cos(angle), np.sin(angle) * 0.7, 0.55])
    light: Light = tuple((sun / np.sqrt((sun**2).sum())).tolist())
    picture = _space(rng, palette, cx, cy)
    glow_at = (cx + light[0] * radius * 0.9, cy + light[1] * radius * 0.9)
    picture = cv.blend(picture, palette.at(0.72), cv.glow(*glow_at, radius * 1.25) * 0.55)
    rings = _Rings(rng, palette, cx, cy, radius, tilt) if "rings" in facts.objects else None
    if rings:
        picture = rings.lay(picture, behind=True)
    picture = _sphere(rng, picture, palette, (cx, cy), radius, light, tilt, banded=rng.random() < 0.6)
    if rings:
        picture = rings.lay(picture, behind=False)
    if facts.counted == "moon":
        picture = _moons(rng, facts, picture, palette, (cx, cy), radius, light)
    return picture


def _space(rng: np.random.Generator, palette: Palette, cx: float, cy: float) -> Field:
    """Nebula clouds (noise warped by noise, Quilez) with dark dust lanes, and stars."""
    y, x = cv.grid()
    warp = cv.noise(rng, 2.5, 2.5, 4, 0.55) - 0.5
    cloud = cv.noise(rng, 3, 3, 6, 0.58)
    side = cv.SIDE_PX
    rows = np.clip((y + warp * 0.42) * side, 0, side - 1).astype(int)
    columns = np.clip((x - warp * 0.42) * side, 0, side - 1).astype(int)
    gas = cloud[rows, columns]
    lane = rng.uniform(0, np.pi)
    away = (x - cx) * float(np.sin(lane)) - (y - cy) * float(np.cos(lane)) + 0.35 * warp + rng.uniform(-0.2, 0.2)
    band = np.exp(-((away / 0.30) ** 2))
    dust = np.clip(1 - np.abs(2 * cloud[columns, rows] - 1) * 3.2, 0, 1)
    tone = 0.07 + 0.62 * band * cv.smoothstep(0.30, 0.85, gas) - 0.16 * band * dust + 0.10 * gas
    picture = palette.paint(tone)
    core = cv.smoothstep(0.58, 0.85, gas) * band
    picture = cv.blend(picture, palette.accent_at(0.60), core * 0.62)
    return _stars(rng, picture, palette)


def _stars(rng: np.random.Generator, picture: Field, palette: Palette) -> Field:
    light = np.zeros((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    for sigma, count, power in ((0.6, 520, 2.2), (1.1, 70, 14.0)):
        layer = np.zeros_like(light)
        at = rng.integers(0, cv.SIDE_PX, (2, count))
        layer[at[0], at[1]] = rng.random(count) ** 3 * power + 0.4
        light += cv.blur(layer, sigma)
    picture = cv.blend(picture, np.ones(3, np.float32), np.clip(light, 0, 1))
    for _ in range(int(rng.integers(3, 7))):
        sx, sy, size = rng.uniform(0.04, 0.96), rng.uniform(0.04, 0.96), rng.uniform(0.018, 0.036)
        part, v, u = st.window(sx, sy, size, size)
        cross = np.exp(-np.abs(u) * 26) * np.exp(-np.abs(v) * 4) + np.exp(-np.abs(v) * 26) * np.exp(-np.abs(u) * 4)
        st.lay_part(picture, part, palette.light, np.clip(cross + np.exp(-(u * u + v * v) * 40), 0, 1))
    return picture


def _sphere(
    rng: np.random.Generator,
    picture: Field,
    palette: Palette,
    centre: st.Point,
    radius: float,
    light: Light,
    tilt: float,
    *,
    banded: bool,
) -> Field:
    """Lambert shading of a ball that carries bands or craters, with an atmosphere at its lit limb."""
    cx, cy = centre
    at, v, u = st.window(cx, cy, radius * 1.3, radius * 1.3)
    u, v = u * 1.3, v * 1.3
    away = np.hypot(u, v)
    nz = np.sqrt(np.clip(1 - away * away, 0, 1))
    surface, bump = _bands(rng, u, v, nz, tilt) if banded else _craters(rng, u, v, nz)
    lit = u * light[0] + v * light[1] + nz * light[2] + bump
    day = cv.smoothstep(-0.12, 0.85, lit.astype(np.float32))
    tone = 0.035 + day * (0.22 + 0.74 * surface)
    limb = np.exp(-(((1 - away) / 0.07) ** 2)) * np.clip(lit + 0.25, 0, 1)
    body = palette.paint((tone + 0.30 * limb).astype(np.float32))
    mask = np.clip((1 - away) * radius * cv.SIDE_PX + 0.5, 0, 1)
    outside = np.exp(-np.clip(away - 1, 0, 1) * 16) * np.clip(
        (u * light[0] + v * light[1]) / (away + 1e-6) + 0.35, 0, 1
    )
    st.lay_part(picture, at, palette.at(0.86), (outside * 0.75 * (away > 0.97)).astype(np.float32))
    st.lay_part(picture, at, body, mask.astype(np.float32))
    return picture


def _lookup(texture: Field, row: Field, column: Field) -> Field:
    side = cv.SIDE_PX
    return texture[np.clip(row * side, 0, side - 1).astype(int), np.clip(column * side, 0, side - 1).astype(int)]


def _bands(rng: np.random.Generator, u: Field, v: Field, nz: Field, tilt: float) -> tuple[Field, Field]:
    """A gas giant: zones by latitude, stirred at their borders, and one great storm."""
    cos, sin = float(np.cos(tilt)), float(np.sin(tilt))
    along, across = u * cos + v * sin, v * cos - u * sin
    latitude = np.arcsin(np.clip(across, -1, 1)) / np.pi + 0.5
    longitude = np.arctan2(along, nz + 1e-3) / np.pi + 0.5
    swirl = cv.noise(rng, 5, 12, 5, 0.58)
    eddy = _lookup(swirl, latitude, longitude)
    shifted = latitude + 0.055 * (eddy - 0.5)
    zones = cv.line_noise(rng, rng.uniform(7, 13), 4, 0.55)
    zones = (zones - zones.min()) / (np.ptp(zones) + 1e-6)
    surface = np.interp(shifted, np.linspace(0, 1, cv.SIDE_PX), zones).astype(np.float32) + 0.30 * (eddy - 0.5)
    sx, sy = rng.uniform(-0.4, 0.4), rng.uniform(-0.45, 0.45)
    storm = np.hypot((along - sx) / 0.22, (across - sy) / 0.11)
    surface = surface + 0.35 * np.exp(-(storm**2)) - 0.30 * np.exp(-(((storm - 1.15) / 0.25) ** 2))
    return surface, 0.05 * (eddy - 0.5)


def _craters(rng: np.random.Generator, u: Field, v: Field, nz: Field) -> tuple[Field, Field]:
    """A rocky ball: maria, rough ground, and craters whose walls catch the light."""
    row = np.asarray(0.5 + np.arcsin(np.clip(v, -1, 1)) / np.pi, np.float32)
    column = np.asarray(0.5 + np.arctan2(u, nz + 1e-3) / np.pi, np.float32)
    ground = _lookup(cv.noise(rng, 5, 5, 6, 0.6), row, column)
    height = 0.5 * ground
    for _ in range(26):
        angle, away = rng.uniform(0, 2 * np.pi), float(np.sqrt(rng.random())) * 0.95
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        px, py = cos * away, sin * away
        squeeze = float(np.sqrt(max(1 - away * away, 0.05)))
        size = 0.035 + 0.17 * rng.random() ** 3
        du, dv = u - px, v - py
        out = du * cos + dv * sin
        side = dv * cos - du * sin
        d = np.hypot(out / squeeze, side) / size
        height = height - 0.30 * size * 6 * np.exp(-(d**4)) + 0.14 * size * 6 * np.exp(-(((d - 1.05) / 0.22) ** 2))
    down, right = np.gradient(height)
    return 0.35 + 0.6 * (ground - 0.2), np.clip((right + down) * -9, -0.5, 0.5)


class _Rings:
    """Rings of ice: an ellipse of many grooves, half of it behind the planet."""

    def __init__(
        self, rng: np.random.Generator, palette: Palette, cx: float, cy: float, radius: float, tilt: float
    ) -> None:
        y, x = cv.grid()
        u, v = (x - cx) / radius, (y - cy) / radius
        cos, sin = float(np.cos(tilt)), float(np.sin(tilt))
        along, across = u * cos + v * sin, v * cos - u * sin
        open_up = rng.uniform(0.18, 0.34)
        away = np.hypot(along, across / open_up)
        self._front = across > 0
        self._outside = np.hypot(u, v) > 1
        grooves = cv.line_noise(rng, 30, 4, 0.7)
        grain = np.interp(away, np.linspace(1.0, 2.4, cv.SIDE_PX), grooves).astype(np.float32)
        edge = cv.smoothstep(1.28, 1.36, away) * (1 - cv.smoothstep(2.05, 2.16, away))
        gap = 1 - 0.9 * np.exp(-(((away - rng.uniform(1.68, 1.85)) / 0.035) ** 2))
        self._mask = edge * gap * np.clip(0.30 + 1.1 * grain, 0, 1)
        self._colour = palette.paint(0.45 + 0.55 * grain)

    def lay(self, picture: Field, *, behind: bool) -> Field:
        """The half behind the planet, or the half in front of it."""
        part = ~self._front if behind else self._front
        return cv.blend(picture, self._colour, self._mask * part * 0.92)


def _moons(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    centre: st.Point,
    radius: float,
    light: Light,
) -> Field:
    """`facts.count` moons in the free sky, apart from the planet and from each other."""
    cx, cy = centre
    size = {1: 0.085, 2: 0.068, 3: 0.055, 5: 0.048}[facts.count]
    reach = radius * (2.3 if "rings" in facts.objects else 1.28)
    flat = 0.55 if "rings" in facts.objects else 1.0
    spots = rng.uniform(0.02 + size * 1.2, 0.98 - size * 1.2, (400, 2))
    free = np.hypot(spots[:, 0] - cx, (spots[:, 1] - cy) / flat) > reach + size
    candidates = spots[free] if free.sum() > 20 else spots[np.argsort(-np.hypot(*(spots - (cx, cy)).T))[:80]]
    chosen = [candidates[int(rng.integers(len(candidates)))]]
    while len(chosen) < facts.count:
        apart = np.min([np.hypot(*(candidates - spot).T) for spot in chosen], axis=0)
        chosen.append(candidates[int(np.argmax(apart * rng.uniform(0.8, 1.0, len(apart))))])
    for mx, my in chosen:
        own = size * rng.uniform(0.9, 1.12)
        at, v, u = st.window(float(mx), float(my), own * 1.08, own * 1.08)
        u, v = u * 1.08, v * 1.08
        away = np.hypot(u, v)
        nz = np.sqrt(np.clip(1 - away * away, 0, 1))
        ground, bump = _craters(rng, u, v, nz)
        lit = cv.smoothstep(-0.25, 0.8, (u * light[0] + v * light[1] + nz * light[2] + bump).astype(np.float32))
        body = palette.paint((0.14 + lit * (0.42 + 0.5 * ground)).astype(np.float32))
        st.light_up(picture, float(mx), float(my), own * 1.5, palette.at(0.7), 0.22)
        st.lay_part(picture, at, body, np.clip((1 - away) * own * cv.SIDE_PX + 0.5, 0, 1).astype(np.float32))
    return picture
