"""The generation worker with a pipeline that sleeps: all of its own code, and no torch.

    python -m tests.generation.sleeping_worker [--step-s 0.05] [--fits 64] [--picture-s 0]

A picture is of one colour, which its seed gives. A step takes --step-s, and --picture-s more for each picture of 256 px
in its batch (in proportion to its pixels). A batch of more pictures than --fits runs out of memory. A prompt with
the word "broken" is an error of the pipeline, one with "stuck" never returns from its second step.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence

from PIL import Image

from generation.engine.configuration import read_configuration
from generation.engine.contract import FailureCode, ModelInMemory
from generation.engine.painting import Machine, OnStep, Painter, PictureOrder
from generation.engine.stopping import GaveUp
from generation.engine.worker import serve
from generation.engine.workplace import Workplace

logger = logging.getLogger("sleeping")
MACHINE = Machine(name="cpu", device="cpu", dtype="float32", build="sleep", threads=1)


class SleepingModel:
    """Sleeps ``step_s`` for each step, and ``picture_s`` for each picture of 256 px in it."""

    scheduler = "Sleep"
    weights_sha256 = "5" * 64
    machine = MACHINE

    def __init__(self, name: str, version: str, *, step_s: float, fits: int, picture_s: float) -> None:
        self.name, self.version = name, version
        self._step_s, self._fits, self._picture_s = step_s, fits, picture_s

    def paint(self, orders: Sequence[PictureOrder], *, on_step: OnStep | None = None) -> list[Image.Image]:
        if len(orders) > self._fits:
            raise GaveUp(FailureCode.OUT_OF_MEMORY, f"{len(orders)} pictures are more than {self._fits}")
        if any("broken" in order.request.prompt for order in orders):
            raise RuntimeError("a broken picture")
        pixels = sum(order.request.width * order.request.height for order in orders)
        step_s = self._step_s + self._picture_s * pixels / 256**2
        for step in range(1, orders[0].request.steps_run + 1):
            logger.info("step %d of %d pictures", step, len(orders))
            is_stuck = step == 2 and any("stuck" in order.request.prompt for order in orders)
            time.sleep(3600 if is_stuck else step_s)
            if on_step is not None:
                on_step(step, None)
        return [self._picture(order) for order in orders]

    def preview(self, latents: object, place: int) -> Image.Image | None:
        return None

    def _picture(self, order: PictureOrder) -> Image.Image:
        seed = order.request.seed_of(order.index)
        colour = (seed % 256, seed // 256 % 256, seed // 65536 % 256)
        return Image.new("RGB", (order.request.width, order.request.height), colour)


class SleepingModels:
    """Any model, at once."""

    machine = MACHINE

    def __init__(self, *, step_s: float, fits: int, picture_s: float) -> None:
        self._step_s, self._fits, self._picture_s = step_s, fits, picture_s

    def get(self, name: str, version: str) -> SleepingModel:
        return SleepingModel(name, version, step_s=self._step_s, fits=self._fits, picture_s=self._picture_s)

    def in_memory(self) -> list[ModelInMemory]:
        return []

    def make_room(self, *, keep: Painter) -> bool:
        return False


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.generation.sleeping_worker", description=__doc__)
    parser.add_argument("--step-s", type=float, default=0.05)
    parser.add_argument("--fits", type=int, default=64)
    parser.add_argument("--picture-s", type=float, default=0.0)
    options = parser.parse_args()
    configuration = read_configuration()
    logging.basicConfig(level=configuration.worker_log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    models = SleepingModels(step_s=options.step_s, fits=options.fits, picture_s=options.picture_s)
    sys.exit(serve(Workplace(configuration, models)))


if __name__ == "__main__":
    main()
