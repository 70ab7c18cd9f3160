"""Puts the trained parts together into a model folder.

python -m generation.engine.training.assemble SPACE_FOLDER AUTOENCODER_FOLDER UNET_FOLDER OUT_FOLDER --version 2.0
"""

import argparse
from pathlib import Path
from typing import Any

import torch

from generation.engine.training.latents import load_autoencoder
from generation.engine.training.model_folder import write_model_folder
from generation.engine.training.model_shapes import make_unet
from generation.engine.training.train_picture_space import load_parts


def assemble(space: Path, autoencoder: Path, unet_folder: Path, out: Path, **card: Any) -> None:
    """Writes the folder from the trainings' last checkpoints; of the denoiser the averaged weights. ``card``: version,
    title, quality and is_offered (`write_model_folder`).
    """
    parts, tokenizer = load_parts(space)
    unet = make_unet()
    unet.load_state_dict(torch.load(unet_folder / "unet.pt", weights_only=True)["average"])
    write_model_folder(
        out,
        tokenizer=tokenizer,
        text_encoder=parts.text,
        autoencoder=load_autoencoder(autoencoder),
        unet=unet.eval(),
        picture_encoder=parts.pictures,
        text_projection=parts.projection,
        **card,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("space", "autoencoder", "unet", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--version", default="2.0")
    parser.add_argument("--title", default="Atelier Image 2")
    parser.add_argument("--quality", type=int, default=50, help="0 to 100, for the registry; the studio's best has 60")
    parser.add_argument("--offered", action="store_true", help="the shop offers it unasked")
    given = parser.parse_args()
    card = {"version": given.version, "title": given.title, "quality": given.quality, "is_offered": given.offered}
    assemble(given.space, given.autoencoder, given.unet, given.out, **card)
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
