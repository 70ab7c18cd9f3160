"""What needs a GPU to be measured: pictures a second, the worker beside the bare pipeline, how long the GPU idles.

    python -m tests.bench.gpu [--tiny] [--pictures 32] [--batches 1 4 8 16] [--sides 512 1024]        (make bench-gpu)

The installed default model at its own size, then a randomly initialised one of SDXL's size (`large_model`) at each of
--sides, both through the worker's whole path (queue, store, outcomes; `tests.bench.worker`) and as a bare loop in
turns. ``idle_percent`` is the share of one block of the worker's in which no kernel ran, by torch's profiler. Needs
about 20 GB of disk and 24 GB of GPU memory; a batch that does not fit into it is said and passed over.

Without a GPU it says so, and runs a tiny model of the same make on the CPU (as --tiny does anywhere), which shows that
the command works and measures nothing. Prints ``name: value`` lines.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench.shop_of_jobs import running_services
from tests.bench.worker import Case, measure_overhead, say


def main() -> None:
    """The command line."""
    import torch

    parser = argparse.ArgumentParser(prog="python -m tests.bench.gpu", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a tiny model on the CPU: does the command work?")
    parser.add_argument("--pictures", type=int, default=32, help="at least so many for each batch size (default 32)")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4, 8, 16], help="default: 1 4 8 16")
    parser.add_argument(
        "--sides", type=int, nargs="+", default=[512, 1024], help="of the large model; default 512 1024"
    )
    given = parser.parse_args()
    is_tiny = given.tiny or not torch.cuda.is_available()
    if not torch.cuda.is_available():
        say("gpu", "none here; a tiny model on the CPU shows that the command works, and its figures mean nothing")
    os.environ["WORKER_DEVICE"] = "cpu" if is_tiny else "cuda"
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder, running_services() as services:
        for case in (
            tiny_cases(Path(folder)) if is_tiny else cases(Path(folder), given.sides, given.pictures, given.batches)
        ):
            measure_overhead(services, case)


def tiny_cases(folder: Path) -> Iterable[Case]:
    """A few small pictures on the CPU."""
    from tests.bench.large_model import make_large_model

    model = make_large_model(folder, tiny=True, device="cpu")
    yield Case(folder=model, pictures=2, block=2, batches=(1, 2), title="tiny", watch=idle_share)


def cases(folder: Path, sides: list[int], pictures: int, batches: list[int]) -> Iterable[Case]:
    """The default model, then the large one at each side."""
    import torch

    from generation.engine.configuration import read_configuration
    from tests.bench.large_model import make_large_model

    say("gpu", torch.cuda.get_device_name())
    say("torch", torch.__version__)
    configuration = read_configuration()
    whole = max(batches)
    default = configuration.models_dir / configuration.models_at_start[0]
    yield Case(
        folder=default, pictures=pictures, block=whole, batches=tuple(batches), title="default", watch=idle_share
    )
    large = make_large_model(folder, tiny=False, device="cuda")
    for side in sides:
        yield Case(
            folder=large,
            pictures=pictures,
            block=whole,
            batches=tuple(batches),
            side=side,
            title=f"sdxl_size_{side}",
            watch=idle_share,
        )


def idle_share(name: str, work: Callable[[], None]) -> None:
    """Run ``work`` under the profiler and say in what share of its time no kernel ran."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    if not torch.cuda.is_available():
        work()
        say(f"{name}_idle_percent", "not measured without a GPU")
        return
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        torch.cuda.synchronize()
        began = time.perf_counter()
        work()
        torch.cuda.synchronize()
        took_us = (time.perf_counter() - began) * 1e6
    on_gpu = torch.autograd.DeviceType.CUDA
    spans = [
        (event.time_range.start, event.time_range.end) for event in profiler.events() if event.device_type == on_gpu
    ]
    say(f"{name}_idle_percent", f"{100 * (1 - covered(spans) / took_us):.1f}")


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """The length of what the spans (beginning, end) cover together; where several overlap it counts once."""
    total, until = 0.0, float("-inf")
    for beginning, end in sorted(spans):
        total += max(0.0, end - max(beginning, until))
        until = max(until, end)
    return total


if __name__ == "__main__":
    main()
