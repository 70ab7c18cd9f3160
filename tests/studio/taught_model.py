"""A model folder that the web side can read: its card and its words, no weights."""

import json
from pathlib import Path

from generation.engine.training.scenes.concepts import vocabulary_document
from generation.models import GenerationModel
from generation.services.models import register_installed

CARD = {"version": "1", "title": "Tiny", "default_side": 128, "largest_side": 256, "default_steps": 20}


def install_taught_model(models_dir: Path) -> GenerationModel:
    """Write ``models_dir/tiny-image`` and register it."""
    folder = models_dir / "tiny-image"
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text("{}")
    (folder / "atelier.json").write_text(json.dumps(CARD))
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary_document(), ensure_ascii=False))
    return register_installed(folder)
