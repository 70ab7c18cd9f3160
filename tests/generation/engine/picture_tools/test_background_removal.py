"""Cutting out: the right place, a soft edge, a hint, and nothing where there is nothing."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from generation.engine.picture_tools.background_removal import NoSubjectFound, remove_background
from generation.engine.picture_tools.restoring.strokes import soft_field

Painting = Callable[[str, int], Image.Image]


def _subject_on_a_lawn() -> tuple[Image.Image, np.ndarray]:
    """A red blob on mottled green, and where it is."""
    rng = np.random.default_rng(4)
    mottled = soft_field(rng, (180, 240), 20)[..., None]
    lawn = np.array([0.25, 0.5, 0.25], np.float32) + 0.15 * (mottled - 0.5)
    inside = np.zeros((180, 240), np.uint8)
    cv2.ellipse(inside, (130, 95), (55, 38), 20, 0, 360, 1, -1)
    red = np.array([0.75, 0.2, 0.15], np.float32) + 0.2 * (mottled - 0.5)
    picture = np.where(inside[..., None] > 0, red, lawn)
    return Image.fromarray(np.asarray(picture * 255, np.uint8)), inside > 0


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_the_subject_is_found_and_its_colours_stay() -> None:
    picture, inside = _subject_on_a_lawn()
    cut = remove_background(picture)
    assert cut.picture.mode == "RGBA"
    assert _overlap(cut.opacity > 0.5, inside) > 0.9
    np.testing.assert_array_equal(np.asarray(cut.picture)[..., :3], np.asarray(picture))
    assert np.asarray(cut.picture)[5, 5, 3] == 0


def test_a_hint_decides_which_subject() -> None:
    picture, _ = _subject_on_a_lawn()
    other = np.asarray(picture).copy()
    cv2.circle(other, (35, 35), 20, (40, 60, 200), -1)
    hint = Image.new("L", picture.size, 0)
    hint.paste(255, (17, 17, 54, 54))
    cut = remove_background(Image.fromarray(other), painted=hint)
    wanted = np.zeros((180, 240), np.uint8)
    cv2.circle(wanted, (35, 35), 20, 1, -1)
    assert _overlap(cut.opacity > 0.5, wanted > 0) > 0.85


def test_a_figure_in_a_real_painting(painting: Painting) -> None:
    cut = remove_background(painting("friedrich", 256))
    height, width = cut.opacity.shape
    middle = cut.opacity[height // 3 : height * 3 // 4, width * 2 // 5 : width * 3 // 5]
    corners = np.concatenate(
        [cut.opacity[: height // 8, : width // 8].ravel(), cut.opacity[: height // 8, -width // 8 :].ravel()]
    )
    assert middle.mean() > corners.mean() + 0.4


@pytest.mark.parametrize("picture", [Image.new("RGB", (64, 64), (90, 90, 90)), Image.new("RGB", (16, 90), (0, 0, 0))])
def test_a_flat_picture_has_no_subject(picture: Image.Image) -> None:
    with pytest.raises(NoSubjectFound):
        remove_background(picture)


def test_an_empty_hint_has_no_subject() -> None:
    picture, _ = _subject_on_a_lawn()
    with pytest.raises(NoSubjectFound):
        remove_background(picture, painted=Image.new("L", picture.size, 0))
