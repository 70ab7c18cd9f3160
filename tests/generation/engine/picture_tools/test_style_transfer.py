"""Style by reference: its strokes and colours on the picture's drawing."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from generation.engine.picture_tools.pixels import Pixels, luma, to_pixels
from generation.engine.picture_tools.style_transfer import transfer_style

Painting = Callable[[str, int], Image.Image]


def _coarse(pixels: Pixels) -> np.ndarray:
    grey = luma(pixels)
    rows, columns = grey.shape[0] // 16 * 16, grey.shape[1] // 16 * 16
    return grey[:rows, :columns].reshape(rows // 16, 16, columns // 16, 16).mean((1, 3)).ravel()


def _grain(pixels: Pixels) -> float:
    grey = luma(pixels)
    return float(np.abs(np.diff(grey, axis=1)).mean() + np.abs(np.diff(grey, axis=0)).mean())


@pytest.fixture(scope="module")
def styled(painting: Painting) -> tuple[Image.Image, Image.Image, Image.Image]:
    picture, reference = painting("friedrich", 144), painting("van-gogh", 144)
    return picture, reference, transfer_style(picture, reference, strength=1.0)


def test_the_drawing_stays(styled: tuple[Image.Image, Image.Image, Image.Image]) -> None:
    picture, _, result = styled
    assert result.size == picture.size
    assert np.corrcoef(_coarse(to_pixels(picture)), _coarse(to_pixels(result)))[0, 1] > 0.7


def test_strokes_and_colours_come_from_the_reference(styled: tuple[Image.Image, Image.Image, Image.Image]) -> None:
    picture, reference, result = (to_pixels(one) for one in styled)
    before = abs(_grain(picture) - _grain(reference))
    assert abs(_grain(result) - _grain(reference)) < before
    means = [one.reshape(-1, 3).mean(0) for one in (picture, reference, result)]
    assert np.linalg.norm(means[2] - means[1]) < 0.5 * np.linalg.norm(means[0] - means[1])


def test_no_strength_no_change(painting: Painting) -> None:
    picture = painting("turner", 64)
    result = transfer_style(picture, painting("monet", 64), strength=0.0)
    assert np.abs(np.asarray(result, np.int16) - np.asarray(picture, np.int16)).max() <= 1


def test_what_cannot_be_painted_is_refused(painting: Painting) -> None:
    picture = painting("turner", 64)
    with pytest.raises(ValueError, match="strength"):
        transfer_style(picture, picture, strength=-0.1)
    with pytest.raises(ValueError, match="at least"):
        transfer_style(picture, picture.resize((4, 4)))


def test_raising_in_the_report_cancels(painting: Painting) -> None:
    class Cancelled(Exception):
        pass

    def cancel_in_the_middle(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        transfer_style(painting("turner", 96), painting("monet", 96), report=cancel_in_the_middle)
