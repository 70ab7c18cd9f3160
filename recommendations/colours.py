"""Which colour a picture shows most, and its shape, in a person's words."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Upper ends of hue in degrees, as people name them; red closes the circle.
_HUES = [(16, "red"), (44, "orange"), (68, "yellow"), (170, "green"), (256, "blue"), (292, "violet"), (340, "pink")]
_GREY_CHROMA = 0.10
_SIDE = 48


def main_colour(picture: Image.Image) -> str:
    """A value of WorkColour.Colour.

    Each pixel of a small copy votes for its hue with its chroma (HSV saturation times value). A picture with little
    chroma is dark, light or grey by its mean brightness.
    """
    small = picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX).convert("HSV")
    hue, saturation, value = (np.asarray(channel, dtype=np.float32).ravel() / 255.0 for channel in small.split())
    chroma = saturation * value
    if float(chroma.mean()) < _GREY_CHROMA:
        return _by_brightness(value)
    degrees = hue * 360
    votes = {"red": float(chroma[degrees >= _HUES[-1][0]].sum())}
    lower = 0
    for upper, name in _HUES:
        votes[name] = votes.get(name, 0.0) + float(chroma[(degrees >= lower) & (degrees < upper)].sum())
        lower = upper
    return max(votes, key=lambda name: votes[name])


def aspect_of(width: int, height: int) -> str:
    """A value of WorkColour.Aspect; sides that differ by less than a tenth look square."""
    if max(width, height) < 1.1 * min(width, height):
        return "square"
    return "wide" if width > height else "tall"


def _by_brightness(value: NDArray[np.float32]) -> str:
    brightness = float(value.mean())
    return "dark" if brightness < 0.3 else "light" if brightness > 0.7 else "grey"
