"""Corals and seaweed."""

import numpy as np

from generation.engine.training.scenes import stamps as st
from generation.engine.training.scenes.palettes import Palette


def draw_coral(rng: np.random.Generator, sheet: st.Sheet, palette: Palette, focus: float, floor: float) -> None:
    """Fans and branching corals on the reef, some of them in the accent's colour."""
    for index in range(int(rng.integers(7, 12))):
        near = index / 11
        x = (
            focus + rng.normal(0, 0.22)
            if near < 0.7
            else float(rng.choice((rng.uniform(0, 0.25), rng.uniform(0.75, 1))))
        )
        foot = floor + 0.02 + near * (1 - floor) * 0.9 + rng.uniform(0, 0.03)
        tall = rng.uniform(0.07, 0.12) + 0.06 * near
        bright = rng.random() < 0.45
        ramp = st.inks(palette.accent if bright else palette.table)
        level = (0.42 if bright else 0.38) * (1 - 0.35 * near) + rng.uniform(0, 0.2)
        if rng.random() < 0.5:
            _branch(rng, sheet, (x, foot), np.pi / 2, tall * 0.36, tall * 0.07, 5, ramp, level)
        else:
            _tubes(rng, sheet, x, foot, tall * 0.7, ramp, level)


def _branch(
    rng: np.random.Generator,
    sheet: st.Sheet,
    at: st.Point,
    angle: float,
    length: float,
    width: float,
    depth: int,
    ramp: list[st.Ink],
    level: float,
) -> None:
    end = (at[0] + np.cos(angle) * length, at[1] - np.sin(angle) * length)
    shade = int(np.clip(level + 0.07 * (5 - depth) + rng.normal(0, 0.03), 0, 1) * 255)
    sheet.line([at, end], ramp[shade], max(width, 0.003))
    sheet.oval(end[0], end[1], max(width, 0.003) * 0.55, max(width, 0.003) * 0.55, ramp[shade])
    if depth:
        for turn in (-0.42, 0.42):
            _branch(
                rng,
                sheet,
                end,
                angle + turn + rng.normal(0, 0.16),
                length * rng.uniform(0.66, 0.86),
                width * 0.8,
                depth - 1,
                ramp,
                level,
            )


def _tubes(
    rng: np.random.Generator, sheet: st.Sheet, x: float, foot: float, tall: float, ramp: list[st.Ink], level: float
) -> None:
    for _ in range(int(rng.integers(4, 8))):
        tx, lean, height, half = (
            x + rng.normal(0, tall * 0.4),
            rng.normal(0, 0.15),
            tall * rng.uniform(0.5, 1),
            tall * 0.1,
        )
        top = (tx + lean * height, foot - height)
        shades = [ramp[int(np.clip(level + step, 0, 1) * 255)] for step in (-0.12, 0.05, 0.2, -0.25)]
        sheet.polygon(
            [(tx - half * 0.7, foot), (top[0] - half, top[1]), (top[0] + half, top[1]), (tx + half * 0.7, foot)],
            shades[0],
        )
        sheet.polygon([(tx - half * 0.4, foot), (top[0] - half * 0.7, top[1]), (top[0], top[1]), (tx, foot)], shades[1])
        sheet.oval(top[0], top[1], half, half * 0.45, shades[2])
        sheet.oval(top[0], top[1], half * 0.6, half * 0.25, shades[3])


def draw_seaweed(rng: np.random.Generator, sheet: st.Sheet, palette: Palette, focus: float) -> None:
    """Tall kelp at the picture's sides, swaying: ribbons with leaves along them."""
    ramp = st.inks(palette.table)
    for stem in range(int(rng.integers(9, 14))):
        side = -1 if stem % 2 else 1
        x = 0.5 + side * (0.5 - abs(rng.normal(0, 0.11)))
        if abs(x - focus) < 0.10:
            x = focus - 0.2 * side
        tall = rng.uniform(0.28, 0.62)
        phase, sway = rng.uniform(0, 6.3), rng.uniform(0.015, 0.04)
        steps = np.linspace(0, 1, 22)
        xs = x + np.sin(steps * 6 + phase) * sway * (0.3 + steps)
        ys = 1.02 - tall * steps
        base = int(rng.uniform(20, 60))
        sheet.line(zip(xs.tolist(), ys.tolist(), strict=True), ramp[base], 0.005)
        for index in range(2, 22):
            reach = 0.055 * np.sin(np.pi * (0.15 + 0.8 * steps[index])) * rng.uniform(0.7, 1.2)
            way = -1 if index % 2 else 1
            px, py = float(xs[index]), float(ys[index])
            tip = (px + way * reach, py - reach * 0.75)
            shade = ramp[min(255, base + int(70 * steps[index]) + int(rng.uniform(0, 26)))]
            sheet.polygon(
                [
                    (px, py + 0.005),
                    (px + way * reach * 0.6, py - reach * 0.05),
                    tip,
                    (px + way * reach * 0.25, py - reach * 0.6),
                ],
                shade,
            )
