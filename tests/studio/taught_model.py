"""A model folder that the web side can read: its card and its words, no weights."""

import json
from pathlib import Path

from generation.engine.training.scenes.concepts import vocabulary_document
from generation.models import GenerationModel
from generation.services.models import register_installed, register_installed_tools

CARD = {"version": "1", "title": "Tiny", "default_side": 128, "largest_side": 256, "default_steps": 20}


def install_taught_model(models_dir: Path) -> GenerationModel:
    """Write ``models_dir/tiny-image`` and register it."""
    folder = models_dir / "tiny-image"
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text("{}")
    (folder / "atelier.json").write_text(json.dumps(CARD))
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary_document(), ensure_ascii=False))
    return register_installed(folder)


TOOLS = {
    "tiny-upscale": "upscale",
    "tiny-restore": "restore",
    "tiny-colour": "colourize",
    "tiny-style": "style_transfer",
    "tiny-palette": "palette_transfer",
    "tiny-cutout": "background_removal",
}


def install_tools(models_dir: Path) -> dict[str, GenerationModel]:
    """Write a picture tool of each kind, without weights, and register them; by kind."""
    for name, kind in TOOLS.items():
        (models_dir / name).mkdir(parents=True)
        card = {"version": "1", "title": name.title(), "tool": kind}
        (models_dir / name / "atelier.json").write_text(json.dumps(card))
    return {tool.tool: tool for tool in register_installed_tools(models_dir)}
