"""Enlarging: size, no seams, the same in pieces as in one go, an honest word on the method, cancelling."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn

from generation.engine.picture_tools.tiles import Tiling
from generation.engine.picture_tools.upscaling import PART, UpscaleNetwork, upscale
from generation.engine.picture_tools.weights import WeightsUnreadable

Painting = Callable[[str, int], Image.Image]
_WHOLE = Tiling(core_px=4096, margin_px=24)
_PIECES = Tiling(core_px=40, margin_px=24)


class _Cancelled(Exception):
    pass


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory, shaken: Callable[[nn.Module, Path, str], None]) -> Path:
    folder = tmp_path_factory.mktemp("upscale")
    shaken(UpscaleNetwork(), folder, PART)
    return folder


def test_pieces_give_what_the_whole_gives(weights: Path, painting: Painting) -> None:
    small = painting("turner", 96)
    whole = np.asarray(upscale(small, 2, folder=weights, tiling=_WHOLE).picture, np.int16)
    pieces = np.asarray(upscale(small, 2, folder=weights, tiling=_PIECES).picture, np.int16)
    assert np.abs(whole - pieces).max() <= 1
    # The network does change the picture; else seams could not show.
    plain = np.asarray(small.resize((small.width * 2, small.height * 2), Image.Resampling.BICUBIC), np.int16)
    assert np.abs(whole - plain).max() > 20


def test_too_small_a_margin_would_show_seams(weights: Path, painting: Painting) -> None:
    small = painting("turner", 96)
    whole = np.asarray(upscale(small, 2, folder=weights, tiling=_WHOLE).picture, np.int16)
    seamed = np.asarray(upscale(small, 2, folder=weights, tiling=Tiling(core_px=40, margin_px=0)).picture, np.int16)
    assert np.abs(whole - seamed).max() > 5


def test_four_times_is_twice_two_times(weights: Path, painting: Painting) -> None:
    small = painting("monet", 48)
    large = upscale(small, 4, folder=weights)
    assert large.method == "learned"
    assert large.picture.size == (small.width * 4, small.height * 4)


def test_an_untrained_network_is_bicubic(tmp_path: Path, painting: Painting) -> None:
    from generation.engine.picture_tools.pixels import to_bytes, to_pixels
    from generation.engine.picture_tools.tensors import from_tensor, to_tensor
    from generation.engine.picture_tools.upscaling import bicubic
    from generation.engine.picture_tools.weights import save_part

    save_part(UpscaleNetwork(), tmp_path, PART)
    small = painting("monet", 48)
    wanted = to_bytes(from_tensor(bicubic(to_tensor(to_pixels(small)))))
    np.testing.assert_array_equal(np.asarray(upscale(small, 2, folder=tmp_path).picture), wanted)


def test_without_weights_it_is_lanczos_and_says_so(tmp_path: Path, painting: Painting) -> None:
    small = painting("monet", 48)
    large = upscale(small, 2, folder=tmp_path)
    assert large.method == "lanczos"
    wanted = small.resize((small.width * 2, small.height * 2), Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(np.asarray(large.picture), np.asarray(wanted))


def test_damaged_weights_are_named(tmp_path: Path, painting: Painting) -> None:
    (tmp_path / f"{PART}.safetensors").write_bytes(b"\x10")
    with pytest.raises(WeightsUnreadable, match="upscaler"):
        upscale(painting("monet", 48), 2, folder=tmp_path)


def test_other_factors_are_refused(tmp_path: Path, painting: Painting) -> None:
    with pytest.raises(ValueError, match="2 or 4"):
        upscale(painting("monet", 48), 3, folder=tmp_path)  # type: ignore[arg-type]


def test_progress_rises_to_one_and_raising_cancels(weights: Path, painting: Painting) -> None:
    shares: list[float] = []
    upscale(painting("turner", 96), 2, folder=weights, tiling=_PIECES, report=shares.append)
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)

    def cancel(share: float) -> None:
        raise _Cancelled

    with pytest.raises(_Cancelled):
        upscale(painting("turner", 96), 2, folder=weights, tiling=_PIECES, report=cancel)
