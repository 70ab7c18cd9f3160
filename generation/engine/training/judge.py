"""A small classifier that tells scene and palette from a picture; it measures the image model and is no part of it.

Trained on the data program's pictures at 64 px; the measured pictures are held out.
"""

import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.engine.training.scenes.facts import SCENES
from generation.engine.training.scenes.palettes import FAMILIES
from generation.engine.training.train_picture_space import halved_pictures, read_facts

SIDE_PX = 64
PALETTES = tuple(FAMILIES)


class Judge(nn.Module):
    """Pictures (N, 3, 64, 64) in [0, 1] to logits of the scenes and of the palettes."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in ((3, 24), (24, 48), (48, 96), (96, 128)):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.scene = nn.Linear(128 * 16, len(SCENES))
        self.palette = nn.Linear(128 * 16, len(PALETTES))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        x = self.body(pictures * 2 - 1).flatten(1)
        return self.scene(x), self.palette(x)


def as_judged(pictures: np.ndarray) -> Tensor:
    """(N, H, W, 3) uint8, H and W multiples of 64, to what the judge sees."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255
    return functional.adaptive_avg_pool2d(x, SIDE_PX)


def train_judge(data: Path, *, minutes: float, batch: int = 64, seed: int = 5) -> Judge:
    """Trains on the data folder's pictures for `minutes`."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    facts = read_facts(data)
    pictures = halved_pictures(data)
    scenes = torch.tensor([SCENES.index(f.scene) for f in facts])
    palettes = torch.tensor([PALETTES.index(f.palette) for f in facts])
    judge = Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), lr=1e-3)
    began = time.monotonic()
    while (share := (time.monotonic() - began) / (minutes * 60)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 1.5e-3 * (1 - share) + 1e-5
        chosen = np.sort(rng.choice(len(facts), batch, replace=False))
        shown = as_judged(pictures[chosen])
        # A model's pictures are a little softer than renderings; the judge shall not mind.
        if rng.random() < 0.5:
            shown = functional.interpolate(functional.avg_pool2d(shown, 2), scale_factor=2, mode="bilinear")
        scene, palette = judge(shown)
        loss = functional.cross_entropy(scene, scenes[chosen]) + functional.cross_entropy(palette, palettes[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return judge.eval()


def load_or_train_judge(data: Path, *, minutes: float = 3) -> Judge:
    """The judge beside the data folder, trained at the first call."""
    path = data / "judge.pt"
    if not path.exists():
        torch.save(train_judge(data, minutes=minutes).state_dict(), path)
    judge = Judge()
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()


@torch.no_grad()
def judged(judge: Judge, pictures: np.ndarray) -> tuple[list[str], list[str]]:
    """The scenes and the palettes that the judge sees in (N, H, W, 3) uint8 pictures."""
    scenes, palettes = [], []
    for start in range(0, len(pictures), 64):
        scene, palette = judge(as_judged(pictures[start : start + 64]))
        scenes += [SCENES[i] for i in scene.argmax(1)]
        palettes += [PALETTES[i] for i in palette.argmax(1)]
    return scenes, palettes
