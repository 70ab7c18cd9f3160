"""Colours for a grey picture: from a reference, from a network, or an honest refusal."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn

from generation.engine.picture_tools.colourizing import PART, Colourist, ColoursUnknown, colourize
from generation.engine.picture_tools.oklab import to_oklab
from generation.engine.picture_tools.pixels import to_pixels

Painting = Callable[[str, int], Image.Image]


def _colour_error(picture: Image.Image, true: Image.Image) -> float:
    off = to_oklab(to_pixels(picture))[..., 1:] - to_oklab(to_pixels(true))[..., 1:]
    return float(np.linalg.norm(off, axis=2).mean())


def test_its_right_half_tells_the_colours_of_its_left(painting: Painting) -> None:
    true = painting("van-gogh", 200)
    left = true.crop((0, 0, true.width // 2, true.height))
    right = true.crop((true.width // 2, 0, true.width, true.height))
    grey = left.convert("L")
    result = colourize(grey, reference=right)
    assert result.method == "reference"
    assert result.picture.size == left.size
    assert _colour_error(result.picture, left) < 0.8 * _colour_error(grey, left)


def test_lightness_is_the_pictures_own(painting: Painting) -> None:
    grey = painting("monet", 128).convert("L")
    result = colourize(grey, reference=painting("turner", 128))
    before, after = to_oklab(to_pixels(grey))[..., 0], to_oklab(to_pixels(result.picture))[..., 0]
    assert np.abs(before - after).mean() < 0.01


def test_neither_reference_nor_network(tmp_path: Path, painting: Painting) -> None:
    with pytest.raises(ColoursUnknown, match="reference"):
        colourize(painting("monet", 64), folder=tmp_path)


def test_a_network_colours_any_size(
    tmp_path: Path, painting: Painting, shaken: Callable[[nn.Module, Path, str], None]
) -> None:
    shaken(Colourist(), tmp_path, PART)
    picture = painting("turner", 101).convert("L")
    result = colourize(picture, folder=tmp_path)
    assert result.method == "learned"
    assert result.picture.size == picture.size
    assert np.ptp(np.asarray(result.picture, np.int16), axis=2).max() > 5
