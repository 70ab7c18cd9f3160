"""A model's first run takes longer than the others: memory is laid out, kernels are chosen."""

import logging
import time
from pathlib import Path

from generation.engine.card import CardUnreadable, ModelCard, read_card
from generation.engine.contract import GenerationRequest
from generation.engine.painting import Painter, PictureOrder

logger = logging.getLogger(__name__)

_STEPS = 2


def run_once(model: Painter, folder: Path) -> None:
    """One picture of the model's own size, in two steps. Raises GaveUp."""
    try:
        card = read_card(folder)
    except CardUnreadable:  # a model of the hub
        card = ModelCard()
    began = time.monotonic()
    request = GenerationRequest(
        prompt="a picture",
        width=card.default_side,
        height=card.default_side,
        seed=0,
        steps=_STEPS,
        guidance=card.default_guidance,
        model=model.name,
        model_version=model.version,
    )
    model.paint([PictureOrder(request, 0)])
    logger.info("%s %s is warm after %.1f s", model.name, model.version, time.monotonic() - began)
