"""Feeds, similar works and search in large shops: `make bench-recommendations`.

    python -m tests.bench.recommendations [--works 100000 1000000] [--people 10000] [--requests 200] [--seed 1]

For each size a shop of its own, durable as in production, is filled with works of 400 themes (a tenth of them nearly
the same as another), whose vectors lie round their captions' in each space, and with people who like a few themes each.
Then, one request at a time: the bare walk through each HNSW index and what it finds of the exact search's first 20
(the baseline of the same run); the front page for strangers and for people, similar works, search and its filters, by
Django's request path. Prints ``name: value`` lines. ``--hold`` lets the shop stand until a key is pressed.
"""

from __future__ import annotations

import argparse
import resource
import time

from tests.bench.recommendations.measures import tell
from tests.faults.campaign import shop

HALF_PRECISION_FROM = 500_000


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recommendations", description=__doc__)
    parser.add_argument("--works", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=200, help="for each figure")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold", action="store_true")
    given = parser.parse_args()
    if len(given.works) > 1:
        # Django is set up once in a process, for one database.
        _one_after_the_other(given)
        return
    (works,) = given.works
    with shop():
        measure(works=works, people=given.people, requests=given.requests, seed=given.seed)
        if given.hold:
            import os

            input(f"{os.environ['DATABASE_URL']} stands until you press return. ")


def measure(*, works: int, people: int, requests: int, seed: int) -> None:
    """Fill the shop that Django is set up for, and print its figures."""
    from tests.bench.recommendations.catalogue import Size, fill
    from tests.bench.recommendations.requests import measure_requests
    from tests.bench.recommendations.vectors import write_vectors
    from tests.bench.recommendations.walks import measure_walks

    began = time.monotonic()
    about = fill(Size(works=works, people=people))
    tell("works", works)
    tell("rows_load", time.monotonic() - began, "s")
    for name, value in write_vectors(works, about, seed=seed).items():
        tell(name, value)
    measure_walks(works=works, walks=requests, seed=seed)
    measure_requests(works=works, people=people, requests=requests, about=about, seed=seed)
    tell("most_memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "mib")


def _one_after_the_other(given: argparse.Namespace) -> None:
    import subprocess
    import sys

    for works in given.works:
        command = [sys.executable, "-m", "tests.bench.recommendations", "--works", str(works)]
        for name in ("people", "requests", "seed"):
            command += [f"--{name}", str(getattr(given, name))]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
