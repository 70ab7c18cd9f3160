"""The loop that the tools' trainings share: minutes, not steps; checkpoints; a kill loses a minute at most.

The minutes are the processor's, a thread, not the clock's: on a machine that others use, too, a training gets its steps
and its annealing, only later.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from generation.engine.training.orthogonal_descent import Muon
from generation.engine.training.time_budget import TimeBudget, save_atomically, set_rate

_SAVE_EVERY_S = 60


@dataclass(frozen=True)
class Effort:
    """How long and with what: processor minutes in all, peak rate, threads, bf16 autocast or float32."""

    minutes: float
    rate: float
    threads: int
    bf16: bool
    # Ends a run sooner, leaving the rest of the minutes to the next one.
    most_steps: int | None = None


def train_network(
    network: nn.Module,
    checkpoint: Path,
    make_batch: Callable[[], tuple[Tensor, ...]],
    loss_of: Callable[[nn.Module, tuple[Tensor, ...]], Tensor],
    effort: Effort,
) -> None:
    """Trains `network` until `effort.minutes` are spent, counting those of earlier runs from the same checkpoint.

    `make_batch` draws its own random examples; `loss_of` gets the network and one batch.
    """
    torch.set_num_threads(effort.threads)
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    network = network.train()
    inner = [p for p in network.parameters() if p.ndim == 4 and min(p.shape[:2]) >= 16]
    inside = {id(p) for p in inner}
    others = [p for p in network.parameters() if id(p) not in inside]
    optimizer = Muon(inner, others, lr=effort.rate, adam_ratio=0.1)
    spent_before_s, step = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        spent_before_s, step = state["spent_s"], state["step"]
    print(f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} million parameters, step {step}", flush=True)
    saved, running, counted = time.monotonic(), 0.0, 0
    began_s, last_step = time.process_time(), None if effort.most_steps is None else step + effort.most_steps
    spent_s, done = spent_before_s, spent_before_s >= effort.minutes * 60
    while not done:
        batch = make_batch()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=effort.bf16):
            loss = loss_of(network, batch)
        set_rate(optimizer, TimeBudget(effort.minutes, spent_s).learning_rate(effort.rate))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        spent_s = spent_before_s + (time.process_time() - began_s) / effort.threads
        step, running, counted = step + 1, running + loss.item(), counted + 1
        done = spent_s >= effort.minutes * 60 or step == last_step
        if counted == 25:
            print(f"step {step} min {spent_s / 60:.1f} loss {running / counted:.4f}", flush=True)
            running, counted = 0.0, 0
        if time.monotonic() - saved > _SAVE_EVERY_S or done:
            save_atomically(
                {
                    "model": network.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "spent_s": spent_s,
                    "step": step,
                },
                checkpoint,
            )
            saved = time.monotonic()


def trained(network: nn.Module, checkpoint: Path) -> nn.Module:
    """`network` with a checkpoint's weights, for inference."""
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    return network.eval().requires_grad_(False)
