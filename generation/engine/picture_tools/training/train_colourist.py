"""Trains the network that expects colours from lightness, on pictures of the data program.

    python -m generation.engine.picture_tools.training.train_colourist DATA_FOLDER OUT_FOLDER --minutes 60

DATA_FOLDER/pictures.npy is what `generation.engine.training.render_dataset` writes. OUT_FOLDER/colourist.pt is written
every minute; a second run goes on from it. The loss weighs each pixel by how colourful it is: most of a picture is
nearly grey, and without the weight the network would answer grey everywhere.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from generation.engine.picture_tools.colourizing import Colourist
from generation.engine.picture_tools.oklab import to_oklab
from generation.engine.picture_tools.training.crops import CropSource
from generation.engine.picture_tools.training.effort_options import add_effort_options, effort_from
from generation.engine.picture_tools.training.loop import train_network

# The network sees whole pictures, reduced.
_SIDE_PX = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    add_effort_options(parser, rate=5e-3, batch=6)
    given = parser.parse_args()
    cv2.setNumThreads(given.threads)
    source = CropSource(given.data, seed=given.seed)

    def make_batch() -> tuple[Tensor, ...]:
        pictures = []
        for _ in range(given.batch):
            whole = source.whole()
            reduced = cv2.resize(whole, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
            pictures.append(to_oklab(np.asarray(reduced, np.float32)))
        lab = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
        return lab[:, :1], lab[:, 1:]

    def loss_of(network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        lightness, colours = batch
        weight = 0.3 + 4 * colours.norm(dim=1, keepdim=True)
        off = network(lightness) - colours
        return (torch.sqrt(off * off + 1e-6) * weight).mean()

    train_network(Colourist(), given.out / "colourist.pt", make_batch, loss_of, effort_from(given))


if __name__ == "__main__":
    main()
