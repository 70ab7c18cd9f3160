"""The picture space: pictures and captions of both languages as vectors of one space, near where they agree.

The text side is the image model's own text encoder with a projection; the picture side is a small residual network.
Its weights lie beside the pipeline in the model folder, under `picture_space/`.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from generation.engine.training.model_shapes import TEXT_WIDTH

SPACE_DIM = 128
SPACE_PICTURE_SIDE_PX = 128


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.relu(self.first_norm(self.first(x)))
        return functional.relu(x + self.second_norm(self.second(inner)))


class PictureEncoder(nn.Module):
    """Pictures (N, 3, H, W), floats in [0, 1], to vectors (N, 128) of length one.

    Any size from 64 px on; it is made for 128 px, to which the caller resizes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 24, 5, stride=4, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(24)
        stages: list[nn.Module] = [_Block(24)]
        for before, after in ((24, 64), (64, 128), (128, 192)):
            stages += [
                nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                _Block(after),
            ]
        self.stages = nn.Sequential(*stages)
        self.project = nn.Linear(2 * 192, SPACE_DIM)

    def features(self, pictures: Tensor) -> Tensor:
        """What the projection sees: (N, 384), the mean and the spread of the last stage."""
        x = functional.relu(self.stem_norm(self.stem(pictures * 4 - 2)))
        x = self.stages(x)
        mean = x.mean(dim=(2, 3))
        spread = (x - mean[:, :, None, None]).square().mean(dim=(2, 3)).add(1e-5).sqrt()
        return torch.cat([mean, spread], dim=1)

    def forward(self, pictures: Tensor) -> Tensor:
        return functional.normalize(self.project(self.features(pictures)), dim=1)


class TextProjection(nn.Module):
    """The text encoder's last states (N, T, 256) and the mask (N, T) to vectors (N, 128) of length one."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(TEXT_WIDTH, SPACE_DIM)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        weights = mask.to(states.dtype)[:, :, None]
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        return functional.normalize(self.project(mean), dim=1)


def save_picture_space(folder: Path, encoder: PictureEncoder, projection: TextProjection) -> None:
    """Writes `folder`/picture_space in half precision."""
    target = folder / "picture_space"
    target.mkdir(parents=True, exist_ok=True)
    weights = {f"picture.{name}": value for name, value in encoder.state_dict().items()}
    weights |= {f"text.{name}": value for name, value in projection.state_dict().items()}
    halved = {
        name: (value.half() if value.is_floating_point() else value).contiguous() for name, value in weights.items()
    }
    save_file(halved, target / "model.safetensors")
    facts = {"dim": SPACE_DIM, "picture_side_px": SPACE_PICTURE_SIDE_PX}
    (target / "config.json").write_text(json.dumps(facts, indent=2) + "\n")


def load_picture_space(folder: Path) -> tuple[PictureEncoder, TextProjection]:
    """The picture encoder and the text projection of a model folder, in float32, for evaluation."""
    weights = load_file(folder / "picture_space" / "model.safetensors")
    full = {name: (value.float() if value.is_floating_point() else value) for name, value in weights.items()}
    encoder, projection = PictureEncoder(), TextProjection()
    encoder.load_state_dict({n.removeprefix("picture."): v for n, v in full.items() if n.startswith("picture.")})
    projection.load_state_dict({n.removeprefix("text."): v for n, v in full.items() if n.startswith("text.")})
    return encoder.eval(), projection.eval()
