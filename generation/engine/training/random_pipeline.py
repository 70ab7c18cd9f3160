"""Writes a model folder with random weights of exactly the trained model's classes, sizes and tokenizer.

    python -m generation.engine.training.random_pipeline OUT_FOLDER

For tests and for wiring a worker where the trained weights are absent. The same seed gives the same weights.
"""

import argparse
from pathlib import Path

import torch

from generation.engine.training.model_folder import write_model_folder
from generation.engine.training.model_shapes import make_autoencoder, make_text_encoder, make_unet
from generation.engine.training.picture_space import PictureEncoder, TextProjection
from generation.engine.training.words import train_tokenizer


def write_random_model(folder: Path, *, seed: int = 0) -> None:
    """Writes the folder in a few seconds."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        tokenizer = train_tokenizer()
        write_model_folder(
            folder,
            tokenizer=tokenizer,
            text_encoder=make_text_encoder(len(tokenizer)),
            autoencoder=make_autoencoder(),
            unet=make_unet(),
            picture_encoder=PictureEncoder(),
            text_projection=TextProjection(),
            version="0.0-random",
            title="Random weights",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    write_random_model(given.folder, seed=given.seed)
    print(f"wrote {given.folder}")


if __name__ == "__main__":
    main()
