"""Trains the denoiser: a flow model on the autoencoder's latents, told by the frozen text encoder.

    python -m generation.engine.training.train_image_model DATA SPACE AUTOENCODER OUT --minutes 55

Each worker is a process with one thread that trains its own copy; every `--agree-every` seconds the copies are
averaged, weighted by the steps they made. That keeps a busy machine's cores at work where a step-by-step agreement
would wait for the slower one. Captions are written and encoded anew at each step; one in ten is left empty, for
guidance. The four arguments are folders. Writes OUT/unet.pt; a second run goes on. Where OUT/start.pt exists (see
`widen`), the first run begins with it.
"""

import argparse
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor
from torch.nn import Parameter, functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import BertModel, BertTokenizerFast

from generation.engine.training.latents import cached_latents
from generation.engine.training.model_shapes import TEXT_TOKENS, make_unet
from generation.engine.training.orthogonal_descent import Muon
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.time_budget import TimeBudget, save_atomically, set_rate
from generation.engine.training.train_picture_space import load_parts, read_facts
from generation.engine.training.workers import agree, join_the_others, least, leave, run_workers

_EMPTY_CAPTIONS = 0.1
# A picture is shown under at most this many captions in each language: more than any training shows it.
_CAPTION_VARIANTS = 1000


def encode_captions(text_encoder: BertModel, tokenizer: BertTokenizerFast, captions: list[str]) -> Tensor:
    """States (n, 48, 256) just as StableDiffusionPipeline computes them: padded to full length, padding masked."""
    tokens = tokenizer(
        captions,
        padding="max_length",
        truncation=True,
        max_length=TEXT_TOKENS,
        return_tensors="pt",
        return_token_type_ids=False,
    )
    with torch.no_grad():
        return text_encoder(**tokens).last_hidden_state


def draw_sigmas(count: int) -> Tensor:
    """Shares of noise in (0, 1): a tenth evenly, the others logit-normal around 0.71.

    There the shapes are decided. A model trained around 0.56 put true pictures right up to half noise, and lost their
    shapes beyond 0.7.
    """
    normal = torch.sigmoid(0.9 + torch.randn(count))
    return torch.where(torch.rand(count) < 0.1, torch.rand(count), normal).clamp(1e-3, 1 - 1e-3)


def make_optimizer(unet: UNet2DConditionModel, rate: float, *, bf16: bool) -> Muon:
    """Muon for the inner matrices, Adam for the first and the last layer, the embedding of time and all vectors.

    From the same checkpoint and in the same six minutes it did better than AdamW with 35 % fewer samples.
    """
    matrices: list[Parameter] = []
    others: list[Parameter] = []
    for name, parameter in unet.named_parameters():
        is_outer = name.startswith(("conv_in", "conv_out", "time_embedding"))
        (others if is_outer or parameter.ndim < 2 else matrices).append(parameter)
    return Muon(matrices, others, lr=rate, adam_ratio=1.0, momentum=0.95, weight_decay=0.01, like_adam=True, bf16=bf16)


def flow_loss(unet: UNet2DConditionModel, latents: Tensor, states: Tensor) -> Tensor:
    """Mean squared error of the predicted velocity, noise minus latent. Source: Liu et al., Rectified Flow (2022)."""
    sigmas = draw_sigmas(len(latents))
    noise = torch.randn_like(latents)
    share = sigmas[:, None, None, None]
    mixed = ((1 - share) * latents + share * noise).contiguous(memory_format=torch.channels_last)
    velocity = unet(mixed, sigmas * 1000, states).sample
    return functional.mse_loss(velocity.float(), noise - latents)


class CaptionWriter:
    """Writes captions of the training pictures and encodes them."""

    def __init__(self, text: BertModel, tokenizer: BertTokenizerFast, facts: list[SceneFacts]) -> None:
        self._text, self._tokenizer = text.requires_grad_(False), tokenizer
        self._facts = facts

    def states(self, chosen: np.ndarray, rng: np.random.Generator, *, empty: float = _EMPTY_CAPTIONS) -> Tensor:
        """States (n, 48, 256) of a new caption, in either language, of each chosen picture; a share of them `empty`."""
        captions = [
            ""
            if rng.random() < empty
            else caption(self._facts[i], "en" if rng.random() < 0.5 else "zh", int(rng.integers(_CAPTION_VARIANTS)))
            for i in chosen
        ]
        return encode_captions(self._text, self._tokenizer, captions)


class Average:
    """A running average of the weights, which is what gets shipped."""

    def __init__(self, unet: UNet2DConditionModel) -> None:
        self.weights = {name: value.detach().clone() for name, value in unet.state_dict().items()}
        self.updates = 0

    def update(self, unet: UNet2DConditionModel, longest: float = 0.997) -> None:
        """Moves a little towards the present weights."""
        self.updates += 1
        decay = min(longest, (1 + self.updates) / (12 + self.updates))
        for name, value in unet.state_dict().items():
            self.weights[name].lerp_(value, 1 - decay)


def _work(rank: int, given: argparse.Namespace) -> None:
    join_the_others(rank, given)
    parts, tokenizer = load_parts(given.space)
    writer = CaptionWriter(parts.text, tokenizer, read_facts(given.data))
    latents = np.load(given.data / "latents.npy", mmap_mode="r")
    torch.manual_seed(1)
    unet = make_unet()
    if (given.out / "start.pt").exists():
        unet.load_state_dict(torch.load(given.out / "start.pt", weights_only=True))
    unet = unet.to(memory_format=torch.channels_last)
    optimizer = make_optimizer(unet, given.rate, bf16=given.bf16)
    average = Average(unet)
    checkpoint = given.out / "unet.pt"
    samples, spent_s = 0.0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        unet.load_state_dict(state["unet"])
        optimizer.load_state_dict(state["optimizer"])
        average.weights, average.updates = state["average"], state["updates"]
        samples, spent_s = state["samples"], state["spent_s"]
    budget = TimeBudget(given.minutes, spent_s)
    rng = np.random.default_rng((rank, int(samples)))
    torch.manual_seed(int(rng.integers(2**31)))
    losses: list[float] = []
    agreed_at, saved_at, steps = time.monotonic(), time.monotonic(), 0
    while True:
        loss = _step(unet, optimizer, writer, latents, given, budget, rng)
        losses.append(loss)
        average.update(unet)
        steps += 1
        if time.monotonic() - agreed_at < given.agree_every:
            continue
        samples += agree(unet.parameters(), steps) * given.batch
        is_over = least(budget.share) >= 1
        agreed_at, steps = time.monotonic(), 0
        if rank == 0:
            print(f"min {budget.spent_s / 60:.1f} samples {samples:.0f} loss {np.mean(losses):.4f}", flush=True)
            losses.clear()
            if time.monotonic() - saved_at > 100 or is_over:
                state = {
                    "unet": unet.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "average": average.weights,
                    "updates": average.updates,
                    "samples": samples,
                    "spent_s": budget.spent_s,
                }
                save_atomically(state, checkpoint)
                saved_at = time.monotonic()
        if is_over:
            break
    leave()


def _step(
    unet: UNet2DConditionModel,
    optimizer: torch.optim.Optimizer,
    writer: CaptionWriter,
    latents: Any,
    given: argparse.Namespace,
    budget: TimeBudget,
    rng: np.random.Generator,
) -> float:
    chosen = np.sort(rng.choice(latents.shape[0], given.batch, replace=False))
    states = writer.states(chosen, rng)
    shown = torch.from_numpy(latents[chosen].astype(np.float32))
    # On a CPU the fused attention takes ten times as long as plain products over so few tokens.
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=given.bf16), sdpa_kernel(SDPBackend.MATH):
        loss = flow_loss(unet, shown, states)
    set_rate(optimizer, budget.learning_rate(given.rate))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
    optimizer.step()
    value = loss.item()
    if not math.isfinite(value):
        raise SystemExit("the loss is no longer a number; start again from the last checkpoint with a lower --rate")
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("space", type=Path)
    parser.add_argument("autoencoder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=55)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--bf16", action="store_true", help="faster on processors with AVX-512 BF16 or AMX")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--agree-every", type=float, default=40)
    given = parser.parse_args()
    cached_latents(given.data, given.autoencoder)
    run_workers(_work, given)


if __name__ == "__main__":
    main()
