"""Writes a tool's folder of weights from the trainings' checkpoints.

    python -m generation.engine.picture_tools.training.assemble_tool upscale CHECKPOINTS FOLDER --version 1
    python -m generation.engine.picture_tools.training.assemble_tool restore CHECKPOINTS FOLDER --version 1
    python -m generation.engine.picture_tools.training.assemble_tool colour CHECKPOINTS FOLDER --version 1

Takes each part that has a checkpoint. Which of the restorer's parts the tool then uses, the measured run writes:
`manage.py evaluate_restoration --images DIR --weights FOLDER --choose`.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from torch import nn

from generation.engine.contract import Kind
from generation.engine.picture_tools.colourizing import Colourist
from generation.engine.picture_tools.restoring.networks import Denoiser, Finder, Repairer, ToneReader
from generation.engine.picture_tools.training.loop import trained
from generation.engine.picture_tools.upscaling import UpscaleNetwork
from generation.engine.picture_tools.weights import CARD, read_tool_card, save_part
from generation.engine.weights_hash import weights_sha256

# Of a tool's weights in the repository.
_LIMIT_BYTES = 15_000_000

_KINDS = {"upscale": Kind.UPSCALE, "colour": Kind.COLOURIZE, "restore": Kind.RESTORE}
_PARTS: dict[str, dict[str, Callable[[], nn.Module]]] = {
    "upscale": {"upscaler": UpscaleNetwork},
    "colour": {"colourist": Colourist},
    "restore": {
        "repairer": Repairer,
        "finder": Finder,
        "denoiser": Denoiser,
        "tone-fading": ToneReader,
        "tone-varnish": ToneReader,
    },
}


def assemble(tool: str, checkpoints: Path, folder: Path, version: str) -> list[str]:
    """Writes the parts that have a checkpoint, and the card; gives their names back."""
    written = []
    for part, make in _PARTS[tool].items():
        checkpoint = checkpoints / f"{part}.pt"
        if checkpoint.is_file():
            save_part(trained(make(), checkpoint), folder, part)
            written.append(part)
    if not written:
        raise SystemExit(f"{checkpoints} holds no checkpoint of {', '.join(_PARTS[tool])}")
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    if size > _LIMIT_BYTES:
        raise SystemExit(f"{folder} holds {size} bytes of weights, more than {_LIMIT_BYTES}")
    card = read_tool_card(folder) | {
        "version": version,
        "title": f"Atelier {tool.title()} {version.partition('.')[0]}",
        "tool": _KINDS[tool].value,
        "parts": written,
        "weights_sha256": weights_sha256(folder),
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n")
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", choices=sorted(_PARTS))
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--version", required=True)
    given = parser.parse_args()
    print(f"written: {', '.join(assemble(given.tool, given.checkpoints, given.folder, given.version))}")


if __name__ == "__main__":
    main()
