"""The registry of image models."""

from pathlib import Path

from django.db import transaction

from generation.engine.card import CardUnreadable, ModelCard, read_card
from generation.errors import NoModelInstalled
from generation.models import GenerationModel


@transaction.atomic
def register_model(*, name: str, card: ModelCard) -> GenerationModel:
    """Add a model or bring its entry up to date; two calls at once make one entry."""
    model, _ = GenerationModel.objects.update_or_create(
        name=name,
        version=card.version,
        defaults={
            "title": card.title or name,
            "default_side": card.default_side,
            "largest_side": card.largest_side,
            "default_steps": card.default_steps,
            "default_guidance": card.default_guidance,
            "weights_sha256": card.weights_sha256,
        },
    )
    return model


def register_installed(folder: Path) -> GenerationModel:
    """Register the model in ``folder`` (diffusers' layout) with what its card says. Raises
    NoModelInstalled.
    """
    try:
        card = read_card(folder)
    except CardUnreadable as error:
        raise NoModelInstalled(str(error), way_out="Set MODELS_DIR, or install a model there.") from error
    return register_model(name=folder.name, card=card)
