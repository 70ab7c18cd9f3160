"""A stage of learning: steps that depend on their number alone, so that a killed training goes on where it stood."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from recommendations.engine.training.checkpoints import Checkpoints, Standing
from recommendations.engine.training.processes import Processes
from recommendations.engine.training.progress import PROGRESS

WEIGHT_DECAY = 1e-2
LARGEST_GRADIENT = 1.0
WARM_UP = 0.05  # the share of the steps in which the rate grows
TOLD_TIMES = 10


@dataclass(frozen=True, slots=True)
class Stage:
    """``rate``: of learning, at its highest; it falls by a cosine to nothing."""

    name: str
    steps: int
    rate: float
    seed: int


def learn(
    task: nn.Module,
    batch_of: Callable[[int, torch.device], Any],
    *,
    stage: Stage,
    standing: Standing,
    checkpoints: Checkpoints,
    processes: Processes,
) -> None:
    """Teach ``task``, whose forward gives a batch's loss; go on from ``standing`` where it is of this stage.

    The processes' gradients are averaged after each step, so that all hold the same weights.
    """
    task.to(processes.device).train()
    if stage.name in standing.finished:
        task.load_state_dict(standing.finished[stage.name])
        return
    optimizer = torch.optim.AdamW(_groups(task), lr=stage.rate)
    begin = 0
    if standing.stage == stage.name and standing.task is not None and standing.optimizer is not None:
        task.load_state_dict(standing.task)
        optimizer.load_state_dict(standing.optimizer)
        begin = standing.step
        PROGRESS.info("%s goes on at step %d of %d", stage.name, begin, stage.steps)
    shared: nn.Module = task
    if processes.count > 1:
        shared = DistributedDataParallel(task, find_unused_parameters=False)
    losses: list[float] = []
    for step in range(begin, stage.steps):
        # What is dropped depends on the step, not on what ran before.
        torch.manual_seed(hash((stage.seed, step, processes.rank)) % 2**31)
        for group in optimizer.param_groups:
            group["lr"] = stage.rate * _share_of_rate(step, stage.steps)
        loss: Tensor = shared(batch_of(step, processes.device))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(task.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % max(1, stage.steps // TOLD_TIMES) == 0:
            mean = sum(losses) / len(losses)
            PROGRESS.info("%s: step %d of %d, loss %.4f", stage.name, step + 1, stage.steps, mean)
            losses.clear()
        if processes.is_first and step + 1 < stage.steps and checkpoints.is_due(step + 1):
            standing.stage, standing.step = stage.name, step + 1
            standing.task, standing.optimizer = task.state_dict(), optimizer.state_dict()
            checkpoints.write(standing)
    task.eval()
    standing.finished[stage.name] = {name: value.cpu() for name, value in task.state_dict().items()}
    standing.stage, standing.step, standing.task, standing.optimizer = "", 0, None, None
    checkpoints.write(standing)


def _groups(task: nn.Module) -> list[dict[str, Any]]:
    """Matrices are kept small; single numbers and rows (strengths, scales, biases) are not."""
    of = list(task.parameters())
    return [
        {"params": [each for each in of if each.ndim >= 2], "weight_decay": WEIGHT_DECAY},
        {"params": [each for each in of if each.ndim < 2], "weight_decay": 0.0},
    ]


def _share_of_rate(step: int, steps: int) -> float:
    warm = max(1, int(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
