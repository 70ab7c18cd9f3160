"""Writes the folder of a distilled model beside the one that it changes.

python -m generation.engine.training.assemble_few_steps MODEL_FOLDER few_steps.safetensors OUT_FOLDER --version 2.0
"""

import argparse
import json
import shutil
from pathlib import Path

from generation.engine.card import CARD, CHANGES, read_card
from generation.engine.training.model_shapes import FEW_STEPS, make_few_step_scheduler
from generation.engine.weights_hash import weights_sha256


def assemble_few_steps(
    model: Path, matrices: Path, out: Path, *, version: str, title: str, quality: int = 50, is_offered: bool = False
) -> None:
    """Writes the matrices, the scheduler, the words and the card; `out` must lie beside `model`.

    The hash in the card is that of both folders' weights, so it is written anew when the model gets another control.
    """
    if out.resolve().parent != model.resolve().parent:
        raise SystemExit(f"{out} must lie beside {model}, which it changes")
    base = read_card(model)
    out.mkdir(exist_ok=True)
    shutil.copyfile(matrices, out / CHANGES)
    shutil.copyfile(model / "vocabulary.json", out / "vocabulary.json")
    make_few_step_scheduler().save_pretrained(out / "scheduler")
    card = base.model_dump(exclude_defaults=True) | {
        "version": version,
        "title": title,
        "default_steps": FEW_STEPS,
        "default_guidance": 1.0,
        "quality": quality,
        "is_offered": is_offered,
        "base": model.name,
        "base_version": base.version,
        "weights_sha256": weights_sha256(out, model),
    }
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "matrices", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--version", default="2.0")
    parser.add_argument("--title", default="Atelier Image 2, four steps")
    parser.add_argument("--quality", type=int, default=50)
    parser.add_argument("--offered", action="store_true", help="the shop offers it unasked")
    given = parser.parse_args()
    card = {"version": given.version, "title": given.title, "quality": given.quality, "is_offered": given.offered}
    assemble_few_steps(given.model, given.matrices, given.out, **card)
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
