"""What stands in an ink landscape: sampans, cranes, bamboo."""

import numpy as np

from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet, bezier
from generation.engine.training.scenes.palettes import Palette


def draw_boats(
    rng: np.random.Generator, picture: Field, palette: Palette, focus: float, shore: float, count: int
) -> Field:
    """Exactly `count` sampans with a mat roof and a standing fisher, apart from each other."""
    sheet = Sheet(picture)
    size = {1: 0.11, 2: 0.095, 3: 0.078, 5: 0.062}[count]
    gap = size * 2 * 1.22
    spread = (np.arange(count) - (count - 1) / 2) * (gap if count < 5 else gap * 0.98)
    middle = float(np.clip(focus, size - spread[0] + 0.04, 1 - size - spread[-1] - 0.04)) if count < 5 else 0.5
    room = 0.90 - shore - 0.05
    for index, offset in enumerate(spread):
        bx = middle + float(offset) * (1 if count < 5 else min(1.0, 0.80 / (4 * gap)))
        by = shore + 0.05 + room * (0.25 + 0.5 * (index % 2) + rng.uniform(-0.1, 0.1))
        _sampan(sheet, palette, bx, by, size, 1 if rng.random() < 0.5 else -1)
    return sheet.lift()


def _sampan(sheet: Sheet, palette: Palette, bx: float, by: float, size: float, way: int) -> None:
    ink, wash = palette.at(0.05), palette.at(0.30)

    def at(points: list[tuple[float, float]]) -> Field:
        return np.array([(bx + px * size * way, by + py * size) for px, py in points], np.float32)

    for step in range(3):  # the shadow on the water
        half = 0.8 - 0.22 * step
        sheet.line(at([(-half, 0.24 + 0.09 * step), (half, 0.24 + 0.09 * step)]), palette.at(0.5), 0.005, 0.6)
    upper = bezier((-1.0, -0.14), (0.0, 0.10), (1.0, -0.22), 16)
    lower = bezier((0.86, 0.04), (0.0, 0.34), (-0.84, 0.10), 16)
    sheet.polygon(at([tuple(p) for p in np.concatenate([upper, lower]).tolist()]), ink)
    roof = [tuple(p) for p in bezier((-0.42, 0.0), (-0.02, -0.66), (0.36, 0.0), 14).tolist()]
    sheet.polygon(at(roof), wash)
    sheet.line(at(roof), ink, 0.005)
    # The fisher: robe, head, broad hat, pole.
    sheet.polygon(at([(0.50, 0.0), (0.55, -0.42), (0.68, -0.42), (0.74, 0.0)]), ink)
    sheet.disc(bx + 0.615 * size * way, by - 0.48 * size, 0.075 * size, ink)
    sheet.polygon(at([(0.44, -0.50), (0.615, -0.68), (0.79, -0.50)]), ink)
    sheet.line(at([(0.66, -0.30), (1.20, 0.22)]), ink, 0.0035)


def draw_birds(rng: np.random.Generator, picture: Field, palette: Palette, cx: float) -> Field:
    """A loose skein of cranes, each two brushed wings."""
    sheet = Sheet(picture)
    cx, cy = float(np.clip(cx, 0.25, 0.75)), rng.uniform(0.14, 0.22)
    for bird in range(int(rng.integers(5, 8))):
        bx, by = cx + (bird - 3) * 0.06 + rng.normal(0, 0.012), cy + abs(bird - 3) * 0.02 + rng.normal(0, 0.015)
        span, flap = rng.uniform(0.022, 0.034), rng.uniform(0.3, 0.9)
        for way in (-1, 1):
            tip = (bx + way * span, by - span * flap)
            wing = bezier((bx, by), (bx + way * span * 0.5, by - span * (flap + 0.3)), tip, 8)
            under = bezier(tip, (bx + way * span * 0.5, by - span * flap * 0.55), (bx, by + span * 0.16), 8)
            sheet.polygon(np.concatenate([wing, under]), palette.at(0.06))
    return sheet.lift()


def draw_bamboo(rng: np.random.Generator, picture: Field, palette: Palette, at: float) -> Field:
    """Stalks at the picture's edge with hanging sprays of leaves, in strong ink."""
    sheet = Sheet(picture)
    inward = 1 if at < 0.5 else -1
    for stalk in range(int(rng.integers(2, 4))):
        foot = at + rng.normal(0, 0.03)
        lean = inward * rng.uniform(0.0, 0.09)
        tone = (0.08, 0.24, 0.4)[stalk]
        for joint in range(8):
            low, high = joint / 7.2, (joint + 0.95) / 7.2
            x0, x1 = foot + lean * low**2, foot + lean * high**2
            sheet.line(np.array([(x0, 1.02 - low), (x1, 1.02 - high)]), palette.at(tone + 0.12), 0.018)
            edge = np.array([(x0 + 0.006, 1.02 - low), (x1 + 0.006, 1.02 - high)])
            sheet.line(edge, palette.at(tone), 0.006)
            if joint < 2:
                continue
            for spray in range(2):
                rx, ry = x1, 1.02 - high
                way = inward if spray == 0 or rng.random() < 0.6 else -inward
                ex, ey = rx + way * rng.uniform(0.04, 0.11), ry - rng.uniform(-0.01, 0.05)
                sheet.line(bezier((rx, ry), ((rx + ex) / 2, ry - 0.03), (ex, ey), 8), palette.at(tone), 0.003)
                for _ in range(int(rng.integers(3, 6))):
                    heading = np.pi / 2 - way * rng.uniform(-0.5, 1.2)
                    length = rng.uniform(0.06, 0.11)
                    tip = (ex + length * np.cos(heading), ey + length * np.sin(heading))
                    bow = length * 0.13
                    mx, my = ex + 0.4 * (tip[0] - ex), ey + 0.4 * (tip[1] - ey)
                    nx, ny = -np.sin(heading) * bow, np.cos(heading) * bow
                    one, two = (
                        bezier((ex, ey), (mx + nx, my + ny), tip, 7),
                        bezier(tip, (mx - nx, my - ny), (ex, ey), 7),
                    )
                    sheet.polygon(np.concatenate([one, two]), palette.at(tone + rng.uniform(-0.04, 0.1)), 0.92)
    return sheet.lift()
