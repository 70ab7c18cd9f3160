"""python -m tests.simulator.evaluate --works FILE.jsonl.gz --results FOLDER: the evaluation over shapes and seeds.

Each row simulates a shape with one seed and runs `manage.py evaluate_recommender` on its files with the same seed, in a
process of its own. Figures stay in FOLDER; a row whose figures are there already is not run again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .shapes import SHAPES

# What is changed of a shape, as options of the simulator.
VARIANTS: dict[str, tuple[str, ...]] = {
    "whole": (),
    "shuffled-times": ("--shuffle-times",),
    "no-times": ("--without", "timestamp"),
    "likes-alone": ("--without", "rating", "timestamp"),
}
_ROW = "{:9} {:15} {:>4} {:>8} {:>7} {:>21} {:>21}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.evaluate", description=__doc__)
    parser.add_argument("--works", type=Path, required=True, help="JSON lines, gzipped or plain")
    parser.add_argument("--results", type=Path, required=True, help="a folder for files, figures and logs")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["whole"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--scale", type=float, default=1.0, help="only that share of each shape's people and works")
    parser.add_argument("--without-items", action="store_true", help="no texts: neither words nor cold items")
    wanted = parser.parse_args(arguments)
    wanted.results.mkdir(parents=True, exist_ok=True)
    print(_ROW.format("shape", "variant", "seed", "best", "seconds", "ours / best known", "ours / best cold"))
    for shape in wanted.shapes:
        for variant in wanted.variants:
            for seed in wanted.seeds:
                figures = _figures(wanted, shape, variant, seed)
                best = str(figures.get("best_baseline_on_validation", ""))
                ratios = (_ratio(figures, ""), _ratio(figures, "cold."))
                print(_ROW.format(shape, variant, seed, best, round(figures["seconds"]), *ratios), flush=True)


def _figures(wanted: argparse.Namespace, shape: str, variant: str, seed: int) -> dict[str, Any]:
    name = f"{shape}-{wanted.scale:g}-{variant}{'-no-items' if wanted.without_items else ''}-{seed}"
    figures, interactions, items = (
        wanted.results / f"{name}{ending}" for ending in (".json", "-interactions.tsv", "-items.tsv")
    )
    if not figures.exists():
        files = ("--interactions", str(interactions), "--items", str(items))
        of_shape = ("--works", str(wanted.works), "--shape", shape, "--scale", str(wanted.scale), *VARIANTS[variant])
        _run("-m", "tests.simulator", *of_shape, "--seed", str(seed), *files, log=wanted.results / f"{name}.simulated")
        started = time.monotonic()
        told = wanted.results / f"{name}.told.json"
        evaluated = ("manage.py", "evaluate_recommender", *(files[:2] if wanted.without_items else files))
        _run(*evaluated, "--seed", str(seed), "--json", str(told), log=wanted.results / f"{name}.log")
        found = {**json.loads(told.read_text(encoding="utf-8")), "seconds": time.monotonic() - started}
        figures.write_text(json.dumps(found, indent=2), encoding="utf-8")
    told_before: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return told_before


def _run(*arguments: str, log: Path) -> None:
    with log.open("w", encoding="utf-8") as file:
        if subprocess.run([sys.executable, *arguments], stdout=file, stderr=subprocess.STDOUT).returncode:
            sys.exit(f"{' '.join(arguments)} failed; see {log}.")


def _ratio(figures: dict[str, Any], prefix: str) -> str:
    """Ours against the baseline with the best NDCG on the test part: harder than the best on the validation part."""
    ours = "ours_cold" if prefix else "ours"
    ratios = [
        tuple(figures[name + ending] for ending in ("", ".low", ".high"))
        for name in figures
        if name.startswith(f"{prefix}{ours}.over.") and name.endswith(".ratio")
    ]
    return "{:.3f} ({:.3f}, {:.3f})".format(*min(ratios)) if ratios else "none"


if __name__ == "__main__":
    main()
