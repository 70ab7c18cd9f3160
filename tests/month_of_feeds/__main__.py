"""python -m tests.month_of_feeds --works FILE.jsonl.gz: the month twice under the same chances, without and with
exploration, then what promoters can move. Prints `name: value` lines."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from .figures import MonthFigures, lines_of, ratio_lines
from .plan import Plan


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.month_of_feeds", description=__doc__)
    parser.add_argument("--works", type=Path, default=Path("tests/data/tate/works-2k.jsonl.gz"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=Plan.days)
    parser.add_argument("--buyers", type=int, default=Plan.buyers)
    parser.add_argument("--strangers", type=int, default=Plan.strangers)
    parser.add_argument("--share", type=int, default=20, help="EXPLORATION_SHARE_PERCENT of the second month")
    parser.add_argument("--no-attacks", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        _one_month(wanted)
        return
    started = time.monotonic()
    months = {}
    for name, share in (("without", 0), ("explored", wanted.share)):
        answer = _in_a_process_of_its_own(share, attacks=share > 0 and not wanted.no_attacks)
        months[name] = MonthFigures(**answer["figures"])
        print("\n".join([*lines_of(name, months[name]), *answer["attacks"]]), flush=True)
    print("\n".join(ratio_lines(months["without"], months["explored"])))
    print(f"seconds: {time.monotonic() - started:.0f}")


def _in_a_process_of_its_own(share: int, *, attacks: bool) -> dict:
    """Each month has a database of its own."""
    arguments = [*sys.argv[1:], "--one", *([] if attacks else ["--no-attacks"])]
    done = subprocess.run(
        [sys.executable, "-m", "tests.month_of_feeds", *arguments],
        env=os.environ | {"EXPLORATION_SHARE_PERCENT": str(share)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def _one_month(wanted: argparse.Namespace) -> None:
    os.environ["ATELIER_PROFILE"] = "test"
    from tests.bench.shop_of_jobs import running_services

    with running_services():
        from tests.simulator.catalogue import read_works

        from .attacks import attack_lines
        from .month import Month
        from .shop import simulated_space

        plan = Plan(days=wanted.days, buyers=wanted.buyers, strangers=wanted.strangers)
        with simulated_space():
            month = Month(read_works(wanted.works), plan, seed=wanted.seed)
            figures = month.run()
            attacks = [] if wanted.no_attacks else attack_lines(month)
        print(json.dumps({"figures": asdict(figures), "attacks": attacks}))


if __name__ == "__main__":
    main()
