"""Damage laid on a sound picture, so that mending can be trained and measured.

Lengths grow with the picture's shorter side, so that a picture of any size is damaged alike. The models: light fades
pigments towards the ground's tone, each at its own rate, and lowers contrast; aged varnish absorbs blue more than red
(Beer-Lambert) and scatters; foxing and water stains absorb, they hide little; scratches, tears and the crack
along a fold take the paint away.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from generation.engine.picture_tools.pixels import Mask, Pixels, luma
from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.strokes import blot, draw_line, soft_field, wandering_line


@dataclass(frozen=True)
class Damage:
    """A damaged picture (H, W, 3); where it was changed locally; and the share (H, W) of each pixel that is lost.

    Global damage has an empty mask and loses nothing.
    """

    picture: Pixels
    mask: Mask
    lost: Pixels


# What a kind does: (random source, sound picture) to (damaged picture, share touched, share lost).
_Result = tuple[Pixels, Pixels, Pixels]
_NOTICEABLE = 0.02


def _unit(picture: Pixels) -> float:
    """The length that is 1 px on a picture of 512 px."""
    return min(picture.shape[:2]) / 512


def _cover(picture: Pixels, colour: np.ndarray, share: Pixels) -> Pixels:
    return np.asarray(picture * (1 - share[..., None]) + colour * share[..., None], np.float32)


def _scratches(rng: np.random.Generator, picture: Pixels) -> _Result:
    height, width = picture.shape[:2]
    lost = np.zeros((height, width), np.float32)
    damaged = picture
    for _ in range(rng.integers(8, 26)):
        layer = np.zeros((height, width), np.float32)
        start = (rng.uniform(0, width), rng.uniform(0, height))
        length = rng.uniform(0.1, 0.7) * max(height, width)
        line = wandering_line(rng, start, rng.uniform(0, 2 * np.pi), length, 0.02)
        draw_line(layer, line, rng.uniform(1.0, 3.2) * max(_unit(picture), 0.5))
        layer *= rng.uniform(0.75, 1.0)
        tone = rng.uniform(0.8, 1.0) if rng.random() < 0.7 else rng.uniform(0.0, 0.15)
        damaged = _cover(damaged, np.array([tone, tone * 0.98, tone * 0.93], np.float32), layer)
        lost = np.maximum(lost, layer)
    return damaged, lost, lost


def _border_start(rng: np.random.Generator, height: int, width: int) -> tuple[tuple[float, float], float]:
    """A point on the border and the direction inwards."""
    side = rng.integers(4)
    if side < 2:
        return (rng.uniform(0, width), 0.0 if side == 0 else height - 1.0), (np.pi / 2 if side == 0 else -np.pi / 2)
    return (0.0 if side == 2 else width - 1.0, rng.uniform(0, height)), (0.0 if side == 2 else np.pi)


def _tears(rng: np.random.Generator, picture: Pixels) -> _Result:
    height, width = picture.shape[:2]
    unit = max(_unit(picture), 0.4)
    lost = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(2, 5)):
        start, inwards = _border_start(rng, height, width)
        length = rng.uniform(0.25, 0.7) * min(height, width)
        line = wandering_line(rng, start, inwards + rng.normal(0, 0.35), length, 0.16)
        widest = rng.uniform(5, 16) * unit
        for index in range(len(line) - 1):
            # Widest at the border, closing inwards.
            breadth = widest * (1 - index / len(line)) * rng.uniform(0.6, 1.3)
            draw_line(lost, line[index : index + 2], max(breadth, 1.0))
    paper = np.array([0.93, 0.90, 0.83], np.float32) * rng.uniform(0.85, 1.05)
    fibres = (soft_field(rng, (height, width), 4) - 0.5)[..., None] * 0.1
    rim = cv2.dilate(lost, np.ones((3, 3), np.uint8)) - lost
    shaded = picture * (1 - 0.5 * rim[..., None])
    return _cover(shaded, np.clip(paper + fibres, 0, 1), lost), np.maximum(lost, rim), lost


def _folds(rng: np.random.Generator, picture: Pixels) -> _Result:
    height, width = picture.shape[:2]
    unit = max(_unit(picture), 0.4)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    damaged, touched = picture, np.zeros((height, width), np.float32)
    lost = np.zeros((height, width), np.float32)
    for index in range(rng.integers(1, 4)):
        angle = (index % 2) * np.pi / 2 + rng.normal(0, 0.12)
        offset = rng.uniform(0.2, 0.8)
        across = (x - width * offset) * np.cos(angle) + (y - height * offset) * np.sin(angle)
        bend = (soft_field(rng, (height, width), 0.4 * min(height, width), 1) - 0.5) * 6 * unit
        distance = across + bend
        reach = rng.uniform(5, 14) * unit
        shade = np.exp(-np.abs(distance) / reach) * np.sign(distance) * rng.uniform(0.1, 0.28) * rng.choice([-1, 1])
        damaged = np.clip(damaged * (1 + shade[..., None]), 0, 1)
        touched = np.maximum(touched, (np.abs(shade) > 0.03).astype(np.float32))
        # Along the crease the paint flakes off here and there.
        flaked = soft_field(rng, (height, width), 14 * unit) > rng.uniform(0.4, 0.55)
        crease = np.clip(rng.uniform(0.8, 1.8) * unit + 0.7 - np.abs(distance), 0, 1) * np.where(flaked, 0.95, 0.25)
        damaged = _cover(np.asarray(damaged, np.float32), np.array([0.92, 0.89, 0.82], np.float32), crease)
        lost = np.maximum(lost, np.asarray(crease, np.float32))
    return np.asarray(damaged, np.float32), np.maximum(touched, lost), lost


def _foxing(rng: np.random.Generator, picture: Pixels) -> _Result:
    height, width = picture.shape[:2]
    unit = max(_unit(picture), 0.4)
    depth = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(40, 140)):
        radius = min(float(rng.lognormal(1.6, 0.6)), 22.0) * unit
        cx, cy, reach = rng.uniform(0, width), rng.uniform(0, height), int(radius * 2.5) + 2
        left, top = max(int(cx) - reach, 0), max(int(cy) - reach, 0)
        right, bottom = min(int(cx) + reach + 1, width), min(int(cy) + reach + 1, height)
        y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
        distance = np.sqrt((x - cx) ** 2 + (y - cy) ** 2) / max(radius, 0.7)
        spot = rng.uniform(0.3, 1.0) * np.exp(-(distance ** rng.uniform(1.6, 4.0)))
        depth[top:bottom, left:right] = np.maximum(depth[top:bottom, left:right], spot)
    depth *= 0.7 + 0.6 * soft_field(rng, (height, width), 5 * unit)
    absorbed = np.array([0.35, 0.85, 1.5], np.float32) * rng.uniform(0.6, 1.1)
    damaged = picture * np.exp(-absorbed * depth[..., None])
    return np.asarray(damaged, np.float32), np.asarray(depth * 0.5, np.float32), np.zeros_like(depth)


def _stains(rng: np.random.Generator, picture: Pixels) -> _Result:
    height, width = picture.shape[:2]
    unit = max(_unit(picture), 0.4)
    damaged, touched = picture, np.zeros((height, width), np.float32)
    for _ in range(rng.integers(1, 4)):
        inside = blot(rng, (height, width), rng.uniform(0.08, 0.24) * min(height, width), 0.35)
        body = np.clip(inside / (3 * unit) + 0.5, 0, 1) * rng.uniform(0.15, 0.5)
        # Dirt gathers where the water dried last: the tide line.
        tide = np.exp(-((inside / (rng.uniform(2, 5) * unit)) ** 2)) * rng.uniform(0.3, 0.9)
        depth = (body + tide) * (0.8 + 0.4 * soft_field(rng, (height, width), 30 * unit))
        absorbed = np.array([0.35, 0.55, 0.9], np.float32) * rng.uniform(0.7, 1.2)
        damaged = damaged * np.exp(-absorbed * depth[..., None])
        touched = np.maximum(touched, np.asarray(depth, np.float32))
    return np.asarray(damaged, np.float32), touched, np.zeros((height, width), np.float32)


def _fading(rng: np.random.Generator, picture: Pixels) -> _Result:
    # Red lakes and yellows go first.
    faded = rng.uniform(0.25, 0.65) * np.array([rng.uniform(0.8, 1.15), rng.uniform(0.9, 1.05), rng.uniform(0.8, 1.1)])
    ground = np.array([0.88, 0.84, 0.76]) * rng.uniform(0.9, 1.08)
    grey = luma(picture)[..., None]
    pale = grey + (picture - grey) * rng.uniform(0.45, 0.85)
    damaged = np.clip(pale * (1 - faded) + ground * faded, 0, 1)
    nothing = np.zeros(picture.shape[:2], np.float32)
    return np.asarray(damaged, np.float32), nothing, nothing


def _varnish(rng: np.random.Generator, picture: Pixels) -> _Result:
    thickness = rng.uniform(0.35, 1.0)
    uneven = 1 + 0.16 * (soft_field(rng, picture.shape[:2], 0.6 * min(picture.shape[:2]), 1) - 0.5)
    absorbed = np.array([0.12, 0.35, 1.0], np.float32) * thickness
    haze = rng.uniform(0.0, 0.10) * np.array([0.55, 0.45, 0.25], np.float32)
    damaged = np.clip(picture * np.exp(-absorbed * uneven[..., None]) * 0.95 + haze, 0, 1)
    nothing = np.zeros(picture.shape[:2], np.float32)
    return np.asarray(damaged, np.float32), nothing, nothing


def _noise(rng: np.random.Generator, picture: Pixels) -> _Result:
    strength = rng.uniform(0.04, 0.13)
    grain = rng.normal(0, strength, picture.shape).astype(np.float32)
    # Film grain is shared by the colours in part.
    shared = rng.normal(0, strength, picture.shape[:2]).astype(np.float32)[..., None]
    mix = rng.uniform(0.0, 0.7)
    damaged = np.clip(picture + grain * np.sqrt(1 - mix**2) + shared * mix, 0, 1)
    nothing = np.zeros(picture.shape[:2], np.float32)
    return np.asarray(damaged, np.float32), nothing, nothing


_DAMAGE: dict[DamageKind, Callable[[np.random.Generator, Pixels], _Result]] = {
    DamageKind.SCRATCHES: _scratches,
    DamageKind.TEARS: _tears,
    DamageKind.FOLDS: _folds,
    DamageKind.FOXING: _foxing,
    DamageKind.STAINS: _stains,
    DamageKind.FADING: _fading,
    DamageKind.VARNISH: _varnish,
    DamageKind.NOISE: _noise,
}


def damage(picture: Pixels, kind: DamageKind, rng: np.random.Generator) -> Damage:
    """`picture` (H, W, 3) with damage of `kind`, rounded to bytes as a scan would be; the same `rng` gives the same."""
    damaged, touched, lost = _DAMAGE[kind](rng, picture)
    rounded = np.round(np.clip(damaged, 0, 1) * 255) / 255
    return Damage(np.asarray(rounded, np.float32), touched > _NOTICEABLE, np.asarray(lost, np.float32))
