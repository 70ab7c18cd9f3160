"""A classifier trained on the data program's pictures, which tells their facts: it measures the image model.

It sees pictures at 128 px and has one head a fact. A fact is asked only where the picture shows it: the hour and the
weather in scenes with a sky, the count where something is counted, the position in all.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.engine.training.scenes.facts import COUNTS, SceneFacts
from generation.engine.training.train_picture_space import FIELDS as TAUGHT
from generation.engine.training.train_picture_space import halved_pictures, read_facts

SIDE_PX = 128
# What nobody counts is not asked.
FIELDS: dict[str, tuple[str | int, ...]] = {
    **{name: TAUGHT[name] for name in ("scene", "palette", "time", "weather", "composition", "medium")},
    "count": COUNTS,
}
_NOT_ASKED = -100


def answer(field: str, facts: SceneFacts) -> str | int | None:
    """What the picture of `facts` shows of `field`, or None where the question makes no sense."""
    if (field == "time" and not facts.has_time) or (field == "weather" and not facts.has_weather):
        return None
    value: str | int = getattr(facts, field)
    return value if value in FIELDS[field] else None


class Judge(nn.Module):
    """Pictures (N, 3, 128, 128) in [0, 1] to the logits of every field; `features` gives (N, 192) for distances."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in ((3, 24), (24, 48), (48, 96), (96, 144), (144, 192)):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
            if after >= 96:
                layers += [nn.Conv2d(after, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleDict({name: nn.Linear(192 * 16, len(values)) for name, values in FIELDS.items()})

    def features(self, pictures: Tensor) -> Tensor:
        """The last maps' means over the picture."""
        return self.body(pictures * 2 - 1).mean(dim=(2, 3))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        x = self.body(pictures * 2 - 1).flatten(1)
        x = functional.dropout(x, 0.2, self.training)
        return {name: head(x) for name, head in self.heads.items()}


def as_judged(pictures: np.ndarray) -> Tensor:
    """(N, H, W, 3) uint8, H and W multiples of 128, to what the judge sees."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255
    return functional.adaptive_avg_pool2d(x, SIDE_PX)


def train_judge(data: Path, *, minutes: float, batch: int = 64, seed: int = 5, bf16: bool = False) -> Judge:
    """Trains on the data folder's pictures for `minutes`."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    facts = read_facts(data)
    pictures = halved_pictures(data)
    answers: dict[str, Tensor] = {}
    for name, values in FIELDS.items():
        told = [answer(name, f) for f in facts]
        answers[name] = torch.tensor([_NOT_ASKED if one is None else values.index(one) for one in told])
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), lr=1e-3, weight_decay=0.02)
    began = time.monotonic()
    while (share := (time.monotonic() - began) / (minutes * 60)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 1.5e-3 * (1 - share) + 1e-5
        chosen = np.sort(rng.choice(len(facts), batch, replace=False))
        shown = as_judged(pictures[chosen])
        # A model's pictures are a little softer than renderings; the judge shall not mind.
        if rng.random() < 0.5:
            shown = functional.interpolate(functional.avg_pool2d(shown, 2), scale_factor=2, mode="bilinear")
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            told_now = judge(shown)
        losses = [
            functional.cross_entropy(logits.float(), answers[name][chosen], ignore_index=_NOT_ASKED)
            for name, logits in told_now.items()
        ]
        loss = torch.stack(losses).nan_to_num().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return judge.eval()


def load_or_train_judge(data: Path, *, minutes: float = 8, bf16: bool = False) -> Judge:
    """The judge beside the data folder, trained at the first call."""
    path = data / "judge.pt"
    if not path.exists():
        torch.save(train_judge(data, minutes=minutes, bf16=bf16).state_dict(), path)
    judge = Judge()
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()


@dataclass(frozen=True)
class Verdicts:
    """What the judge sees in some pictures: by field a list of values, and (N, 192) features."""

    said: dict[str, list[str | int]]
    features: np.ndarray


@torch.no_grad()
def judged(judge: Judge, pictures: np.ndarray) -> Verdicts:
    """The judge's answers to (N, H, W, 3) uint8 pictures."""
    said: dict[str, list[str | int]] = {name: [] for name in FIELDS}
    features = []
    for start in range(0, len(pictures), 64):
        shown = as_judged(pictures[start : start + 64])
        for name, logits in judge(shown).items():
            said[name] += [FIELDS[name][i] for i in logits.argmax(1)]
        features.append(judge.features(shown).numpy())
    return Verdicts(said, np.concatenate(features))
