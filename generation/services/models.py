"""The registry of image models and picture tools."""

from pathlib import Path

from django.db import transaction

from generation.engine.card import CARD, CardUnreadable, ModelCard, read_card
from generation.errors import NoModelInstalled
from generation.models import GenerationModel


@transaction.atomic
def register_model(*, name: str, card: ModelCard) -> GenerationModel:
    """Add a model or bring its entry up to date; two calls at once make one entry. Its quality, once registered, is the
    administrator's.
    """
    facts = {
        "title": card.title or name,
        "default_side": card.default_side,
        "largest_side": card.largest_side,
        "default_steps": card.default_steps,
        "default_guidance": card.default_guidance,
        "weights_sha256": card.weights_sha256,
        "tool": card.tool,
        "controls": list(card.controls),
        # A release that knows no tools must not take one for an image model.
        **({"makes_from_words": False, "makes_from_pictures": False} if card.tool else {}),
    }
    model, _ = GenerationModel.objects.update_or_create(
        name=name, version=card.version, defaults=facts, create_defaults=facts | {"quality": card.quality}
    )
    return model


def register_installed(folder: Path) -> GenerationModel:
    """Register the model (diffusers' layout) or picture tool in ``folder`` with what its card says. Raises
    NoModelInstalled.
    """
    try:
        card = read_card(folder)
    except CardUnreadable as error:
        raise NoModelInstalled(str(error), way_out="Set MODELS_DIR, or install a model there.") from error
    return register_model(name=folder.name, card=card)


def register_installed_tools(models_dir: Path) -> list[GenerationModel]:
    """Register every picture tool below ``models_dir``. Raises NoModelInstalled where a card cannot be read."""
    return [register_model(name=name, card=card) for name, card in _cards(models_dir) if card.tool]


def register_offered_models(models_dir: Path) -> list[GenerationModel]:
    """Register every image model below ``models_dir`` whose card says that it is offered; others by name. Raises
    NoModelInstalled where a card cannot be read.
    """
    cards = [(name, card) for name, card in _cards(models_dir) if card.is_offered and not card.tool]
    return [register_model(name=name, card=card) for name, card in cards]


def _cards(models_dir: Path) -> list[tuple[str, ModelCard]]:
    cards = []
    for folder in sorted(path.parent for path in models_dir.glob(f"*/{CARD}")):
        try:
            cards.append((folder.name, read_card(folder)))
        except CardUnreadable as error:
            raise NoModelInstalled(str(error), way_out="Mend the card, or take the folder away.") from error
    return cards
