"""Measures picture spaces against each other: does a caption find its picture, and a picture its caption?

    python -m generation.engine.training.evaluate_picture_space MODEL [MODEL ...] --renders FOLDER --works FOLDER

FOLDER of --renders is one that `render_dataset` wrote from seeds that no training saw (50,000,000 and more); captions
are drawn anew in each language. FOLDER of --works holds pictures that a model painted and `recipes.jsonl` with their
prompts. The share of captions whose own picture (of pictures whose own caption) is among the nearest ten, and the share
of all pictures among the nearest ten that show the caption's scene.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from transformers import BertModel, BertTokenizerFast

from generation.engine.training.model_shapes import TEXT_TOKENS
from generation.engine.training.picture_space import SPACE_PICTURE_SIDE_PX, load_picture_space
from generation.engine.training.scenes.captions import caption
from generation.engine.training.train_picture_space import read_facts

NEAREST = 10
_BATCH = 64
# Captions of the trainings are drawn with variants below a thousand.
_VARIANT = 50_001


@dataclass(frozen=True)
class Pairs:
    """Pictures (N, 3, side, side) in [0, 1], and what each is said to be, with its scene."""

    name: str
    pictures: Tensor
    captions: list[str]
    scenes: list[str]


def pairs_of_renders(data: Path) -> list[Pairs]:
    """The held-out pictures of a data folder, once with English and once with Chinese captions."""
    facts = read_facts(data)
    large = np.load(data / "pictures.npy", mmap_mode="r")
    pictures = torch.stack([_as_tensor(Image.fromarray(large[i])) for i in range(len(facts))])
    scenes = [one.scene for one in facts]
    return [
        Pairs(f"{data.name}, {language}", pictures, [caption(one, language, _VARIANT) for one in facts], scenes)
        for language in ("en", "zh")
    ]


def pairs_of_works(folder: Path) -> list[Pairs]:
    """Painted pictures and the prompts that they were painted from, by language."""
    with (folder / "recipes.jsonl").open(encoding="utf-8") as lines:
        works = [json.loads(line) for line in lines]
    found = []
    for language in ("en", "zh"):
        some = [work for work in works if work["language"] == language]
        pictures = []
        for work in some:
            with Image.open(folder / work["file"]) as picture:
                pictures.append(_as_tensor(picture))
        name = f"{folder.name}, {language}"
        found.append(Pairs(name, torch.stack(pictures), [w["prompt"] for w in some], [w["scene"] for w in some]))
    return found


def _as_tensor(picture: Image.Image) -> Tensor:
    side = SPACE_PICTURE_SIDE_PX
    scaled = picture.convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.asarray(scaled).copy()).permute(2, 0, 1).float() / 255


@torch.no_grad()
def measure(model: Path, pairs: Pairs) -> dict[str, float]:
    """Recall at ten in both directions, and the share of the caption's scene among the ten nearest pictures."""
    encoder, projection = load_picture_space(model)
    text_encoder = BertModel.from_pretrained(model / "text_encoder", dtype=torch.float32).eval()
    tokenizer = BertTokenizerFast.from_pretrained(model / "tokenizer")
    seen = torch.cat([encoder(part) for part in pairs.pictures.split(_BATCH)])
    said = []
    for start in range(0, len(pairs.captions), _BATCH):
        tokens = tokenizer(
            pairs.captions[start : start + _BATCH],
            padding=True,
            truncation=True,
            max_length=TEXT_TOKENS,
            return_tensors="pt",
            return_token_type_ids=False,
        )
        said.append(projection(text_encoder(**tokens).last_hidden_state, tokens["attention_mask"]))
    near = torch.cat(said) @ seen.T
    found = near.topk(NEAREST, dim=1).indices
    own = torch.arange(len(near))[:, None]
    scenes = np.array(pairs.scenes)
    return {
        "text to picture": float((found == own).any(1).float().mean()),
        "picture to text": float((near.T.topk(NEAREST, dim=1).indices == own).any(1).float().mean()),
        "scene among the ten": float((scenes[found.numpy()] == scenes[:, None]).mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--renders", type=Path, action="append", default=[])
    parser.add_argument("--works", type=Path, action="append", default=[])
    given = parser.parse_args()
    torch.set_num_threads(1)
    all_pairs = [pairs for folder in given.renders for pairs in pairs_of_renders(folder)]
    all_pairs += [pairs for folder in given.works for pairs in pairs_of_works(folder)]
    for pairs in all_pairs:
        for model in given.models:
            figures = ", ".join(f"{name} {share:.3f}" for name, share in measure(model, pairs).items())
            print(f"{pairs.name} ({len(pairs.captions)}): {model.name}: {figures}", flush=True)


if __name__ == "__main__":
    main()
