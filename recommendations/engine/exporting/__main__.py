"""A Hugging Face model (CLIP, SigLIP, or a sentence encoder) to ONNX, for TEXT_ENCODER or PICTURE_ENCODER.

    python -m recommendations.engine.exporting MODEL --out build/onnx --languages en,zh

MODEL is a local folder or a hub's id. The folder below --out is named by the version: MODEL's last name and a hash of
its weights. The export is refused where its vectors differ from those of transformers.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from recommendations.engine.errors import EncoderUnusable
from recommendations.engine.exporting.comparison import largest_difference
from recommendations.engine.exporting.errors import ExportDiffers
from recommendations.engine.exporting.graphs import write_graphs
from recommendations.engine.exporting.sources import Source, open_source, weights_hash

# float32 on two runtimes; measured differences lie below 1e-6.
LARGEST_DIFFERENCE = 1e-4
# Cosines of what belongs together lie elsewhere in each kind of space; to be set with --floor once works are seen.
FLOORS = {"clip": 0.2, "siglip": 0.05, "siglip2": 0.05}
TEXT_FLOOR = 0.3
LONGEST_NAME = 60


def version_of(model: str, source: Source) -> str:
    """Such as ``clip-vit-base-patch32-0123456789ab``."""
    name = re.sub(r"[^a-z0-9.]+", "-", Path(model).name.lower()).strip("-.")[:LONGEST_NAME]
    return f"{name or source.kind}-{weights_hash(source.folder)}"


def export(model: str, out: Path, *, languages: list[str], floor: float | None = None) -> tuple[Path, float]:
    """Write a model's folder below ``out``, whole or not at all; returns it and the largest difference found.

    ``languages``: those that the model was taught, as in ``en``, ``zh``. Raises SourceUnsuitable and ExportDiffers.
    """
    source = open_source(model)
    version = version_of(model, source)
    out.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=out, prefix=".draft-"))
    try:
        dimensions = write_graphs(source, draft)
        source.tokenizer.backend_tokenizer.save(str(draft / "tokenizer.json"))
        facts = _facts(source, version, dimensions, languages, FLOORS.get(source.kind, TEXT_FLOOR))
        if floor is not None:
            facts["similarity_floor"] = floor
        (draft / "space.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        difference = largest_difference(source, draft)
        if not difference <= LARGEST_DIFFERENCE:
            raise ExportDiffers(
                f"The exported encoders differ from {model} by {difference:.2g}.",
                way_out="This model needs something that the export does not know; choose another one.",
            )
        os.chmod(draft, 0o755)  # noqa: S103  mkdtemp's folder is closed to the web server's account
        shutil.rmtree(out / version, ignore_errors=True)
        draft.rename(out / version)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return out / version, difference


def _facts(source: Source, version: str, dimensions: int, languages: list[str], floor: float) -> dict[str, object]:
    facts: dict[str, object] = {
        "version": version,
        "dim": dimensions,
        "max_tokens": source.max_tokens,
        "languages": languages,
        "similarity_floor": floor,
        "text_input": {
            "pad_to": source.text_input.pad_to,
            "pad_id": source.text_input.pad_id,
            "pad_token": source.text_input.pad_token,
        },
    }
    if source.is_two_sided:
        shown = source.picture_input
        facts["picture_size"] = source.picture_size
        facts["picture_input"] = {
            "fit": shown.fit,
            "resize_to": shown.resize_to,
            "resample": shown.resample,
            "mean": list(shown.mean),
            "std": list(shown.std),
        }
    return facts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a folder, or a hub's id such as openai/clip-vit-base-patch32")
    parser.add_argument("--out", type=Path, required=True, help="ONNX_DIR, e.g. build/onnx")
    parser.add_argument("--languages", default="en", help="those that the model was taught, with commas")
    parser.add_argument("--floor", type=float, help="the cosine below which a work says nothing to a query")
    given = parser.parse_args()
    try:
        folder, difference = export(
            given.model, given.out, languages=[one for one in given.languages.split(",") if one], floor=given.floor
        )
    except EncoderUnusable as error:
        sys.exit(" ".join(filter(None, [error.message, error.way_out])))
    sys.stdout.write(f"wrote {folder}; largest difference from the original: {difference:.2e}\n")


if __name__ == "__main__":
    main()
