"""Training by several processes, each on a core of its own, that average their weights now and then."""

import signal
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import distributed
from torch.multiprocessing.spawn import spawn
from torch.nn import Parameter


def run_workers(work: Callable[[int, Namespace], None], given: Namespace) -> None:
    """Runs `work(rank, given)` in `given.workers` processes that meet in the folder `given.out`; made if missing."""
    given.out.mkdir(parents=True, exist_ok=True)
    _meeting_place(given.out).unlink(missing_ok=True)
    spawn(work, args=(given,), nprocs=given.workers)


def join_the_others(rank: int, given: Namespace) -> None:
    """First call of a worker: one thread, and a place among the others."""
    # torch interrupts the workers when their parent dies; a shell's background job has interrupts ignored, and its
    # orphans would go on writing the checkpoint beside the next run.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    torch.set_num_threads(1)
    rendezvous = f"file://{_meeting_place(given.out)}"
    distributed.init_process_group("gloo", init_method=rendezvous, rank=rank, world_size=given.workers)


def agree(parameters: Iterable[Parameter], steps: int) -> float:
    """Replaces every worker's weights by the average, weighted by steps; gives the steps of all."""
    own = list(parameters)
    share = torch.tensor([float(max(steps, 1))])
    total = share.clone()
    distributed.all_reduce(total)
    flat = torch.cat([p.data.reshape(-1) for p in own]) * (share / total)
    distributed.all_reduce(flat)
    at = 0
    for parameter in own:
        size = parameter.numel()
        parameter.data.copy_(flat[at : at + size].view_as(parameter))
        at += size
    return float(total)


def least(value: float) -> float:
    """The smallest of all workers' values, so that they end together."""
    shared = torch.tensor([value])
    distributed.all_reduce(shared, op=distributed.ReduceOp.MIN)
    return float(shared)


def leave() -> None:
    """Last call of a worker."""
    distributed.destroy_process_group()


def _meeting_place(folder: Path) -> Path:
    return folder.resolve() / "rendezvous"
