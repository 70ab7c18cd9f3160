"""The registry of image models."""

import json
from pathlib import Path

from django.db import transaction

from generation.errors import NoModelInstalled
from generation.models import GenerationModel

CARD = "atelier.json"


@transaction.atomic
def register_model(
    *,
    name: str,
    version: str,
    title: str,
    default_side: int = 256,
    largest_side: int = 512,
    default_steps: int = 20,
    default_guidance: float = 4.0,
    weights_sha256: str = "",
) -> GenerationModel:
    """Add a model or bring its entry up to date; two calls at once make one entry."""
    model, _ = GenerationModel.objects.update_or_create(
        name=name,
        version=version,
        defaults={
            "title": title,
            "default_side": default_side,
            "largest_side": largest_side,
            "default_steps": default_steps,
            "default_guidance": default_guidance,
            "weights_sha256": weights_sha256,
        },
    )
    return model


def register_installed(folder: Path) -> GenerationModel:
    """Register the model in ``folder`` (diffusers' layout), with what its ``atelier.json`` says where it
    has one.

    Raises NoModelInstalled where the folder holds no ``model_index.json``.
    """
    if not (folder / "model_index.json").is_file():
        raise NoModelInstalled(
            f"{folder} holds no model (no model_index.json)",
            way_out="Set MODELS_DIR, or install a model there.",
        )
    card = json.loads((folder / CARD).read_text()) if (folder / CARD).is_file() else {}
    return register_model(
        name=folder.name,
        version=str(card.get("version", "1")),
        title=str(card.get("title", folder.name)),
        default_side=int(card.get("default_side", 256)),
        largest_side=int(card.get("largest_side", 512)),
        default_steps=int(card.get("default_steps", 20)),
        default_guidance=float(card.get("default_guidance", 4.0)),
        weights_sha256=str(card.get("weights_sha256", "")),
    )
