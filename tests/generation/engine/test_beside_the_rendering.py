"""What is done beside the rendering: files that lose nothing, previews for those who have time to see them."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from PIL import Image

from generation.engine.contract import GenerationRequest
from generation.engine.delivery import as_png
from generation.engine.queue import QueuedJob
from generation.engine.rendering_job import RenderingJob
from generation.engine.reporter import Moment


@pytest.mark.parametrize("size", [(64, 64), (320, 200), (1, 7)])
def test_a_pictures_file_has_its_pixels(size: tuple[int, int]) -> None:
    picture = Image.effect_noise(size, 80).convert("RGB")
    data = as_png(picture)
    with Image.open(io.BytesIO(data), formats=["PNG"]) as read:
        assert (read.mode, read.size, read.tobytes()) == ("RGB", size, picture.tobytes())


def job(*, count: int, steps_done: int) -> RenderingJob:
    made = RenderingJob(QueuedJob(1, uuid4(), 1, "key", "shape", taken_before=False))
    made.request = GenerationRequest(prompt="a", seed=1, steps=10, count=count, model="m", model_version="1")
    made.steps_done = steps_done
    return made


def test_how_long_a_job_has_still_to_go_is_known_from_its_steps() -> None:
    alone, shared = job(count=2, steps_done=5), job(count=2, steps_done=10)
    # One of its two pictures stands in the batch: 15 steps are left, one after the other.
    assert Moment(None, [alone], 5, 10, None, step_s=0.1).seconds_left(alone) == pytest.approx(1.5)
    # Both stand in the batch: ten steps of the two are left, two at a time.
    assert Moment(None, [shared, shared], 5, 10, None, step_s=0.1).seconds_left(shared) == pytest.approx(0.5)
