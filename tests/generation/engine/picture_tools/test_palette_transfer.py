"""Palette transfer: the reference's colours, the picture's drawing."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from scipy.stats import wasserstein_distance

from generation.engine.picture_tools.oklab import from_oklab, to_oklab
from generation.engine.picture_tools.palette_transfer import transfer_palette
from generation.engine.picture_tools.pixels import to_pixels

Painting = Callable[[str, int], Image.Image]


def _colour_gap(one: Image.Image, other: Image.Image) -> float:
    a, b = (to_oklab(to_pixels(picture)).reshape(-1, 3) for picture in (one, other))
    return sum(float(wasserstein_distance(a[:, axis], b[:, axis])) for axis in (1, 2))


def test_oklab_there_and_back() -> None:
    colours = np.random.default_rng(1).random((500, 3)).astype(np.float32)
    np.testing.assert_allclose(from_oklab(to_oklab(colours)), colours, atol=2e-3)
    # White, and sRGB's red, as the space's author gives them.
    np.testing.assert_allclose(to_oklab(np.ones((1, 3), np.float32)), [[1, 0, 0]], atol=2e-3)
    np.testing.assert_allclose(to_oklab(np.array([[1, 0, 0]], np.float32)), [[0.628, 0.225, 0.126]], atol=2e-3)


def test_colours_move_to_the_reference_and_the_drawing_stays(painting: Painting) -> None:
    picture, reference = painting("turner", 160), painting("monet", 160)
    result = transfer_palette(picture, reference)
    assert result.size == picture.size
    assert _colour_gap(result, reference) < 0.35 * _colour_gap(picture, reference)
    lightness = [to_oklab(to_pixels(one))[..., 0].ravel() for one in (picture, result)]
    assert np.corrcoef(*lightness)[0, 1] > 0.9


def test_no_strength_no_change(painting: Painting) -> None:
    picture = painting("turner", 96)
    result = transfer_palette(picture, painting("monet", 96), strength=0.0)
    assert np.abs(np.asarray(result, np.int16) - np.asarray(picture, np.int16)).max() <= 1
    with pytest.raises(ValueError, match="strength"):
        transfer_palette(picture, picture, strength=1.5)


def test_a_flat_picture_takes_the_middle_of_the_reference(painting: Painting) -> None:
    flat = Image.new("RGB", (40, 40), (128, 128, 128))
    result = np.asarray(transfer_palette(flat, Image.new("RGB", (40, 40), (200, 60, 60))), np.int16)
    # One colour stays one colour.
    assert np.ptp(result.reshape(-1, 3), axis=0).max() <= 2
    assert result[0, 0, 0] > result[0, 0, 1] + 40
