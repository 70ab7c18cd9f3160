"""Two checkouts of the shop side by side: what pages and selectors of each take, asked for in turns.

    python -m tests.bench.in_turns OTHER_CHECKOUT --keep FOLDER [--works 100000] [--users 10000] [--seed 1]
                                   [--rounds 3] [--only NAME ...]

FOLDER holds the filled database that `python -m tests.bench.recommendations --keep FOLDER` left there, with the newer
checkout's migrations. Both ask the same database for the same things, so that neither what else the machine does nor
what is in memory decides; processor time tells more than the clock where others use the machine. Prints a line for each
thing and checkout: milliseconds of processor time in Python and in the database (medians of the rounds), their sum in
the best and the worst round, and the clock's median and 95th percentile of the middle round. Things with `again` may
use what the process keeps for some minutes; beside them stands the same without it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.large_shop.keeping import kept_shop
from tests.bench.large_shop.timing import percentile

ANSWERING = Path(__file__).parent / "large_shop" / "answering.py"
NAMES = (
    "search_page", "search_page_again", "search_narrowed", "search_narrowed_again", "search_without_words",
    "home_feed", "home_page", "similar_works", "work_page",
)  # fmt: skip


class Checkout:
    """A process that answers with one checkout's code."""

    def __init__(self, folder: Path, works: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ANSWERING), str(works)],
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(folder.absolute())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._line("ready")

    def _line(self, wanted: str = "") -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == wanted or (not wanted and line.startswith("{")):
                return line
        raise SystemExit("a checkout could not answer; its last words are above")

    def ask(self, name: str) -> dict[str, Any]:
        """What the things of this name took."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        taken: dict[str, Any] = json.loads(self._line())
        return taken

    def end(self) -> None:
        """Let it go, and wait until it has gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def tell(name: str, which: str, rounds: list[dict[str, Any]]) -> None:
    """Print one line."""
    sums = sorted(taken["python_ms"] + taken["database_ms"] for taken in rounds)
    python, database = (median(taken[part] for taken in rounds) for part in ("python_ms", "database_ms"))
    middle = sorted(rounds, key=lambda taken: median(taken["clock_ms"]))[len(rounds) // 2]["clock_ms"]
    print(
        f"{name} {which}: python {python:.1f} database {database:.1f} sum {sums[0]:.1f} to {sums[-1]:.1f} "
        f"clock {median(middle):.0f} p95 {percentile(middle, 0.95):.0f}",
        flush=True,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.in_turns", description=__doc__)
    parser.add_argument("other", type=Path, help="the folder of the other checkout")
    parser.add_argument("--keep", type=Path, required=True, help="the folder with the filled databases")
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=NAMES, choices=NAMES)
    given = parser.parse_args()
    with kept_shop(given.keep / f"{given.works}-{given.users}-{given.seed}") as is_filled:
        if not is_filled:
            raise SystemExit("fill it first: python -m tests.bench.recommendations --keep FOLDER")
        checkouts = {"other": Checkout(given.other, given.works), "this": Checkout(Path.cwd(), given.works)}
        for name in given.only:
            taken: dict[str, list[dict[str, Any]]] = {which: [] for which in checkouts}
            for _round in range(given.rounds):
                for which, checkout in checkouts.items():
                    taken[which].append(checkout.ask(name))
            for which, rounds in taken.items():
                tell(name, which, rounds)
        for checkout in checkouts.values():
            checkout.end()


if __name__ == "__main__":
    main()
