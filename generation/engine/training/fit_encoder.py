"""Computes the autoencoder's encoder in closed form: hierarchical principal components of 16×16 patches.

Four times, 2×2 neighbours are stacked and reduced to their 64 strongest principal components, which comes within
0.01 dB of the principal components of whole patches; the last 1×1 reduction keeps 24. All of it is linear and fits the
strided convolutions of an `AutoencoderTiny` without blocks. On a CPU this takes seconds where training an encoder takes
hours, and the latents are known before the decoder is.

    python -m generation.engine.training.fit_encoder DATA_FOLDER OUT_FOLDER

writes OUT_FOLDER/start.pt, which has a random decoder, and prints what a linear decoder would keep.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny
from diffusers.models.autoencoders.vae import AutoencoderTinyBlock
from numpy.typing import NDArray
from torch import nn

from generation.engine.training.model_shapes import ENCODER_WIDTH, LATENT_CHANNELS, make_autoencoder

_CROPS, _CROP_PX = 2400, 64
_STRONGEST = 1.2
_EVENNESS = 0.4


def _sample(data: Path, seed: int) -> NDArray[np.float32]:
    """(n, 64, 64, 3) in [0, 1]: crops of the pictures, every fourth with its colour channels in another order."""
    rng = np.random.default_rng(seed)
    pictures = np.load(data / "pictures.npy", mmap_mode="r")
    crops = []
    for index, number in enumerate(np.sort(rng.choice(len(pictures), min(_CROPS, len(pictures)), replace=False))):
        top, left = rng.integers(0, 257 - _CROP_PX, 2)
        crop = pictures[number, top : top + _CROP_PX, left : left + _CROP_PX]
        crops.append(crop[..., rng.permutation(3)] if index % 4 == 0 else crop)
    return np.asarray(np.stack(crops) / 255, np.float32)


def _stacked(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """2×2 neighbours in one vector, ordered row, column, channel."""
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 2, 4, 5).reshape(n, h // 2, w // 2, 4 * c)


def fit_encoder(data: Path, *, seed: int = 0) -> AutoencoderTiny:
    """An autoencoder whose encoder is fitted to the data folder's pictures and whose decoder is still random."""
    crops = _sample(data, seed)
    middle = crops.mean(axis=(0, 1, 2))
    x = crops - middle
    kernels = []
    for keep in (12, 48, ENCODER_WIDTH, ENCODER_WIDTH):
        stacked = _stacked(x)
        flat = stacked.reshape(-1, stacked.shape[-1])
        _, vectors = np.linalg.eigh(flat.T @ flat / len(flat))
        basis = vectors[:, ::-1][:, :keep].astype(np.float32)
        kernels.append(basis.reshape(2, 2, -1, keep))
        x = stacked @ basis
    spread = x.reshape(-1, x.shape[-1])[:, :LATENT_CHANNELS]
    deviation = np.sqrt((spread**2).mean(axis=0))
    kept = (spread**2).sum() / ((crops - middle) ** 2).sum()
    lost = (1 - kept) * ((crops - middle) ** 2).mean()
    print(f"linear_psnr_db: {-10 * np.log10(lost):.2f}")
    wanted = _STRONGEST * (deviation / deviation[0]) ** _EVENNESS

    autoencoder = make_autoencoder()
    _start_well(autoencoder.decoder)
    first, *reductions, last = autoencoder.encoder.layers
    with torch.no_grad():
        for layer in (first, *reductions, last):
            layer.weight.zero_()
        for channel in range(3):
            first.weight[channel, channel, 1, 1] = 1.0
        first.bias.zero_()
        first.bias[:3] = -torch.from_numpy(middle)
        for layer, kernel in zip(reductions, kernels, strict=True):
            # A stride of two with padding one puts output i's middle tap on input 2i: the patch is taps 1 and 2.
            taps = torch.from_numpy(kernel).permute(3, 2, 0, 1)
            layer.weight[: taps.shape[0], : taps.shape[1], 1:, 1:] = taps
        for channel in range(LATENT_CHANNELS):
            last.weight[channel, channel, 1, 1] = float(wanted[channel] / deviation[channel])
        last.bias.zero_()
    return autoencoder


def _start_well(decoder: nn.Module) -> None:
    """Starting weights that carry the signal through: He's for plain convolutions, small ones where a block adds."""
    for module in decoder.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    with torch.no_grad():
        for block in decoder.modules():
            if isinstance(block, AutoencoderTinyBlock):
                convolutions: Any = block.conv
                convolutions[-1].weight.mul_(0.2)
        layers: Any = decoder.layers
        last = layers[-1]
        last.weight.mul_(0.2)
        last.bias.fill_(0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save(fit_encoder(given.data).state_dict(), given.out / "start.pt")


if __name__ == "__main__":
    main()
