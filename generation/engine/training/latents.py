"""The data folder's pictures as latents, encoded once.

python -m generation.engine.training.latents DATA_FOLDER AUTOENCODER_FOLDER
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor
from torch.nn import functional

from generation.engine.training.model_shapes import LATENT_SCALE, make_autoencoder


def load_autoencoder(folder: Path) -> AutoencoderTiny:
    """The autoencoder of `train_decoder`'s checkpoint, or before there is one, of `fit_encoder`."""
    autoencoder = make_autoencoder()
    checkpoint = folder / "autoencoder.pt"
    if checkpoint.exists():
        autoencoder.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    else:
        autoencoder.load_state_dict(torch.load(folder / "start.pt", weights_only=True))
    return autoencoder.eval()


def _reductions(autoencoder: AutoencoderTiny) -> list[tuple[Tensor, Tensor | None]]:
    """The encoder's linear steps without the taps that `fit_encoder` leaves at zero: a twentieth of the work."""
    first, *strided, last = autoencoder.encoder.layers
    steps: list[tuple[Tensor, Tensor | None]] = [(first.weight[:3, :, 1:2, 1:2], first.bias[:3])]
    channels = 3
    for layer in strided:
        kept = int((layer.weight.abs().amax(dim=(1, 2, 3)) > 0).sum())
        steps.append((layer.weight[:kept, :channels, 1:, 1:], None))
        channels = kept
    return [*steps, (last.weight[:, :channels, 1:2, 1:2], last.bias)]


def _reduced(pictures: Tensor, steps: list[tuple[Tensor, Tensor | None]]) -> Tensor:
    x = pictures
    for weight, bias in steps:
        x = functional.conv2d(x, weight, bias, stride=weight.shape[-1])
    return x


@torch.no_grad()
def cached_latents(data: Path, autoencoder_folder: Path) -> np.ndarray:
    """(count, 24, 16, 16) half-precision latents as the denoiser sees them, read from DATA/latents.npy if it exists."""
    target = data / "latents.npy"
    count = len(np.load(data / "pictures.npy", mmap_mode="r"))
    if not target.exists() or len(np.load(target, mmap_mode="r")) != count:
        reductions = _reductions(load_autoencoder(autoencoder_folder))
        pictures = np.load(data / "pictures.npy", mmap_mode="r")
        parts = []
        for start in range(0, len(pictures), 64):
            some = torch.from_numpy(pictures[start : start + 64].copy()).permute(0, 3, 1, 2)
            parts.append((_reduced(some.float() / 255, reductions) * LATENT_SCALE).half().numpy())
        latents = np.concatenate(parts)
        print(f"latents: root mean square {np.sqrt((latents.astype(np.float32) ** 2).mean()):.3f}")
        partial = target.with_suffix(".partial.npy")
        np.save(partial, latents)
        partial.rename(target)
    return np.load(target, mmap_mode="r")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("autoencoder", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    cached_latents(given.data, given.autoencoder)


if __name__ == "__main__":
    main()
