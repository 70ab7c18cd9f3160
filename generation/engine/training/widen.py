"""Starts the denoiser and the decoder with an earlier version's weights, although the shapes have grown.

    python -m generation.engine.training.widen FORMER_MODEL DATA AUTOENCODER UNET

The earlier latents are read off the new ones by least squares, and the new ones off the earlier ones; these maps are
folded into the first and last convolutions. A layer that has grown wider gets copies of its channels, each with its
share of the outgoing weights (Chen, Goodfellow, Shlens, "Net2Net", 2016), and a little noise that lets the copies
part. Norms over several channels make this an approximation; training starts near the earlier loss instead of at the
beginning. Writes UNET/start.pt and replaces the decoder in AUTOENCODER/start.pt.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel
from torch import Tensor

from generation.engine.training.model_shapes import make_autoencoder, make_unet

_GROUPS = 16
_NOISE = 0.02


def _encoded(autoencoder: AutoencoderTiny, data: Path, count: int = 240) -> Tensor:
    """(n, channels) latents of `count` pictures, as the denoiser sees them."""
    pictures = np.load(data / "pictures.npy", mmap_mode="r")[:count]
    parts = []
    with torch.no_grad():
        for start in range(0, len(pictures), 16):
            x = torch.from_numpy(pictures[start : start + 16].copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
            z = autoencoder.encode(x).latents * autoencoder.config.scaling_factor
            parts.append(z.permute(0, 2, 3, 1).reshape(-1, z.shape[1]))
    return torch.cat(parts)


def _copies(old: int, new: int) -> Tensor:
    """For each new channel the old one it copies, so that every group of channels grows by the same share."""
    per_old, per_new = old // _GROUPS, new // _GROUPS
    inside = torch.tensor([i % per_old for i in range(per_new)])
    return torch.cat([inside + group * per_old for group in range(_GROUPS)])


def _input_copies(old: int, new: int, narrow: int, wide: int) -> tuple[Tensor, Tensor]:
    """Which old input each new one copies, and its share; an input may be a joint of what comes in and a skip."""
    one = _copies(narrow, wide)
    if new - old == wide - narrow:
        index = torch.cat([torch.arange(old - narrow), one + old - narrow])
    else:
        index = torch.cat([one, one + narrow])
    times = torch.bincount(index, minlength=old)
    return index, 1.0 / times[index]


def _widened(old: Tensor, shape: torch.Size, narrow: int, wide: int) -> Tensor:
    """`old` in the new shape: copies along the outputs, shares along the inputs."""
    value = old
    if value.shape[0] != shape[0]:
        index, _ = _input_copies(value.shape[0], shape[0], narrow, wide)
        value = value[index]
    if value.ndim > 1 and value.shape[1] != shape[1]:
        index, share = _input_copies(value.shape[1], shape[1], narrow, wide)
        value = value[:, index] * share.reshape(-1, *[1] * (value.ndim - 2))
        value = value + _NOISE * value.std() * torch.randn_like(value)
    return value


def _solve(source: Tensor, target: Tensor) -> Tensor:
    """The matrix M (targets, sources) with target ≈ M source, by least squares."""
    return torch.linalg.lstsq(source, target).solution.T


def widen_unet(old: UNet2DConditionModel, to_old: Tensor, to_new: Tensor) -> UNet2DConditionModel:
    """The new shape of denoiser with the old one's weights; the maps are (old, new) and (new, old) channels."""
    new = make_unet()
    narrow, wide = old.config.block_out_channels[0], new.config.block_out_channels[0]
    before, after = old.state_dict(), new.state_dict()
    before["conv_in.weight"] = torch.einsum("oikl,ij->ojkl", before["conv_in.weight"], to_old)
    before["conv_out.weight"] = torch.einsum("ij,jokl->iokl", to_new, before["conv_out.weight"])
    before["conv_out.bias"] = to_new @ before["conv_out.bias"]
    times = torch.arange(0, 1001, dtype=torch.float32)
    hidden = old.time_proj(times) @ before["time_embedding.linear_1.weight"].T
    before["time_embedding.linear_1.weight"] = _solve(new.time_proj(times), hidden)
    new.load_state_dict({name: _widened(before[name], value.shape, narrow, wide) for name, value in after.items()})
    return new


def widen_decoder(old: AutoencoderTiny, new: AutoencoderTiny, to_old: Tensor) -> None:
    """Gives `new` the decoder of `old`."""
    narrow = old.config.decoder_block_out_channels[0]
    wide = new.config.decoder_block_out_channels[0]
    before, after = old.decoder.state_dict(), new.decoder.state_dict()
    first = next(name for name, value in before.items() if value.ndim == 4)
    before[first] = torch.einsum("oikl,ij->ojkl", before[first], to_old)
    new.decoder.load_state_dict(
        {name: _widened(before[name], value.shape, narrow, wide) for name, value in after.items()}
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("former", "data", "autoencoder", "unet"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    given.unet.mkdir(parents=True, exist_ok=True)
    old_autoencoder = AutoencoderTiny.from_pretrained(given.former / "vae").float()
    new_autoencoder = make_autoencoder()
    new_autoencoder.load_state_dict(torch.load(given.autoencoder / "start.pt", weights_only=True))
    old_latents, new_latents = _encoded(old_autoencoder, given.data), _encoded(new_autoencoder, given.data)
    to_old, to_new = _solve(new_latents, old_latents), _solve(old_latents, new_latents)
    for name, got, wanted in (
        ("old_from_new", new_latents @ to_old.T, old_latents),
        ("new_from_old", old_latents @ to_new.T, new_latents),
    ):
        print(f"explained_{name}: {1 - float((got - wanted).square().sum() / wanted.square().sum()):.3f}")
    scale = new_autoencoder.config.scaling_factor / old_autoencoder.config.scaling_factor
    widen_decoder(old_autoencoder, new_autoencoder, to_old * scale)
    torch.save(new_autoencoder.state_dict(), given.autoencoder / "start.pt")
    old_unet = UNet2DConditionModel.from_pretrained(given.former / "unet").float()
    torch.save(widen_unet(old_unet, to_old, to_new).state_dict(), given.unet / "start.pt")


if __name__ == "__main__":
    main()
