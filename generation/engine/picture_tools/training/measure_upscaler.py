"""The upscaler beside Lanczos and bicubic: PSNR on pictures made small and enlarged again, as `name: value` lines.

    python -m generation.engine.picture_tools.training.measure_upscaler FOLDER_OF_WEIGHTS --images DIR

DIR holds pictures that no training has seen (`tests/data/paintings`); without it 24 scenes are drawn from seeds that
the trainings leave out.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from generation.engine.picture_tools.folders import pictures_in
from generation.engine.picture_tools.scores import psnr
from generation.engine.picture_tools.threads import use_threads
from generation.engine.picture_tools.upscaling import upscale
from generation.engine.training.held_out import TEST_FIRST_SEED
from generation.engine.training.scenes.facts import draw_facts
from generation.engine.training.scenes.render import render

_SCENES = 24


def _held_out_scenes() -> Iterator[tuple[str, Image.Image]]:
    for index in range(_SCENES):
        facts = draw_facts(TEST_FIRST_SEED + index)
        yield f"{facts.scene}-{index}", Image.fromarray(render(facts))


def measure(folder: Path, name: str, picture: Image.Image, factor: int) -> dict[str, float]:
    """PSNR in dB by method."""
    width, height = picture.width // factor * factor, picture.height // factor * factor
    whole = picture.crop((0, 0, width, height))
    small = whole.resize((width // factor, height // factor), Image.Resampling.BICUBIC)
    learned = upscale(small, 2 if factor == 2 else 4, folder=folder)
    if learned.method != "learned":
        raise SystemExit(f"{folder} holds no upscaler")
    made = {
        "learned": learned.picture,
        "lanczos": small.resize(whole.size, Image.Resampling.LANCZOS),
        "bicubic": small.resize(whole.size, Image.Resampling.BICUBIC),
    }
    scores = {method: psnr(np.asarray(whole), np.asarray(result)) for method, result in made.items()}
    for method, value in scores.items():
        print(f"psnr_{factor}x.{name}.{method}: {value:.2f}", flush=True)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--images", type=Path)
    given = parser.parse_args()
    use_threads(1)
    pictures = list(pictures_in(given.images) if given.images else _held_out_scenes())
    for factor in (2, 4):
        scores = [measure(given.weights, name, picture, factor) for name, picture in pictures]
        for method in scores[0]:
            print(f"psnr_{factor}x.mean.{method}: {np.mean([one[method] for one in scores]):.2f}")


if __name__ == "__main__":
    main()
