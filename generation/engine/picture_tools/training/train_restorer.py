"""Trains one of the restorer's networks on pictures of the data program under simulated damage.

    python -m generation.engine.picture_tools.training.train_restorer DATA_FOLDER OUT_FOLDER --part repairer \\
        --minutes 60

Parts: repairer, finder, denoiser, tone-fading, tone-varnish. DATA_FOLDER/pictures.npy is what
`generation.engine.training.render_dataset` writes. OUT_FOLDER/PART.pt is written every minute; a second run goes on.
"""

import argparse
from pathlib import Path

import cv2

from generation.engine.picture_tools.training.crops import CropSource
from generation.engine.picture_tools.training.effort_options import add_effort_options, effort_from
from generation.engine.picture_tools.training.loop import train_network
from generation.engine.picture_tools.training.restorer_examples import PARTS, RestorerExamples, part_training


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--side", type=int, default=96, help="of a crop, in pixels; a multiple of 8")
    add_effort_options(parser, rate=5e-3, batch=8)
    given = parser.parse_args()
    cv2.setNumThreads(given.threads)
    source = CropSource(given.data, seed=given.seed)
    examples = RestorerExamples(source, seed=given.seed, side_px=given.side, batch=given.batch)
    network, make_batch, loss_of = part_training(given.part, examples)
    train_network(network, given.out / f"{given.part}.pt", make_batch, loss_of, effort_from(given))


if __name__ == "__main__":
    main()
