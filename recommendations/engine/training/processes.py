"""The processes of a training: one, or as many as torchrun started."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist

Made = TypeVar("Made")

# The first process prepares and measures while the others wait.
_PATIENCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Processes:
    """This process is number ``rank`` of ``count`` and computes on ``device``."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether it writes files and tells how far it is."""
        return self.rank == 0

    def same(self, of_first: Made | None) -> Made:
        """What the first process has, in all of them."""
        shared = [of_first]
        if self.count > 1:
            dist.broadcast_object_list(shared, src=0, device=self.device)
        assert shared[0] is not None
        return shared[0]

    def seeded(self, seed: int, make: Callable[[], Made]) -> Made:
        """What ``make`` draws is the same in all processes."""
        torch.manual_seed(seed)
        return make()


@contextmanager
def joined(device: str) -> Iterator[Processes]:
    """The group that torchrun's environment names, or this process alone. ``device``: cpu, cuda, or auto."""
    use_cuda = device == "cuda" or (device == "auto" and torch.cuda.is_available())
    count = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    place = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if use_cuda else torch.device("cpu")
    if count == 1:
        yield Processes(0, 1, place)
        return
    if use_cuda:
        torch.cuda.set_device(place)
    dist.init_process_group("nccl" if use_cuda else "gloo", timeout=_PATIENCE)
    try:
        yield Processes(rank, count, place)
    finally:
        dist.destroy_process_group()
