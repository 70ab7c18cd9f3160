"""Measures a model folder: do its pictures follow the words, and do they look like the data program's?

    python -m generation.engine.training.evaluate MODEL_FOLDER --data DATA_FOLDER

The judge, a classifier trained on the data program, tells every fact (a) of true renderings of held-out captions, which
is the ceiling, (b) of the model's pictures for these captions in each language, (c) of the same pictures against the
captions in another order, which is the floor. A fact counts only where its caption names it. Then the prompts written
outside the grammar, the Fréchet distance beside that between two halves of the data program's pictures, and how near
the nearest training picture is. With --validation it measures other captions: choose checkpoints and settings by
those, never by the test's. Prints lines `name: value`.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from generation.engine.training.evaluate_image_to_image import measure_image_to_image
from generation.engine.training.frechet import frechet_distance
from generation.engine.training.held_out import TEST_FIRST_SEED, VALIDATION_FIRST_SEED, held_out_cases
from generation.engine.training.judge import FIELDS, Judge, judged, load_or_train_judge
from generation.engine.training.model_shapes import DEFAULT_GUIDANCE, DEFAULT_STEPS
from generation.engine.training.nearest import nearest_distances
from generation.engine.training.outside_prompts import outside_prompts
from generation.engine.training.sampling import open_pipeline, paint
from generation.engine.training.scenes.facts import draw_facts
from generation.engine.training.scenes.render import render

Asked = dict[str, str | int]
# Captions of the Fréchet distance: neither the training's nor those of the facts.
_FRECHET_FIRST_SEED = 60_000_000


def shares_right(judge: Judge, pictures: np.ndarray, asked: Sequence[Asked]) -> dict[str, float]:
    """For every field the share of pictures (N, H, W, 3) that show what was asked, and `field`_count how many asked."""
    seen = judged(judge, pictures).said
    figures: dict[str, float] = {}
    for field in FIELDS:
        right = [seen[field][i] == one[field] for i, one in enumerate(asked) if field in one]
        if right:
            figures[field] = float(np.mean(right))
            figures[f"{field}_asked"] = len(right)
    return figures


def measure_words(
    folder: Path, judge: Judge, *, first_seed: int, count: int, steps: int, guidance: float
) -> dict[str, float]:
    """How well the pictures follow held-out captions, by language and field."""
    pipeline = open_pipeline(folder)
    figures: dict[str, float] = {}
    for language in ("en", "zh"):
        cases = held_out_cases(language, count, first_seed=first_seed)
        asked = [case.asked for case in cases]
        true = np.stack([render(case.facts) for case in cases])
        began = time.monotonic()
        made = paint(pipeline, [c.prompt for c in cases], [c.facts.seed for c in cases], steps=steps, guidance=guidance)
        figures[f"seconds_per_picture_{language}"] = (time.monotonic() - began) / count
        other = [*asked[count // 2 :], *asked[: count // 2]]
        for name, pictures, wanted in (("true", true, asked), ("generated", made, asked), ("shuffled", made, other)):
            for fact, share in shares_right(judge, pictures, wanted).items():
                if not fact.endswith("_asked") or name == "generated":
                    figures[f"{name}_{fact}_{language}"] = share
    return figures


def measure_outside(folder: Path, judge: Judge, *, steps: int, guidance: float) -> dict[str, float]:
    """How well the pictures follow prompts that people wrote, for the concepts that the model was taught."""
    pipeline = open_pipeline(folder)
    figures: dict[str, float] = {}
    for language in ("en", "zh"):
        prompts = outside_prompts(language)
        made = paint(pipeline, [p.text for p in prompts], range(len(prompts)), steps=steps, guidance=guidance)
        for fact, share in shares_right(judge, made, [p.asked for p in prompts]).items():
            figures[f"outside_{fact}_{language}"] = share
    return figures


def measure_likeness(
    folder: Path, judge: Judge, data: Path, *, count: int, steps: int, guidance: float
) -> dict[str, float]:
    """Fréchet distances of sets of `count` pictures each, and distances to the nearest training picture."""
    cases = held_out_cases("en", count // 2, first_seed=_FRECHET_FIRST_SEED)
    cases += held_out_cases("zh", count - len(cases), first_seed=_FRECHET_FIRST_SEED)
    made = paint(
        open_pipeline(folder), [c.prompt for c in cases], [c.facts.seed for c in cases], steps=steps, guidance=guidance
    )
    one = np.stack([render(case.facts) for case in cases])
    other_cases = held_out_cases("en", count, first_seed=_FRECHET_FIRST_SEED + 5_000_000)
    other = np.stack([render(case.facts) for case in other_cases])
    seen = {name: judged(judge, p).features for name, p in (("made", made), ("one", one), ("other", other))}
    halves = frechet_distance(seen["one"], seen["other"])
    models = frechet_distance(seen["made"], seen["other"])
    copies = np.stack([render(draw_facts(_FRECHET_FIRST_SEED + 9_000_000 + i)) for i in range(min(count, 200))])
    return {
        "frechet_pictures": count,
        "frechet_between_halves": halves,
        "frechet_model": models,
        "frechet_ratio": models / halves,
        "nearest_training_made_p01": float(np.quantile(nearest_distances(made, data), 0.01)),
        "nearest_training_made_median": float(np.median(nearest_distances(made, data))),
        "nearest_training_unseen_p01": float(np.quantile(nearest_distances(copies, data), 0.01)),
        "nearest_training_unseen_median": float(np.median(nearest_distances(copies, data))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=300, help="held-out captions in each language")
    parser.add_argument("--frechet", type=int, default=1000, help="pictures in each set; 0 leaves this part out")
    parser.add_argument("--steps", type=int, default=DEFAULT_STEPS)
    parser.add_argument("--guidance", type=float, default=DEFAULT_GUIDANCE)
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--paintings", type=Path, default=Path("tests/data/paintings"))
    given = parser.parse_args()
    judge = load_or_train_judge(given.data)
    sampling = {"steps": given.steps, "guidance": given.guidance}
    first_seed = VALIDATION_FIRST_SEED if given.validation else TEST_FIRST_SEED
    figures = measure_words(given.model, judge, first_seed=first_seed, count=given.count, **sampling)
    if not given.validation:
        figures |= measure_outside(given.model, judge, **sampling)
        if given.frechet:
            figures |= measure_likeness(given.model, judge, given.data, count=given.frechet, **sampling)
        figures |= measure_image_to_image(given.model, given.paintings)
    for name, value in figures.items():
        print(f"{name}: {value:.3f}")


if __name__ == "__main__":
    main()
