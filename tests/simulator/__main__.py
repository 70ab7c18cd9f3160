"""python -m tests.simulator --works FILE.jsonl.gz --interactions OUT.tsv --items OUT_ITEMS.tsv"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .catalogue import draw_catalogue, read_works
from .files import write_interactions, write_items
from .tastes import THEMES, draw_tastes
from .year import Habits, simulate_year

FEWEST_WORKS = 100


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--works", type=Path, required=True, help="JSON lines, gzipped or plain")
    parser.add_argument("--sample", type=int, help="only so many of the works: the fewer, the denser, as with films")
    parser.add_argument("--users", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interactions", type=Path, required=True, help="written: user, item, rating, timestamp")
    parser.add_argument("--items", type=Path, required=True, help="written: item, text")
    wanted = parser.parse_args(arguments)

    habits = Habits()
    for_works, for_people, for_year, for_tags, for_sample = np.random.SeedSequence(wanted.seed).spawn(5)
    works = read_works(wanted.works)
    if wanted.sample is not None:
        chosen = np.random.default_rng(for_sample).choice(len(works), min(wanted.sample, len(works)), replace=False)
        works = [works[number] for number in np.sort(chosen)]
    if len(works) < FEWEST_WORKS:
        parser.error(
            f"{len(works)} works are too few: people who take 20 works each need {FEWEST_WORKS} to choose from."
        )
    catalogue = draw_catalogue(works, days=habits.days, new_share=0.4, seed=for_works)
    if len(catalogue.subjects) < THEMES:
        parser.error(f"The works carry {len(catalogue.subjects)} subjects; tastes need {THEMES} to differ.")
    tastes = draw_tastes(catalogue, count=wanted.users, days=habits.days, seed=for_people)
    interactions = simulate_year(catalogue, tastes, habits=habits, seed=for_year)
    write_interactions(wanted.interactions, catalogue, interactions)
    write_items(wanted.items, catalogue, interactions, seed=for_tags)
    print(f"{wanted.users} users, {len(set(interactions.work.tolist()))} items, {len(interactions)} interactions")


if __name__ == "__main__":
    main()
