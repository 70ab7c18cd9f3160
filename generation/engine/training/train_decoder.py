"""Trains the autoencoder's decoder on crops of the scenes, recoloured and mixed so that it also carries other pictures.

    python -m generation.engine.training.train_decoder DATA_FOLDER OUT_FOLDER --minutes 60

OUT_FOLDER/start.pt (see `fit_encoder`, `widen`) has the encoder, which stays, and perhaps a decoder to begin with.
Loss: L1 on pixels at three scales and on their gradients. A second run goes on from OUT_FOLDER/autoencoder.pt. With
--sharpen a critic of patches joins in (`adversary`): give that the last third of the time.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from generation.engine.training.adversary import Critic, adversarial_loss, critic_loss
from generation.engine.training.model_shapes import make_autoencoder
from generation.engine.training.orthogonal_descent import Muon
from generation.engine.training.scenes.canvas import noise
from generation.engine.training.time_budget import TimeBudget, save_atomically, set_rate

CROP_PX = 96
# Shares of the critic's verdict and of its features in the loss; more makes up texture that the picture lacks.
_FOOLING, _LIKENESS = 0.02, 0.4


def _crop(picture: Tensor, rng: random.Random) -> Tensor:
    size = CROP_PX if rng.random() < 0.7 else rng.randrange(CROP_PX, 257)
    top, left = rng.randrange(0, 257 - size), rng.randrange(0, 257 - size)
    crop = picture[:, top : top + size, left : left + size]
    if size != CROP_PX:
        crop = functional.interpolate(crop[None], size=(CROP_PX, CROP_PX), mode="area")[0]
    if rng.random() < 0.5:
        crop = crop.flip(2)
    return crop.flip(1) if rng.random() < 0.15 else crop


def _recolour(crop: Tensor, rng: random.Random) -> Tensor:
    grey = crop.mean(0, keepdim=True)
    mixed = crop[torch.tensor(rng.sample(range(3), 3))]
    tint = torch.tensor([rng.uniform(0.6, 1.4) for _ in range(3)])[:, None, None]
    strength = rng.uniform(0.3, 1.6)
    return ((grey + (mixed - grey) * strength) * tint + rng.uniform(-0.15, 0.15)).clamp(0, 1)


def _noise_field(rng: random.Random) -> Tensor:
    generator = np.random.default_rng(rng.randrange(2**32))
    fx, fy = rng.choice((2, 4, 8, 16)), rng.choice((2, 4, 8, 16))
    layers = [noise(generator, fx, fy, 5, rng.uniform(0.4, 0.75))[:CROP_PX, :CROP_PX] for _ in range(3)]
    return torch.from_numpy(np.stack(layers))


def make_batch(pictures: np.ndarray, count: int, size: int, rng: random.Random) -> Tensor:
    """(size, 3, 96, 96) in [-1, 1]: plain, recoloured, spliced and noise pictures."""
    crops: list[Tensor] = []
    for _ in range(size):
        crop = _crop(torch.from_numpy(pictures[rng.randrange(count)].copy()).permute(2, 0, 1).float() / 255, rng)
        lot = rng.random()
        if lot < 0.22:
            crop = _recolour(crop, rng)
        elif lot < 0.30 and crops:
            field = torch.from_numpy(noise(np.random.default_rng(rng.randrange(2**32)), 4, 4, 3)[:CROP_PX, :CROP_PX])
            mask = ((field - 0.5) * 8 + 0.5).clamp(0, 1)
            crop = crop * mask + crops[-1] * (1 - mask)
        elif lot < 0.36:
            crop = _noise_field(rng)
        crops.append(crop)
    return torch.stack(crops) * 2 - 1


def picture_loss(got: Tensor, wanted: Tensor) -> Tensor:
    """L1 of pixels and of their gradients over three scales."""
    loss = torch.zeros(())
    for scale in range(3):
        if scale:
            got, wanted = functional.avg_pool2d(got, 2), functional.avg_pool2d(wanted, 2)
        off = got - wanted
        loss = loss + off.abs().mean()
        loss = loss + 0.7 * (
            (off[..., 1:, :] - off[..., :-1, :]).abs().mean() + (off[..., 1:] - off[..., :-1]).abs().mean()
        )
    return loss


def train(
    data: Path, out: Path, *, minutes: float, batch: int, rate: float, threads: int, bf16: bool, sharpen: bool
) -> None:
    """Trains for `minutes` and writes OUT/autoencoder.pt every minute and a half."""
    torch.set_num_threads(threads)
    pictures = np.load(data / "pictures.npy", mmap_mode="r")
    checkpoint = out / "autoencoder.pt"
    model = make_autoencoder()
    model.load_state_dict(torch.load(out / "start.pt", weights_only=True))
    model = model.to(memory_format=torch.channels_last)
    model.encoder.requires_grad_(False)
    decoder = model.decoder
    inner = {id(p) for p in decoder.parameters() if p.ndim == 4 and min(p.shape[:2]) > 3}
    optimizer = Muon(
        [p for p in decoder.parameters() if id(p) in inner],
        [p for p in decoder.parameters() if id(p) not in inner],
        lr=rate,
        adam_ratio=0.1,
    )
    spent_s, step = 0.0, 0
    print(f"{sum(p.numel() for p in decoder.parameters()) / 1e6:.2f} million parameters", flush=True)
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        spent_s, step = state["spent_s"], state["step"]
    critic, critic_optimizer = None, None
    if sharpen:
        critic = Critic()
        critic_optimizer = torch.optim.Adam(critic.parameters(), lr=4e-4, betas=(0.5, 0.9))
        if checkpoint.exists() and "critic" in state:
            critic.load_state_dict(state["critic"])
        else:
            spent_s = 0.0
    budget = TimeBudget(minutes, spent_s)
    rng = random.Random(step)
    saved = time.monotonic()
    running, finished = 0.0, 0
    while budget.share < 1:
        if step % 50 == 0 or not finished:
            # The rendering may still be going on.
            finished = max(len(list((data / "chunks").iterdir())) * 100 - 300, 200)
        wanted = make_batch(pictures, finished, batch, rng).to(memory_format=torch.channels_last)
        with torch.no_grad():
            latent = model.encoder(wanted)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            got = decoder(latent + rng.uniform(0, 0.12) * torch.randn_like(latent)).float()
        loss = picture_loss(got, wanted)
        if critic is not None:
            fooled, unlike = adversarial_loss(critic, wanted, got)
            loss = loss + _FOOLING * fooled + _LIKENESS * unlike
        set_rate(optimizer, budget.learning_rate(rate))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 5.0)
        optimizer.step()
        if critic is not None and critic_optimizer is not None:
            critic_optimizer.zero_grad()
            critic_loss(critic, wanted, got).backward()
            critic_optimizer.step()
        step += 1
        running += (got.detach() - wanted).abs().mean().item()
        if step % 50 == 0:
            print(f"step {step} min {budget.spent_s / 60:.1f} l1 {running / 50:.4f} loss {loss.item():.3f}", flush=True)
            running = 0.0
        if time.monotonic() - saved > 90 or budget.share >= 1:
            save_atomically(
                {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "spent_s": budget.spent_s,
                    "step": step,
                }
                | ({"critic": critic.state_dict()} if critic is not None else {}),
                checkpoint,
            )
            saved = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=6e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--sharpen", action="store_true", help="with a critic, from the checkpoint of a run without one"
    )
    parser.add_argument("--bf16", action="store_true", help="faster on processors with AVX-512 BF16 or AMX")
    given = parser.parse_args()
    train(
        given.data,
        given.out,
        minutes=given.minutes,
        batch=given.batch,
        rate=given.rate,
        threads=given.threads,
        bf16=given.bf16,
        sharpen=given.sharpen,
    )


if __name__ == "__main__":
    main()
