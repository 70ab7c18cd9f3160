"""An edit touches nothing outside its mask, and works at the model's own size wherever the mask lies."""

import numpy as np
import pytest
from PIL import Image

from generation.engine.masks import as_mask
from generation.engine.pipelines.regions import NothingMasked, extend_canvas, find_region, put_back


def _picture(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((256, 256), (100, 100, 140, 150)),
        ((800, 500), (0, 0, 30, 30)),
        ((800, 500), (790, 490, 800, 500)),
        ((1000, 400), (50, 10, 990, 390)),
        ((300, 300), (0, 0, 300, 300)),
        ((97, 131), (40, 60, 41, 61)),
    ],
)
def test_the_region_holds_the_mask_and_has_a_size_that_models_take(
    size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    width, height = size
    mask = np.zeros((height, width), bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    region = find_region(mask, side_px=256)
    assert 0 <= region.left <= box[0]
    assert box[2] <= region.right <= width
    assert 0 <= region.top <= box[1]
    assert box[3] <= region.bottom <= height
    assert region.width % 64 == 0
    assert region.height % 64 == 0
    assert max(region.width, region.height) <= 256


def test_nothing_outside_the_mask_changes_by_a_bit() -> None:
    rng = np.random.default_rng(1)
    for _ in range(12):
        width, height = (int(side) for side in rng.integers(70, 420, 2))
        picture = _picture(width, height)
        mask = rng.random((height, width)) < 0.02
        mask[: int(rng.integers(1, height)), : int(rng.integers(1, width))] = True
        region = find_region(mask, side_px=256)
        painted = Image.new("RGB", (region.width, region.height), (255, 0, 255))
        before, after = np.asarray(picture), np.asarray(put_back(picture, painted, region, mask))
        assert np.array_equal(before[~mask], after[~mask])
        assert not np.array_equal(before[mask], after[mask])


def test_the_middle_of_the_mask_is_what_was_painted() -> None:
    mask = np.zeros((256, 256), bool)
    mask[60:200, 60:200] = True
    region = find_region(mask, side_px=256)
    result = np.asarray(put_back(_picture(256, 256), Image.new("RGB", (256, 256), (9, 99, 200)), region, mask))
    assert (result[70:190, 70:190] == (9, 99, 200)).all()


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(NothingMasked):
        find_region(np.zeros((64, 64), bool), side_px=256)


def test_masks_are_read_from_alpha_or_brightness_and_scaled() -> None:
    drawn = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    drawn.paste((255, 255, 255, 255), (0, 0, 16, 32))
    mask = as_mask(drawn, (64, 64))
    assert mask[:, :32].all()
    assert not mask[:, 32:].any()
    assert np.array_equal(mask, as_mask(drawn.getchannel("A"), (64, 64)))


def test_an_alpha_channel_that_is_opaque_everywhere_says_nothing() -> None:
    """Black and white with an alpha channel, as many programs save a mask: not the whole picture."""
    saved = Image.new("RGBA", (32, 32), (0, 0, 0, 255))
    saved.paste((255, 255, 255, 255), (0, 0, 16, 32))
    mask = as_mask(saved, (32, 32))
    assert mask[:, :16].all()
    assert not mask[:, 16:].any()


def test_a_larger_canvas_keeps_the_picture_and_marks_the_rest() -> None:
    picture = _picture(90, 70)
    canvas, mask = extend_canvas(picture, left=100, bottom=30)
    assert canvas.size == (190, 100)
    assert mask.sum() == 190 * 100 - 90 * 70
    assert np.array_equal(np.asarray(canvas)[:70, 100:], np.asarray(picture))


def test_what_continues_a_picture_meets_its_tones_and_keeps_its_pixels() -> None:
    picture = Image.new("RGB", (256, 256), (40, 90, 160))
    mask = np.zeros((256, 256), bool)
    mask[:, 160:] = True
    region = find_region(mask, side_px=256)
    painted = Image.new("RGB", (region.width, region.height), (90, 120, 120))
    jumps = []
    for continues in (False, True):
        result = np.asarray(put_back(picture, painted, region, mask, continues=continues)).astype(int)
        assert (result[:, :160] == (40, 90, 160)).all()
        jumps.append(np.abs(result[:, 168] - result[:, 159]).max())
    assert jumps[1] < 0.3 * jumps[0]
    assert np.abs(result[:, 255] - (90, 120, 120)).max() < 15, "far from the edge it is what was painted"
