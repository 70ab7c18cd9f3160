"""Trains the text encoder and the picture encoder together, so that pictures and captions meet in one space.

    python -m generation.engine.training.train_picture_space DATA_FOLDER OUT_FOLDER --minutes 20

Three parts of the loss: captions of both languages against pictures and against each other within a batch; the facts
(scene, palette, time, ...) told from pictures and from captions by heads that are dropped afterwards; and two views of
recoloured and spliced pictures against each other, which spreads pictures that no scene program drew.
Writes OUT_FOLDER/space.pt and OUT_FOLDER/tokenizer/. A second run goes on.
"""

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel, BertTokenizerFast

from generation.engine.training.model_shapes import TEXT_TOKENS, TEXT_WIDTH, make_text_encoder
from generation.engine.training.picture_space import SPACE_DIM, PictureEncoder, TextProjection, load_picture_space
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.facts import (
    COMPOSITIONS,
    COUNTED,
    COUNTS,
    MEDIUMS,
    OBJECTS,
    SCENES,
    SEASONS,
    STYLES,
    TIMES,
    WEATHERS,
    SceneFacts,
)
from generation.engine.training.scenes.palettes import FAMILIES
from generation.engine.training.time_budget import TimeBudget, save_atomically, set_rate
from generation.engine.training.words import train_tokenizer

FIELDS: dict[str, tuple[str | int, ...]] = {
    "scene": SCENES,
    "palette": tuple(FAMILIES),
    "time": TIMES,
    "weather": WEATHERS,
    "composition": COMPOSITIONS,
    "style": STYLES,
    "season": ("", *SEASONS),
    "medium": MEDIUMS,
    "count": (0, *COUNTS),
}
THINGS: tuple[str, ...] = tuple(
    sorted({thing for table in (OBJECTS, COUNTED) for things in table.values() for thing in things})
)
_CAPTION_VARIANTS = 1000


def read_facts(data: Path) -> list[SceneFacts]:
    """The facts of a data folder's pictures, in their order."""
    with (data / "facts.jsonl").open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [SceneFacts(**(entry | {"objects": tuple(entry["objects"])})) for entry in entries]


def halved_pictures(data: Path) -> np.ndarray:
    """The pictures at 128 px, (count, 128, 128, 3) uint8, made once beside the large ones."""
    target = data / "pictures_128.npy"
    large = np.load(data / "pictures.npy", mmap_mode="r")
    if not target.exists() or len(np.load(target, mmap_mode="r")) != len(large):
        small = np.empty((len(large), 128, 128, 3), np.uint8)
        for start in range(0, len(large), 200):
            part = large[start : start + 200].astype(np.uint16)
            total = part[:, ::2, ::2] + part[:, 1::2, ::2] + part[:, ::2, 1::2] + part[:, 1::2, 1::2]
            small[start : start + 200] = (total + 2) // 4
        partial = target.with_suffix(".partial.npy")
        np.save(partial, small)
        partial.rename(target)
    return np.load(target, mmap_mode="r")


class FactHeads(nn.Module):
    """Tells the facts from a vector; only the training uses it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(values)) for name, values in FIELDS.items()})
        self.things = nn.Linear(width, len(THINGS))

    def loss(self, vectors: Tensor, facts: list[SceneFacts]) -> Tensor:
        """Mean cross entropy over the fields, and over the things that stand in the pictures."""
        total = torch.zeros(())
        for name, values in FIELDS.items():
            wanted = torch.tensor([values.index(getattr(f, name)) for f in facts])
            total = total + functional.cross_entropy(self.heads[name](vectors), wanted)
        present = torch.tensor([[float(thing in f.objects) for thing in THINGS] for f in facts])
        return total / len(FIELDS) + functional.binary_cross_entropy_with_logits(self.things(vectors), present)


def _views(pictures: Tensor, rng: random.Random) -> tuple[Tensor, Tensor]:
    """Two views (n, 3, 128, 128) of recoloured, partly spliced pictures."""
    changed: list[Tensor] = []
    for index, picture in enumerate(pictures):
        grey = picture.mean(0, keepdim=True)
        mixed = grey + (picture[rng.sample(range(3), 3)] - grey) * rng.uniform(0.3, 1.5)
        tint = torch.tensor([rng.uniform(0.6, 1.4) for _ in range(3)])[:, None, None]
        picture = (mixed * tint).clamp(0, 1)
        if index % 3 == 0 and changed:
            share = rng.uniform(0.3, 0.7)
            picture = picture * share + changed[-1] * (1 - share)
        changed.append(picture)
    return _crops(changed, rng), _crops(changed, rng)


def _crops(pictures: list[Tensor], rng: random.Random) -> Tensor:
    crops = []
    for picture in pictures:
        size = rng.randrange(76, 129)
        top, left = rng.randrange(0, 129 - size), rng.randrange(0, 129 - size)
        crop = picture[None, :, top : top + size, left : left + size]
        crop = functional.interpolate(crop, size=(128, 128), mode="bilinear", align_corners=False)[0]
        crop = crop.flip(2) if rng.random() < 0.5 else crop
        crops.append((crop * rng.uniform(0.88, 1.12) + rng.uniform(-0.05, 0.05)).clamp(0, 1))
    return torch.stack(crops)


def _agreement(a: Tensor, b: Tensor, scale: Tensor) -> Tensor:
    logits = a @ b.T * scale
    wanted = torch.arange(len(a))
    return (functional.cross_entropy(logits, wanted) + functional.cross_entropy(logits.T, wanted)) / 2


class Parts(nn.Module):
    """Everything that is trained together."""

    def __init__(self, vocabulary_size: int) -> None:
        super().__init__()
        self.text: BertModel = make_text_encoder(vocabulary_size)
        self.pictures = PictureEncoder()
        self.projection = TextProjection()
        self.text_heads = FactHeads(TEXT_WIDTH)
        self.picture_heads = FactHeads(SPACE_DIM)
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def loss(
        self, pictures: Tensor, views: tuple[Tensor, Tensor], tokens: Any, facts: list[SceneFacts]
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss of one batch; `tokens` holds the English captions first, then the Chinese."""
        count = len(facts)
        states = self.text(**tokens).last_hidden_state.float()
        mask = tokens["attention_mask"]
        said = self.projection(states, mask)
        seen = self.pictures(pictures).float()
        scale = self.log_scale.clamp(max=3.2).exp()
        english, chinese = said[:count], said[count:]
        across = (
            _agreement(english, seen, scale)
            + _agreement(chinese, seen, scale)
            + 0.5 * _agreement(english, chinese, scale)
        )
        alike = _agreement(self.pictures(views[0]), self.pictures(views[1]), scale)
        pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        told = self.text_heads.loss(pooled, facts + facts) + self.picture_heads.loss(seen * 4, facts)
        right = (english @ seen.T).argmax(1).eq(torch.arange(count)).float().mean().item()
        return across + 0.4 * alike + told, {
            "across": across.item(),
            "alike": alike.item(),
            "told": told.item(),
            "right": right,
        }


def tokenise(tokenizer: BertTokenizerFast, captions: list[str]) -> Any:
    """Input ids and attention mask, padded to the longest caption."""
    return tokenizer(
        captions,
        padding=True,
        truncation=True,
        max_length=TEXT_TOKENS,
        return_tensors="pt",
        return_token_type_ids=False,
    )


def train(data: Path, out: Path, *, minutes: float, batch: int, rate: float, former: Path | None, bf16: bool) -> None:
    """Trains for `minutes`, with a checkpoint every two; begins with the weights of the model folder `former`."""
    torch.set_num_threads(1)
    facts = read_facts(data)
    pictures = halved_pictures(data)
    folder = out / "tokenizer"
    if not folder.exists():
        train_tokenizer().save_pretrained(folder)
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    torch.manual_seed(1)
    parts = Parts(len(tokenizer))
    optimizer = torch.optim.AdamW(parts.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01)
    checkpoint = out / "space.pt"
    spent_s, step = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        parts.load_state_dict(state["parts"])
        optimizer.load_state_dict(state["optimizer"])
        spent_s, step = state["spent_s"], state["step"]
    elif former:
        start_from_former(parts, tokenizer, former)
    budget = TimeBudget(minutes, spent_s)
    rng = random.Random(step)
    saved = time.monotonic()
    while budget.share < 1:
        chosen = rng.sample(range(len(facts)), batch)
        some = [facts[i] for i in chosen]
        shown = torch.from_numpy(pictures[sorted(chosen)]).permute(0, 3, 1, 2).float() / 255
        some = [facts[i] for i in sorted(chosen)]
        captions = [caption(f, language, rng.randrange(_CAPTION_VARIANTS)) for language in ("en", "zh") for f in some]
        views = _views(shown[: batch // 2], rng)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            loss, told = parts.loss(shown, views, tokenise(tokenizer, captions), some)
        set_rate(optimizer, budget.learning_rate(rate))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts.parameters(), 2.0)
        optimizer.step()
        step += 1
        if step % 25 == 0:
            figures = " ".join(f"{name} {value:.3f}" for name, value in told.items())
            print(f"step {step} min {budget.spent_s / 60:.1f} {figures}", flush=True)
        if time.monotonic() - saved > 120 or budget.share >= 1:
            state = {
                "parts": parts.state_dict(),
                "optimizer": optimizer.state_dict(),
                "spent_s": budget.spent_s,
                "step": step,
            }
            save_atomically(state, checkpoint)
            saved = time.monotonic()


def start_from_former(parts: Parts, tokenizer: BertTokenizerFast, former: Path) -> None:
    """Takes over both encoders of an earlier version; words that it did not know keep their random rows."""
    old_tokenizer = BertTokenizerFast.from_pretrained(former / "tokenizer")
    old_text = BertModel.from_pretrained(former / "text_encoder")
    old_pictures, old_projection = load_picture_space(former)
    parts.pictures.load_state_dict(old_pictures.state_dict())
    parts.projection.load_state_dict(old_projection.state_dict())
    old = {name: value for name, value in old_text.state_dict().items() if not name.startswith("pooler.")}
    rows = old.pop("embeddings.word_embeddings.weight")
    parts.text.load_state_dict(old, strict=False)
    known = old_tokenizer.get_vocab()
    with torch.no_grad():
        for word, row in tokenizer.get_vocab().items():
            if word in known:
                parts.text.embeddings.word_embeddings.weight[row] = rows[known[word]]


def load_parts(folder: Path) -> tuple[Parts, BertTokenizerFast]:
    """The trained parts and their tokenizer, for the next stages."""
    tokenizer = BertTokenizerFast.from_pretrained(folder / "tokenizer")
    parts = Parts(len(tokenizer))
    parts.load_state_dict(torch.load(folder / "space.pt", weights_only=True)["parts"])
    return parts.eval(), tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--former", type=Path, help="a model folder to begin with")
    parser.add_argument("--bf16", action="store_true", help="faster on processors with AVX-512 BF16 or AMX")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    train(
        given.data,
        given.out,
        minutes=given.minutes,
        batch=given.batch,
        rate=given.rate,
        former=given.former,
        bf16=given.bf16,
    )


if __name__ == "__main__":
    main()
