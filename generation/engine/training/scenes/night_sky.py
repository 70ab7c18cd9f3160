"""The starry sky over a dark land: nebulae, the Milky Way, aurora, a lone tree."""

import numpy as np

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes import sky, terrain
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.palettes import Palette
from generation.engine.training.scenes.trees import branch_mask, draw_pines, grow_tree, leaf_mask
from generation.engine.training.scenes.water import reflect


def draw_night_sky(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Stars and clouds of light over ridges; the brightest part of the sky stands over the focal place."""
    y, _ = cv.grid()
    view = sky.make_view(rng, facts)
    ground_y = {"big_sky": 0.86, "high_horizon": 0.52}.get(facts.composition, 0.76)
    cloud = terrain.warp(rng, cv.noise(rng, 3, 3, 6, 0.55), 0.10)
    tone = 0.06 + 0.26 * np.clip(y / ground_y, 0, 1) ** 2.2 + 0.07 * cloud
    density = np.full(y.shape, 0.5, np.float32)
    if "milky_way" in facts.objects:
        tone, density = _milky_way(rng, view, tone, cloud, ground_y)
    elif "aurora" not in facts.objects:
        where = cv.glow(view.focus_x, ground_y * 0.45, 0.27)
        filaments = 1 - np.abs(cloud * 2 - 1)
        tone = tone + where * (0.42 * cv.smoothstep(0.35, 0.75, cloud) + 0.22 * filaments**4)
        density = density + where
    picture = palette.paint(tone)
    picture = _scatter(rng, picture, density, palette)
    if "milky_way" not in facts.objects and "aurora" not in facts.objects:
        tint = cv.glow(view.focus_x + 0.06, ground_y * 0.5, 0.16) * cv.smoothstep(0.45, 0.8, cloud)
        picture = cv.blend(picture, palette.accent_at(0.6), tint * 0.45)
    if "aurora" in facts.objects:
        picture = _aurora(rng, picture, palette, view, ground_y)
    picture = _bright_stars(rng, picture, palette, ground_y)
    low = np.exp(-(((y - ground_y) / 0.09) ** 2)) * 0.45
    picture = cv.blend(picture, palette.at(0.58), low.astype(np.float32))
    return _land(rng, facts, picture, palette, view, ground_y)


def _milky_way(
    rng: np.random.Generator, view: sky.View, tone: Field, cloud: Field, ground_y: float
) -> tuple[Field, Field]:
    """A leaning band with a bright core, split by dark lanes of dust."""
    y, x = cv.grid()
    lean = rng.uniform(0.25, 0.7) * (1 if rng.random() < 0.5 else -1)
    across = ((x - view.focus_x) + lean * (y - ground_y * 0.55)) / np.hypot(1, lean)
    across = across + 0.05 * (cloud - 0.5)
    band = np.exp(-((across / 0.13) ** 2))
    core = np.exp(-((across / 0.10) ** 2) - ((y - ground_y * 0.72) / 0.22) ** 2)
    lanes = terrain.warp(rng, cv.noise(rng, 6, 6, 5, 0.6), 0.08, 5)
    dust = cv.smoothstep(0.46, 0.70, lanes) * np.exp(-((across / 0.055) ** 2))
    tone = tone + band * (0.20 + 0.40 * cloud) + 0.30 * core * (0.5 + cloud) - (0.34 + 0.2 * core) * dust
    return np.asarray(np.clip(tone, 0.03, 0.94), np.float32), np.asarray(
        0.4 + 1.6 * band * (1 - 0.7 * dust), np.float32
    )


def _aurora(rng: np.random.Generator, picture: Field, palette: Palette, view: sky.View, ground_y: float) -> Field:
    """Curtains: each hangs from a wandering line; rays rise from its lower edge and fade upwards."""
    y, x = cv.grid()
    for curtain in range(int(rng.integers(2, 4))):
        foot = ground_y * (0.62 - 0.13 * curtain)
        bends = cv.line_noise(rng, 3, 3, 0.4) - 0.5
        edge = foot + 0.22 * bends + 0.03 * np.sin(np.linspace(0, 9, cv.SIDE_PX) + rng.uniform(0, 6))
        rays = np.clip(1.7 * cv.line_noise(rng, 24, 4, 0.7) - 0.25, 0.08, 1.3) * cv.smoothstep(
            0.2, 0.6, cv.line_noise(rng, 3, 2)
        )
        height = (0.10 + 0.22 * cv.line_noise(rng, 4, 2))[None, :]
        up = edge[None, :] - y
        soft = cv.line_noise(rng, 8, 2)[None, :]
        glow = np.where(up > 0, np.exp(-np.clip(up, 0, 1) / height), np.exp(np.clip(up, -1, 0) / (0.012 + 0.04 * soft)))
        where = 0.35 + 0.75 * np.exp(-(((x - view.focus_x) / 0.33) ** 2))
        strength = np.clip(glow * rays[None, :] * where * (0.95 - 0.2 * curtain), 0, 0.95).astype(np.float32)
        tint = cv.smoothstep(0.10, 0.32, np.broadcast_to(up, y.shape))
        colour = palette.paint(0.62 + 0.32 * glow - 0.1 * tint)
        colour = cv.blend(colour, palette.accent_at(0.62), tint * 0.75)
        picture = cv.blend(picture, colour, strength)
    return picture


def _scatter(rng: np.random.Generator, picture: Field, density: Field, palette: Palette) -> Field:
    chance = rng.random((cv.SIDE_PX, cv.SIDE_PX), np.float32)
    bright = (chance < 0.011 * density) * (0.6 + 12 * rng.random(chance.shape, np.float32) ** 4)
    light = np.clip(cv.blur(bright.astype(np.float32), 0.85), 0, 1)
    return cv.blend(picture, 0.5 * palette.at(1.0) + 0.5, light)


def _bright_stars(rng: np.random.Generator, picture: Field, palette: Palette, ground_y: float) -> Field:
    for _ in range(int(rng.integers(4, 9))):
        sx, sy = rng.uniform(0.05, 0.95), rng.uniform(0.05, ground_y - 0.12)
        picture = cv.blend(picture, palette.at(0.85), cv.glow(sx, sy, 0.020) * 0.35)
        picture = cv.blend(picture, palette.light, np.clip(cv.glow(sx, sy, 0.0055) * 1.5, 0, 1))
    return picture


def _land(
    rng: np.random.Generator, facts: SceneFacts, picture: Field, palette: Palette, view: sky.View, ground_y: float
) -> Field:
    y, x = cv.grid()
    for layer in range(3):
        near = layer / 2
        rough = cv.line_noise(rng, 3 + layer, 6, 0.52)
        if layer == 2 and facts.composition == "high_horizon":
            water_y = ground_y + 0.12
            picture = reflect(rng, picture, water_y, palette, ripple=0.012, depth=0.35)
        drop = (0.07 if facts.composition != "high_horizon" else 0.17) * layer
        ridge = (ground_y + drop - (0.16 - 0.05 * layer) * (rough - 0.35)).astype(np.float32)
        if layer == 2:
            ridge = np.maximum(ridge, ground_y + 0.05)
            if facts.composition == "high_horizon":
                ridge = ridge + 0.1
            if "lone_tree" in facts.objects:
                ridge = ridge - 0.05 * np.exp(-(((x[0] - view.focus_x) / 0.2) ** 2)).astype(np.float32)
        if layer >= 1 and "pines" in facts.objects:
            count, tall = (40, 0.08) if layer == 1 else (18, 0.19)
            picture = draw_pines(rng, picture, palette.at(0.10 - 0.09 * near), ground=ridge, count=count, height=tall)
        rocks = cv.noise(rng, 30, 20, 3) - 0.5
        tone = 0.17 - 0.14 * near + 0.05 * rocks + 0.10 * (1 - near) * np.clip((y - ridge[None, :]) / 0.12, 0, 1)
        picture = cv.blend(picture, palette.paint(tone), cv.below(ridge))
    if "lone_tree" in facts.objects:
        foot = float(ridge[int(view.focus_x * cv.SIDE_PX)]) + 0.012
        picture = _lone_tree(rng, picture, palette, (view.focus_x, foot), min(0.46, foot - 0.18))
    return picture


def _lone_tree(
    rng: np.random.Generator, picture: Field, palette: Palette, place: tuple[float, float], tall: float
) -> Field:
    """A tree in silhouette, a faint glow behind it."""
    halo = cv.glow(place[0], place[1] - tall * 0.55, tall * 0.6)
    picture = cv.blend(picture, palette.at(0.62), halo * 0.32)
    segments, tips = grow_tree(rng, place[0], place[1], tall, levels=6)
    mask = branch_mask(segments)
    if rng.random() < 0.75:
        mask = np.maximum(mask, leaf_mask(rng, tips, reach=tall * 0.035, size=tall * 0.018, each=3))
    return cv.blend(picture, palette.at(0.015), mask)
