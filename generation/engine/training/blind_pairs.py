"""Pairs of pictures by two models for the same prompt and seed, on sheets that hide which is whose.

    python -m generation.engine.training.blind_pairs make MODEL_A MODEL_B FOLDER --pairs 100
    python -m generation.engine.training.blind_pairs score FOLDER CHOICES

`make` writes FOLDER/sheet-*.webp, ten pairs each, side by side with the prompt above, and FOLDER/key.json, which nobody
opens before the choices are made. CHOICES is a text with one letter a pair, in order: l (left is better), r (right) or
= (no difference). `score` prints lines `name: value`. Prompts name scenes that both models were taught.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import stats

from generation.engine.training.sampling import open_pipeline, paint
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.facts import draw_facts
from generation.engine.vocabulary import Vocabulary, check_prompt, load_vocabulary

_FIRST_SEED = 80_000_000
_A_SHEET, _SIDE_PX, _HEAD_PX = 10, 256, 28


def shared_prompts(vocabularies: list[Vocabulary], count: int) -> list[str]:
    """The first `count` captions, every second one Chinese, whose words all the models know."""
    prompts: list[str] = []
    seed = _FIRST_SEED
    while len(prompts) < count:
        said = caption(draw_facts(seed), "en" if len(prompts) % 2 == 0 else "zh", 0)
        if said not in prompts and all(check_prompt(said, words).is_known for words in vocabularies):
            prompts.append(said)
        seed += 1
    return prompts


def make(models: list[Path], folder: Path, *, pairs: int) -> None:
    """Paints the pairs and writes sheets and key."""
    folder.mkdir(parents=True, exist_ok=True)
    prompts = shared_prompts([load_vocabulary(model) for model in models], pairs)
    seeds = range(pairs)
    made = [paint(open_pipeline(model), prompts, seeds) for model in models]
    # Which of the two models stands on the left of each pair.
    left = np.random.default_rng().integers(0, 2, pairs)
    for start in range(0, pairs, _A_SHEET):
        numbers = range(start, min(start + _A_SHEET, pairs))
        rows = [
            _row(number, prompts[number], made[left[number]][number], made[1 - left[number]][number])
            for number in numbers
        ]
        halves = [np.concatenate(rows[::2]), np.concatenate(rows[1::2])]
        Image.fromarray(np.concatenate(halves, axis=1)).save(folder / f"sheet-{start // _A_SHEET:02}.webp", quality=85)
    key = {"models": [str(model) for model in models], "left": left.tolist(), "prompts": prompts}
    (folder / "key.json").write_text(json.dumps(key, ensure_ascii=False) + "\n", encoding="utf-8")


def _row(number: int, prompt: str, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    head = Image.new("RGB", (2 * _SIDE_PX + 16, _HEAD_PX), "white")
    font = ImageFont.load_default(13)
    # The built-in font has no Chinese characters; the number finds the prompt in the key.
    words = prompt if prompt.isascii() else "(Chinese)"
    ImageDraw.Draw(head).text((4, 6), f"{number + 1}. {words}"[:74], fill="black", font=font)
    gap = np.full((_SIDE_PX, 8, 3), 255, np.uint8)
    return np.concatenate([np.asarray(head), np.concatenate([left, gap, right, gap], axis=1)])


def score(folder: Path, choices: str) -> dict[str, float]:
    """How often each model was chosen, and the chance of that if both were equal (two-sided sign test).

    Raises ValueError where the choices do not fit the key.
    """
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    letters = [letter for letter in choices.lower() if letter in "lr="]
    if len(letters) != len(key["left"]):
        raise ValueError(f"{len(letters)} choices for {len(key['left'])} pairs")
    wins = [0, 0]
    for letter, left in zip(letters, key["left"], strict=True):
        if letter != "=":
            wins[left if letter == "l" else 1 - left] += 1
    decided = sum(wins)
    return {
        "pairs": len(letters),
        "first_model_chosen": wins[0],
        "second_model_chosen": wins[1],
        "no_difference": len(letters) - decided,
        "sign_test_p": float(stats.binomtest(wins[1], decided).pvalue) if decided else 1.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    for name in ("first", "second", "folder"):
        making.add_argument(name, type=Path)
    making.add_argument("--pairs", type=int, default=100)
    scoring = commands.add_parser("score")
    scoring.add_argument("folder", type=Path)
    scoring.add_argument("choices", type=Path)
    given = parser.parse_args()
    if given.command == "make":
        make([given.first, given.second], given.folder, pairs=given.pairs)
        return
    for name, value in score(given.folder, given.choices.read_text()).items():
        print(f"{name}: {value:.3g}")


if __name__ == "__main__":
    main()
