"""How fast and how true feeds, similar works and search are in a shop with very many works.

    python -m tests.bench.recommendations [--works 100000 1000000] [--users 10000] [--requests 200] [--seed 1]
                                          [--keep FOLDER]                          (make bench-recommendations)

A shop of its own for each number of works, filled with works and people that are made of the project's vocabulary
(`large_shop`). What the indexes find is compared with an exact search in the same database; requests are asked for one
at a time of the shop's own WSGI application. With ``--keep`` the filled databases stay in FOLDER, and a later run
with the same numbers measures them again. Prints ``name: value`` lines.
"""

from __future__ import annotations

import argparse
import multiprocessing
from pathlib import Path

from tests.bench.large_shop.keeping import filled_in, kept_shop, mark_filled


def measure(*, works: int, users: int, requests: int, seed: int, keep: Path | None) -> None:
    """Fill a shop, unless it is kept filled, and print its figures."""
    folder = keep / f"{works}-{users}-{seed}" if keep else None
    with kept_shop(folder) as is_filled:
        import numpy as np

        from tests.bench.large_shop.loading import fill_shop
        from tests.bench.large_shop.nearest import measure_nearest
        from tests.bench.large_shop.pages import measure_pages

        if not is_filled:
            mark_filled(folder, took := fill_shop(works=works, users=users, seed=seed))
        else:
            took = filled_in(folder)
        print(f"works: {works}\nusers: {users}")
        for name, seconds in took.items():
            print(f"loading_{name}_s: {seconds:.1f}")
        chance = np.random.default_rng(seed + 1)
        measure_nearest(works=works, count=requests, chance=chance)
        measure_pages(works=works, users=users, requests=requests, chance=chance)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recommendations", description=__doc__)
    parser.add_argument("--works", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder in which the filled databases stay")
    given = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    for works in given.works:
        # Each shop has settings, and so a process, of its own.
        one = spawning.Process(
            target=measure,
            kwargs={
                "works": works, "users": given.users, "requests": given.requests, "seed": given.seed, "keep": given.keep
            },
        )  # fmt: skip
        one.start()
        one.join()
        if one.exitcode:
            raise SystemExit(f"the shop with {works} works could not be measured")


if __name__ == "__main__":
    main()
