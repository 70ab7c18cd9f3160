"""Takes a model folder of the present shapes apart, so that its training goes on: what `assemble` put together.

python -m generation.engine.training.unpack MODEL_FOLDER SPACE_FOLDER AUTOENCODER_FOLDER UNET_FOLDER

The weights come back in the half precision in which the folder holds them; the optimizers begin anew.
"""

import argparse
from pathlib import Path

from diffusers import AutoencoderTiny, UNet2DConditionModel
from transformers import BertTokenizerFast

from generation.engine.training.time_budget import save_atomically
from generation.engine.training.train_picture_space import Parts, start_from_former


def unpack(model: Path, space: Path, autoencoder: Path, unet: Path) -> None:
    """Writes SPACE/space.pt with its tokenizer, AUTOENCODER/start.pt and UNET/start.pt."""
    for folder in (space, autoencoder, unet):
        folder.mkdir(parents=True, exist_ok=True)
    tokenizer = BertTokenizerFast.from_pretrained(model / "tokenizer")
    tokenizer.save_pretrained(space / "tokenizer")
    parts = Parts(len(tokenizer))
    start_from_former(parts, tokenizer, model)
    save_atomically({"parts": parts.state_dict()}, space / "space.pt")
    for kind, name, folder in ((AutoencoderTiny, "vae", autoencoder), (UNet2DConditionModel, "unet", unet)):
        save_atomically(kind.from_pretrained(model / name).float().state_dict(), folder / "start.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "space", "autoencoder", "unet"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    unpack(given.model, given.space, given.autoencoder, given.unet)


if __name__ == "__main__":
    main()
