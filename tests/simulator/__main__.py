"""python -m tests.simulator --works FILE.jsonl.gz --interactions OUT.tsv --items OUT_ITEMS.tsv"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .catalogue import draw_catalogue, read_works
from .files import write_interactions, write_items
from .people import draw_people
from .year import Habits, simulate_year


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--works", type=Path, required=True, help="JSON lines, gzipped or plain")
    parser.add_argument("--users", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interactions", type=Path, required=True, help="written: user, item, rating, timestamp")
    parser.add_argument("--items", type=Path, required=True, help="written: item, text")
    wanted = parser.parse_args()

    habits = Habits()
    for_works, for_people, for_year, for_tags = np.random.SeedSequence(wanted.seed).spawn(4)
    catalogue = draw_catalogue(read_works(wanted.works), days=habits.days, new_share=0.4, seed=for_works)
    people = draw_people(catalogue, count=wanted.users, days=habits.days, seed=for_people)
    interactions = simulate_year(catalogue, people, habits=habits, seed=for_year)
    write_interactions(wanted.interactions, catalogue, interactions)
    write_items(wanted.items, catalogue, interactions, seed=for_tags)
    print(f"{wanted.users} users, {len(set(interactions.work.tolist()))} items, {len(interactions)} interactions")


if __name__ == "__main__":
    main()
