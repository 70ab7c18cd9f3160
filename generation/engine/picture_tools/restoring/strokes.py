"""Shapes of damage: wandering lines, soft fields, blots."""

import cv2
import numpy as np

from generation.engine.picture_tools.pixels import Pixels

# OpenCV draws to 1/16 pixel.
_SHIFT = 4


def wandering_line(
    rng: np.random.Generator, start: tuple[float, float], angle: float, length: float, wander: float
) -> np.ndarray:
    """Points (n, 2), x and y in pixels, of a line that leaves its direction by about `wander` radians a step."""
    steps = max(int(length / 4), 2)
    turns = angle + np.cumsum(rng.normal(0, wander, steps))
    moves = np.stack([np.cos(turns), np.sin(turns)], axis=1) * (length / steps)
    return np.concatenate([np.array([start]), np.array(start) + np.cumsum(moves, axis=0)])


def draw_line(canvas: Pixels, points: np.ndarray, width_px: float) -> None:
    """Draws a smooth-edged line of ones into `canvas` (H, W)."""
    scaled = np.round(points * 2**_SHIFT).astype(np.int32)[:, None]
    layer = np.zeros(canvas.shape, np.uint8)
    cv2.polylines(layer, [scaled], False, 255, max(round(width_px), 1), cv2.LINE_AA, _SHIFT)
    np.maximum(canvas, layer.astype(np.float32) / 255, out=canvas)


def soft_field(rng: np.random.Generator, shape: tuple[int, int], cell_px: float, octaves: int = 3) -> Pixels:
    """Smooth noise (H, W) in 0 to 1; its largest blobs are about `cell_px` wide."""
    height, width = shape
    field = np.zeros(shape, np.float32)
    weight, total = 1.0, 0.0
    for octave in range(octaves):
        cell = max(cell_px / 2**octave, 1.0)
        cells = rng.random((int(height / cell) + 2, int(width / cell) + 2), np.float32)
        field += weight * cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC)
        weight, total = weight / 2, total + weight
    return np.asarray(np.clip(field / total, 0, 1), np.float32)


def blot(rng: np.random.Generator, shape: tuple[int, int], radius_px: float, ragged: float) -> Pixels:
    """Signed distance (H, W) in pixels, positive inside, of a ragged blot somewhere on the picture."""
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    centre_y, centre_x = rng.uniform(0, height), rng.uniform(0, width)
    squeeze, turn = rng.uniform(0.7, 1.4), rng.uniform(0, np.pi)
    along = (x - centre_x) * np.cos(turn) + (y - centre_y) * np.sin(turn)
    across = (y - centre_y) * np.cos(turn) - (x - centre_x) * np.sin(turn)
    distance = np.sqrt((along * squeeze) ** 2 + (across / squeeze) ** 2)
    edge = (soft_field(rng, shape, max(radius_px, 4.0)) - 0.5) * 2 * ragged * radius_px
    return np.asarray(radius_px + edge - distance, np.float32)
