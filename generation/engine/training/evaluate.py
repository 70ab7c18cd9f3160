"""Measures a model folder: do its pictures follow the words, and how does image-to-image behave?

    python -m generation.engine.training.evaluate MODEL_FOLDER --data DATA_FOLDER

A small classifier, trained on the data program, tells scene and palette (a) of true renderings of held-out captions,
(b) of the model's pictures for 200 held-out captions in each language, (c) of the same pictures against the captions in
another order, which is the floor. With --validation it measures other captions: choose checkpoints and settings by
those, never by the 200. Prints lines `name: value`.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from generation.engine.training.evaluate_image_to_image import measure_image_to_image
from generation.engine.training.held_out import (
    TEST_FIRST_SEED,
    VALIDATION_FIRST_SEED,
    HeldOutCase,
    held_out_cases,
)
from generation.engine.training.judge import Judge, judged, load_or_train_judge
from generation.engine.training.model_shapes import DEFAULT_GUIDANCE, DEFAULT_STEPS
from generation.engine.training.sampling import open_pipeline, paint
from generation.engine.training.scenes.render import render


def _shares(judge: Judge, pictures: np.ndarray, cases: list[HeldOutCase]) -> dict[str, float]:
    scenes, palettes = judged(judge, pictures)
    right_scene = np.array([seen == case.facts.scene for seen, case in zip(scenes, cases, strict=True)])
    right_palette = np.array([seen == case.facts.palette for seen, case in zip(palettes, cases, strict=True)])
    return {
        "scene": float(right_scene.mean()),
        "palette": float(right_palette.mean()),
        "both": float((right_scene & right_palette).mean()),
    }


def measure(folder: Path, data: Path, *, first_seed: int, count: int, steps: int, guidance: float) -> dict[str, float]:
    """All figures of the word-following measurement, by name."""
    judge = load_or_train_judge(data)
    pipeline = open_pipeline(folder)
    figures: dict[str, float] = {}
    for language in ("en", "zh"):
        cases = held_out_cases(language, count, first_seed=first_seed)
        true = np.stack([render(case.facts) for case in cases])
        began = time.monotonic()
        made = paint(
            pipeline,
            [case.prompt for case in cases],
            [case.facts.seed for case in cases],
            steps=steps,
            guidance=guidance,
        )
        figures[f"seconds_per_picture_{language}"] = (time.monotonic() - began) / count
        other = [*cases[count // 2 :], *cases[: count // 2]]
        for name, pictures, wanted in (("true", true, cases), ("generated", made, cases), ("shuffled", made, other)):
            for fact, share in _shares(judge, pictures, wanted).items():
                figures[f"{name}_{fact}_{language}"] = share
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--steps", type=int, default=DEFAULT_STEPS)
    parser.add_argument("--guidance", type=float, default=DEFAULT_GUIDANCE)
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--paintings", type=Path, default=Path("tests/data/paintings"))
    given = parser.parse_args()
    figures = measure(
        given.model,
        given.data,
        first_seed=VALIDATION_FIRST_SEED if given.validation else TEST_FIRST_SEED,
        count=given.count,
        steps=given.steps,
        guidance=given.guidance,
    )
    if not given.validation:
        figures |= measure_image_to_image(given.model, given.paintings)
    for name, value in figures.items():
        print(f"{name}: {value:.3f}")


if __name__ == "__main__":
    main()
