"""The record of what survived."""

import numpy as np
import pytest
from PIL import Image

from generation.engine.picture_tools.restoring.record import RecordUnreadable, RestorationRecord, Step


def _record() -> RestorationRecord:
    invented, recovered = np.zeros((20, 30), bool), np.zeros((20, 30), bool)
    invented[2:5, 3:9] = True
    recovered[10:15, 20:28] = True
    return RestorationRecord(
        invented, recovered, (Step("repair", "learned, mask painted"), Step("noise", "opencv-nlm"))
    )


def test_it_is_kept_as_a_png_and_read_again() -> None:
    record = _record()
    again = RestorationRecord.from_png(record.to_png())
    np.testing.assert_array_equal(again.invented, record.invented)
    np.testing.assert_array_equal(again.recovered, record.recovered)
    assert again.steps == record.steps
    assert record.invented_share == pytest.approx(18 / 600)


def test_the_overlay_shows_both_in_their_place() -> None:
    record = _record()
    shown = np.asarray(record.overlay(Image.new("RGB", (30, 20), (90, 90, 90))), np.int16)
    red, blue, grey = shown[3, 4], shown[12, 22], shown[0, 0]
    assert red[0] > red[2] > red[1]
    assert blue[2] > blue[1] > blue[0]
    assert np.ptp(grey) == 0


@pytest.mark.parametrize("stored", [b"", b"no picture", None])
def test_other_bytes_are_refused(stored: bytes | None) -> None:
    if stored is None:
        from io import BytesIO

        plain = BytesIO()
        Image.new("L", (4, 4)).save(plain, "PNG")
        stored = plain.getvalue()
    with pytest.raises(RecordUnreadable):
        RestorationRecord.from_png(stored)
