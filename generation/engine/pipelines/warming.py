"""A model's first run takes longer than the others: memory is laid out, kernels are chosen. What the next runs take is
measured, so that the shop knows how fast this worker is before anybody has ordered.
"""

import logging
import time
from pathlib import Path

from generation.engine.card import CardUnreadable, ModelCard, read_card
from generation.engine.contract import GenerationRequest, WarmUp
from generation.engine.painting import Painter, PictureOrder, Shape
from generation.engine.stopping import GaveUp

logger = logging.getLogger(__name__)

# Few steps and more: the difference is what a step takes, the rest what a picture takes beside its steps.
_FEW_STEPS, _MORE_STEPS = 2, 6
# A worker that needs longer than this for its warm-up begins to work instead of measuring more.
_MEASURES_FOR_S = 20.0


def run_once(model: Painter, folder: Path, *, at_once: int = 1) -> list[WarmUp]:
    """One picture of the model's own size in two steps; then what a few such pictures take, and a batch of ``at_once``
    where that is more than one. Raises GaveUp.
    """
    card = _card(folder)
    began = time.monotonic()
    _run(model, card, steps=_FEW_STEPS, pictures=1)
    logger.info("%s %s is warm after %.1f s", model.name, model.version, time.monotonic() - began)
    measured = []
    for steps, pictures in [(_FEW_STEPS, 1), (_MORE_STEPS, 1)] + [(_FEW_STEPS, at_once)] * 2 * (at_once > 1):
        if time.monotonic() - began > _MEASURES_FOR_S:
            break
        try:
            took_s = _run(model, card, steps=steps, pictures=pictures)
        except GaveUp as failure:
            # Jobs will find the batch that fits; what was measured so far is worth telling.
            logger.info("no more is measured: %s", failure)
            break
        measured.append(
            WarmUp(
                name=model.name,
                version=model.version,
                side_px=card.default_side,
                steps=steps,
                pictures=pictures,
                seconds=took_s,
            )
        )
    # A batch's first run is cold again: of equal ones the last.
    return list({(one.steps, one.pictures): one for one in measured}.values())


def shapes_of(folder: Path, at_once: set[int]) -> list[Shape]:
    """The model's own size, in batches of each size of ``at_once``."""
    card = _card(folder)
    is_guided = card.default_guidance > 1.0
    return [Shape(card.default_side, card.default_side, pictures, is_guided) for pictures in sorted(at_once)]


def _card(folder: Path) -> ModelCard:
    try:
        return read_card(folder)
    except CardUnreadable:  # a model of the hub
        return ModelCard()


def _run(model: Painter, card: ModelCard, *, steps: int, pictures: int) -> float:
    request = GenerationRequest(
        prompt="a picture",
        width=card.default_side,
        height=card.default_side,
        seed=0,
        steps=steps,
        guidance=card.default_guidance,
        model=model.name,
        model_version=model.version,
    )
    orders = [PictureOrder(request.model_copy(update={"seed": seed}), 0) for seed in range(pictures)]
    began = time.perf_counter()
    model.paint(orders)
    return time.perf_counter() - began
