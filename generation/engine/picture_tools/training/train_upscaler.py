"""Trains the upscaler on pictures of the data program made small.

    python -m generation.engine.picture_tools.training.train_upscaler DATA_FOLDER OUT_FOLDER --minutes 60 --bf16

DATA_FOLDER/pictures.npy is what `generation.engine.training.render_dataset` writes. OUT_FOLDER/upscaler.pt is written
every minute; a second run goes on from it.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from generation.engine.picture_tools.pixels import Pixels, to_bytes
from generation.engine.picture_tools.training.crops import CropSource
from generation.engine.picture_tools.training.effort_options import add_effort_options, effort_from
from generation.engine.picture_tools.training.loop import train_network
from generation.engine.picture_tools.training.losses import likeness_loss
from generation.engine.picture_tools.upscaling import UpscaleNetwork

SMALL_PX = 48


def made_small(crop: Pixels, rng: np.random.Generator) -> Pixels:
    """Half the side by one of the usual ways, in bytes as pictures come; one in ten went through JPEG."""
    side = crop.shape[0] // 2
    way = rng.choice([Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BOX], p=[0.6, 0.2, 0.2])
    small = np.asarray(Image.fromarray(to_bytes(crop)).resize((side, side), Image.Resampling(way)))
    if rng.random() < 0.1:
        quality = int(rng.integers(80, 98))
        _, packed = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        assert decoded is not None, "what was just encoded can be decoded"
        small = np.asarray(decoded[..., ::-1], np.uint8)
    return np.asarray(small / 255, np.float32)


def _stack(crops: list[Pixels]) -> Tensor:
    stacked = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)
    return stacked.to(memory_format=torch.channels_last)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    add_effort_options(parser, rate=1e-2, batch=8)
    given = parser.parse_args()
    source, rng = CropSource(given.data, seed=given.seed), np.random.default_rng(given.seed)

    def make_batch() -> tuple[Tensor, ...]:
        large = [source.draw(2 * SMALL_PX) for _ in range(given.batch)]
        return _stack([made_small(crop, rng) for crop in large]), _stack(large)

    def loss_of(network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        small, large = batch
        return likeness_loss(network(small).float(), large)

    train_network(UpscaleNetwork(), given.out / "upscaler.pt", make_batch, loss_of, effort_from(given))


if __name__ == "__main__":
    main()
