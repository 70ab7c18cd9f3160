"""A volcano: a gullied cone, glowing lava, a plume lit from below, a lake before it."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky
from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.backdrop import far_ranges, haze_tone
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.water import reflect

_HOT = np.array([1.0, 0.90, 0.62], np.float32)


def draw_volcano(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """An erupting volcano at the focal place."""
    view = sky.make_view(rng, facts)
    focus = st.focal_x(facts) + rng.uniform(-0.02, 0.02)
    picture = np.asarray(sky.paint_sky(rng, facts, palette, view), np.float32)
    foot = view.horizon + {"big_sky": 0.06, "high_horizon": 0.20}.get(facts.composition, 0.10)
    rise = rng.uniform(0.30, 0.38) if facts.composition != "high_horizon" else rng.uniform(0.27, 0.32)
    top = foot - rise
    mouth = rng.uniform(0.035, 0.055)
    picture = _plume(rng, facts, picture, palette, focus, top, mouth)
    picture = far_ranges(rng, facts, picture, palette, view, layers=2, height=0.10)
    picture = _plain(rng, facts, picture, palette, view)
    picture = _cone(rng, facts, picture, palette, view, focus, foot, top, mouth)
    if "lake" in facts.objects:
        picture = reflect(rng, picture, foot, palette, ripple=0.014, depth=0.35)
    picture = _foreground(rng, facts, picture, palette, foot)
    if "birds" in facts.objects:
        picture = sky.add_birds(rng, picture, palette.at(0.05), 0.12, max(0.15, top))
    return sky.add_weather(rng, facts, picture, palette, view)


def _plain(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View) -> Field:
    """The level land between the far ranges and the cone: haze that gives way to rock."""
    y, _ = cv.grid()
    land = st.LAND_TONE[facts.time]
    depth = np.clip((y - view.horizon) / 0.12, 0, 1)
    rock = st.perspective(cv.noise(rng, 12, 24, 2, 0.6), view.horizon - 0.02) - 0.5
    tone = 0.30 * (0.3 + 0.7 * land) + 0.25 * rock * land
    return cv.blend(picture, palette.paint(tone), depth**0.6 * np.clip((y - view.horizon) * cv.SIDE_PX, 0, 1))


def _plume(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    focus: float,
    top: float,
    mouth: float,
) -> Field:
    """A column of ash that widens as it rises and drifts; billows are noise warped by noise."""
    y, x = cv.grid()
    up = np.clip(top + 0.02 - y, 0, None)
    drift = rng.uniform(0.15, 0.8) * (1 if focus < 0.4 else -1 if focus > 0.6 else float(rng.choice((-1, 1))))
    middle = focus + drift * up**1.5 * 1.3
    wide = mouth * 0.8 + 0.62 * up**0.85
    side = cv.SIDE_PX
    warp = cv.noise(rng, 6, 6, 4, 0.55) - 0.5
    cells = cv.noise(rng, 9, 9, 4, 0.55)
    rows = np.clip((y + warp * 0.10) * side, 0, side - 1).astype(int)
    columns = np.clip((x - warp * 0.10) * side, 0, side - 1).astype(int)
    billow = 1 - np.abs(2 * cells[rows, columns] - 1)
    inside = 1 - np.abs(x - middle) / wide + 0.9 * (billow - 0.55)
    cover = cv.smoothstep(0.05, 0.45, inside) * (y < top + 0.02)
    light = st.LAND_TONE[facts.time]
    body = (0.10 + 0.58 * billow * (0.35 + 0.65 * light)) * (0.45 + 0.55 * light)
    body = body + 0.14 * np.clip((middle - x) / wide * np.sign(0.5 - focus + 1e-3), -1, 1) * light
    hot = np.exp(-up * 8.5) * (0.35 + 0.65 * billow)
    picture = cv.blend(picture, palette.paint(body + 0.42 * hot), cover * np.clip(1.15 - up * 0.7, 0.3, 0.97))
    picture = cv.blend(picture, palette.light, cover * np.exp(-up * 22) * 0.75)
    return cv.blend(picture, palette.at(0.80), cv.glow(focus, top, 0.20) * (0.65 if light < 0.9 else 0.4))


def _cone(
    rng: np.random.Generator,
    facts: SceneFacts,
    picture: Field,
    palette: Palette,
    view: sky.View,
    focus: float,
    foot: float,
    top: float,
    mouth: float,
) -> Field:
    y, x = cv.grid()
    rise = foot - top
    away = np.abs(x[0] - focus)
    # A strato-volcano's profile: steep at the top, drawn out at the foot.
    reach = np.clip((away - mouth) / rng.uniform(0.16, 0.20), 0, None)
    profile = foot - rise * np.exp(-(reach**0.92)) + 0.020 * np.exp(-((away / mouth) ** 4))
    rough = cv.line_noise(rng, 16, 5, 0.55) - 0.5
    ridge = (profile + 0.022 * rough * (0.35 + np.minimum(reach, 1))).astype(np.float32)
    down = np.clip((y - top) / rise, 0.001, 1.6)
    # Gullies run down the slope: noise in the coordinates (bearing, depth), so its streaks open like a fan.
    bearing = (x - focus) / (mouth + 0.42 * down**1.25)
    side = cv.SIDE_PX
    texture = cv.noise(rng, 16, 5, 4, 0.6)
    wander = (cv.noise(rng, 5, 5, 2) - 0.5) * 0.16
    columns = np.clip((bearing * 0.33 + 0.5 + wander * 0.35) * side, 0, side - 1).astype(int)
    gully = texture[np.clip(down * 0.62 * side, 0, side - 1).astype(int), columns]
    lit = np.clip(np.gradient(gully, axis=1) * 26 * (1 if view.light_x < focus else -1), -1, 1)
    facing = np.clip(bearing * 1.2, -1, 1) * (1 if view.light_x > focus else -1)
    land = st.LAND_TONE[facts.time]
    haze = haze_tone(facts)
    tone = (0.34 + 0.14 * facing + 0.20 * lit + 0.22 * (gully - 0.5)) * (0.42 + 0.58 * land)
    fog = np.clip((down - 0.45) / 0.75, 0, 1) * (0.45 if facts.weather != "misty" else 0.85)
    tone = tone + (haze * 0.9 - tone) * fog
    mask = cv.below(ridge, 1.5)
    body = palette.paint(tone)
    body = cv.blend(body, palette.at(0.62), np.exp(-down * 9) * 0.35)
    body = _lava(rng, body, palette, bearing + wander * 1.2, down, 1 - 0.35 * (land > 0.9))
    picture = cv.blend(picture, body, mask)
    return cv.blend(picture, palette.light, cv.glow(focus, top + 0.008, mouth * 1.25) * 0.85)


def _lava(rng: np.random.Generator, body: Field, palette: Palette, bearing: Field, down: Field, power: float) -> Field:
    """Streams that leave the crater and narrow; a hot core within a wider red glow."""
    glow, core = np.zeros_like(down), np.zeros_like(down)
    for _ in range(int(rng.integers(3, 6))):
        at = rng.uniform(-0.62, 0.62)
        length = rng.uniform(0.35, 0.98)
        wave = at + 0.07 * np.sin(down * rng.uniform(7, 16) + rng.uniform(0, 6.3)) * down
        width = (0.075 + rng.uniform(0, 0.05)) * (1.1 - 0.55 * down)
        fade = cv.smoothstep(length, length - 0.25, down)
        distance = ((bearing - wave) / width) ** 2
        glow = np.maximum(glow, np.exp(-distance * 0.16) * fade)
        core = np.maximum(core, np.exp(-distance * 1.6) * fade)
    body = cv.blend(body, palette.at(0.55), glow * 0.65 * power)
    body = cv.blend(body, palette.at(0.80), np.clip(core * 1.15, 0, 1))
    return cv.blend(body, _HOT, core**2.2 * (1.0 - 0.35 * np.clip(down, 0, 1)))


def _foreground(rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, foot: float) -> Field:
    """Dark ground in front: a shore by the lake, else lava fields with embers in their cracks."""
    y, _ = cv.grid()
    land = st.LAND_TONE[facts.time]
    start = 0.90 if "lake" in facts.objects else foot + 0.04
    ridge = (start + 0.03 - 0.07 * cv.line_noise(rng, 4, 5, 0.55)).astype(np.float32)
    rock = st.perspective(cv.noise(rng, 18, 18, 4, 0.62), foot - 0.05)
    relief = np.clip(np.gradient(rock, axis=0) * -9, -1, 1)
    depth = np.clip((y - ridge[None, :]) / max(1 - start, 0.1), 0, 1)
    tone = (0.26 + 0.32 * (rock - 0.5) + 0.16 * relief) * (0.30 + 0.70 * land) * (1.15 - 0.55 * depth)
    body = palette.paint(tone)
    seam = np.abs(cv.blur(rock, 1.5) - 0.5) * cv.smoothstep(-0.2, 0.6, 1 - depth)
    hot = cv.smoothstep(0.56, 0.74, cv.noise(rng, 3, 5, 3)) * (1.0 if "lake" not in facts.objects else 0.0)
    body = cv.blend(body, palette.at(0.55), np.exp(-seam * 22) * hot * 0.5)
    body = cv.blend(body, palette.at(0.74), np.exp(-((seam * 90) ** 2)) * hot * 0.8)
    return cv.blend(picture, body, cv.below(ridge, 2.0))
