"""Flow fields: locks of ribbon-like hair that follow a swirling field."""

import numpy as np
from numpy.typing import NDArray

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.drawing import Sheet, centre_of
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.medium_tools import blur_colours
from generation.engine.training.scenes.palettes import Palette

_STEPS = 26
_STEP = 0.018


def _field(rng: np.random.Generator, centre: tuple[float, float]) -> tuple[Field, Field]:
    """Unit directions (vx, vy) of a slow noise field that circles around `centre`."""
    y, x = cv.grid()
    drift = (cv.noise(rng, 1.2, 1.2, 1) - 0.5) * rng.uniform(3.5, 6.5) + rng.uniform(0, 6.28)
    dx, dy = x - centre[0], y - centre[1]
    away = np.hypot(dx, dy)
    pull = np.exp(-((away / rng.uniform(0.26, 0.36)) ** 2))
    tilt = rng.choice([-1, 1]) * rng.uniform(1.15, 1.5)
    swirl = np.arctan2(dy, dx) + tilt
    vx = np.cos(drift) * (1 - pull) + np.cos(swirl) * pull * 1.6
    vy = np.sin(drift) * (1 - pull) + np.sin(swirl) * pull * 1.6
    speed = np.maximum(np.hypot(vx, vy), 1e-3)
    return (vx / speed).astype(np.float32), (vy / speed).astype(np.float32)


def _trace(starts: NDArray[np.float32], vx: Field, vy: Field) -> NDArray[np.float32]:
    """Tracks (steps, n, 2) through the field, half of each before its start."""

    def walk(at: NDArray[np.float32], step: float, count: int) -> list[NDArray[np.float32]]:
        track = []
        for _ in range(count):
            column, row = np.clip(at * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int).T
            at = (at + step * np.stack([vx[row, column], vy[row, column]], axis=1)).astype(np.float32)
            track.append(at)
        return track

    half = _STEPS // 2
    return np.stack([*walk(starts, -_STEP, half)[::-1], starts, *walk(starts, _STEP, half)])


def _locks(rng: np.random.Generator, vx: Field, vy: Field, count: int, strands: int) -> NDArray[np.float32]:
    """Starts (count · strands, 2): each lock's strands lie side by side across the flow."""
    roots = np.stack(np.meshgrid(np.arange(8), np.arange(8)), axis=-1).reshape(-1, 2) / 8 + 1 / 16
    roots = roots[rng.permutation(len(roots))[:count]] + rng.normal(0, 0.05, (count, 2))
    column, row = np.clip(roots * cv.SIDE_PX, 0, cv.SIDE_PX - 1).astype(int).T
    across = np.stack([-vy[row, column], vx[row, column]], axis=1)
    spread = np.linspace(-1, 1, strands) * 0.042
    starts = roots[:, None, :] + across[:, None, :] * spread[None, :, None]
    return starts.reshape(-1, 2).astype(np.float32)


def draw_flow_field(rng: np.random.Generator, facts: SceneFacts, palette: Palette) -> Field:
    """Locks of shaded strands, the farther ones dark and soft, the nearer ones light and sharp."""
    centre = centre_of(rng, facts)
    vx, vy = _field(rng, centre)
    dark = rng.random() < 0.7
    lit = cv.glow(centre[0], centre[1], 0.45)
    base = 0.10 + 0.20 * lit if dark else 0.92 - 0.2 * lit
    picture = palette.paint((base + 0.08 * (cv.noise(rng, 2, 2, 2) - 0.5)).astype(np.float32))
    tone_map = cv.noise(rng, 1.6, 1.6, 2)
    accent_locks = rng.random(64) < 0.10
    strands = 6
    for layer, (count, soft) in enumerate(((44, 5.0), (38, 1.2), (28, 0.0))):
        near = layer / 2
        sheet = Sheet(picture)
        tracks = _trace(_locks(rng, vx, vy, count, strands), vx, vy)
        for lock in range(count):
            _draw_lock(
                rng,
                sheet,
                palette,
                tracks[:, lock * strands : (lock + 1) * strands],
                tone_map,
                lit,
                near=near,
                dark=dark,
                accent=bool(accent_locks[lock]) and layer > 0,
            )
        picture = sheet.lift()
        if soft:
            picture = blur_colours(picture, soft)
    shine = cv.blur(np.clip(picture.mean(axis=2) - 0.62, 0, 1), 9.0)
    return np.asarray(picture + (shine * (0.5 if dark else 0.2))[..., None] * palette.light, np.float32)


def _draw_lock(
    rng: np.random.Generator,
    sheet: Sheet,
    palette: Palette,
    tracks: NDArray[np.float32],
    tone_map: Field,
    lit: Field,
    *,
    near: float,
    dark: bool,
    accent: bool,
) -> None:
    strands = tracks.shape[1]
    middle = np.clip(tracks[len(tracks) // 2, strands // 2], 0, 0.999)
    column, row = (middle * cv.SIDE_PX).astype(int)
    glowing = float(lit[row, column])
    if dark:
        tone = 0.16 + 0.24 * near + 0.38 * float(tone_map[row, column]) + 0.24 * glowing
    else:
        tone = 0.74 - 0.22 * near - 0.42 * float(tone_map[row, column]) - 0.10 * glowing
    order = np.argsort(-np.abs(np.arange(strands) - strands / 2))
    shadow = palette.at(0.05 if dark else 0.4)
    # A shadow under the whole lock lifts it off what lies behind.
    t = np.linspace(0, 1, len(tracks), dtype=np.float32)
    taper = np.sqrt(np.sin(np.pi * np.clip(t, 0.0, 1.0)).clip(0.0))
    breadth = np.minimum(np.hypot(*(tracks[:, -1] - tracks[:, 0]).T), 0.06) * 0.9 + 0.012
    sheet.ribbon(tracks[:, strands // 2] + np.float32(0.006), breadth * taper, shadow, 0.30 if dark else 0.20)
    # Light falls on one flank of the lock: the strands' tones rise and fall across it.
    for strand in order:
        across = strand / (strands - 1)
        shade = tone + 0.20 * np.sin(np.pi * across**0.7) - 0.12 + 0.05 * rng.normal()
        colour = palette.accent_at(shade) if accent else palette.at(shade)
        first = int(rng.integers(0, 5))
        last = len(tracks) - int(rng.integers(0, 5))
        hair = tracks[first:last, strand]
        wide = np.sin(np.pi * np.linspace(0.04, 0.96, len(hair))) ** 0.6
        sheet.ribbon(hair, (0.0115 + 0.003 * near) * wide, colour)
    crest = tracks[4:-4, int(strands * 0.42)]
    wide = np.sin(np.pi * np.linspace(0.0, 1.0, len(crest)))
    sheet.ribbon(crest, 0.0055 * wide, palette.at(min(tone + 0.34, 1.0)), 0.85)
