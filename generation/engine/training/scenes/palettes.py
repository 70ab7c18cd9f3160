"""Nine colour families. A palette is a ramp of colours from dark to light within one family, an accent and a light."""

import colorsys
from dataclasses import dataclass

import numpy as np

from generation.engine.training.scenes.canvas import Field


@dataclass(frozen=True)
class Family:
    """How one family's ramp is built: hue in degrees, its drift towards the shadows, strength and height."""

    hue: float
    shadow_drift: float
    saturation: float
    value: float
    light: tuple[float, float, float]


FAMILIES: dict[str, Family] = {
    "crimson": Family(353, -12, 1.0, 0.90, (1.0, 0.86, 0.72)),
    "orange": Family(23, -14, 1.0, 1.0, (1.0, 0.95, 0.70)),
    "golden": Family(46, -14, 1.0, 1.04, (1.0, 0.98, 0.80)),
    "green": Family(122, 22, 0.80, 0.88, (1.0, 0.98, 0.74)),
    "turquoise": Family(177, 14, 0.90, 0.95, (1.0, 0.96, 0.80)),
    "blue": Family(216, 14, 0.95, 1.0, (1.0, 0.93, 0.76)),
    "violet": Family(271, -10, 0.80, 0.95, (1.0, 0.88, 0.80)),
    "pink": Family(333, -12, 0.70, 1.14, (1.0, 0.95, 0.84)),
    "monochrome": Family(220, 0, 0.05, 0.98, (1.0, 1.0, 0.99)),
}

# (position, share of the drift, saturation, value) of the ramp's stops.
_STOPS = (
    (0.0, 1.0, 0.78, 0.09),
    (0.25, 0.55, 0.84, 0.36),
    (0.5, 0.0, 0.80, 0.68),
    (0.75, -0.35, 0.56, 0.90),
    (1.0, -0.8, 0.20, 0.99),
)


@dataclass(frozen=True)
class Palette:
    """Colours to paint with.

    `table` is (256, 3) from dark to light; `accent` a second such ramp, of another hue, for what shall stand out and
    covers no more than a quarter of the picture; `light` the colour of lamps and suns.
    """

    name: str
    table: Field
    accent: Field
    light: Field

    def at(self, tone: float) -> Field:
        """The colour (3,) of one tone in [0, 1]."""
        return self.table[int(np.clip(tone, 0, 1) * 255)]

    def paint(self, tones: Field) -> Field:
        """Colours (..., 3) of a field of tones in [0, 1]."""
        return self.table[(np.clip(tones, 0, 1) * 255).astype(np.uint8)]

    def accent_at(self, tone: float) -> Field:
        """The accent's colour (3,) of one tone in [0, 1]."""
        return self.accent[int(np.clip(tone, 0, 1) * 255)]

    def accent_paint(self, tones: Field) -> Field:
        """The accent's colours (..., 3) of a field of tones in [0, 1]."""
        return self.accent[(np.clip(tones, 0, 1) * 255).astype(np.uint8)]


# Hues, relative to the family's own, that an accent takes: the complement, its neighbours, and near relatives.
_ACCENT_TURNS = (180.0, 150.0, 210.0, 40.0, -40.0)


def _ramp(hue: float, strength: float, drift: float, height: float) -> Field:
    positions, colours = [], []
    for position, share, saturation, value in _STOPS:
        h = ((hue + drift * share) % 360) / 360
        v = min(1.0, value * height if position else value)
        positions.append(position)
        colours.append(colorsys.hsv_to_rgb(h, min(1.0, saturation * strength), v))
    steps = np.linspace(0, 1, 256)
    stops = np.array(colours)
    return np.stack([np.interp(steps, positions, stops[:, c]) for c in range(3)], axis=1).astype(np.float32)


def make_palette(name: str, rng: np.random.Generator) -> Palette:
    """A palette of the family `name`, a little different at each call."""
    family = FAMILIES[name]
    hue = family.hue + rng.uniform(-5, 5)
    strength = family.saturation * rng.uniform(0.88, 1.06)
    drift = family.shadow_drift * rng.uniform(0.7, 1.3)
    turn = float(rng.choice(_ACCENT_TURNS)) + rng.uniform(-8, 8)
    accent_strength = 0.95 if name != "monochrome" else 0.06
    return Palette(
        name=name,
        table=_ramp(hue, strength, drift, family.value),
        accent=_ramp(hue + turn, accent_strength, 0.0, 1.0),
        light=np.array(family.light, np.float32),
    )
