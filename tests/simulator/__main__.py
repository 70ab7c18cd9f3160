"""python -m tests.simulator --works FILE.jsonl.gz --interactions OUT.tsv --items OUT_ITEMS.tsv"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from .catalogue import draw_catalogue, read_works
from .files import COLUMNS, write_interactions, write_items
from .shapes import SHAPES
from .tastes import THEMES, draw_tastes
from .year import Habits, simulate_year

FEWEST_WORKS = 100


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--works", type=Path, required=True, help="JSON lines, gzipped or plain")
    parser.add_argument("--shape", choices=SHAPES, help="people, works and columns of one of the stated shapes")
    parser.add_argument("--scale", type=float, default=1.0, help="only that share of the shape's people and works")
    parser.add_argument("--sample", type=int, help="only so many of the works: the fewer, the denser, as with films")
    parser.add_argument("--users", type=int)
    parser.add_argument("--without", nargs="+", choices=COLUMNS, default=[], help="columns that are not written")
    parser.add_argument("--shuffle-times", action="store_true", help="the times are real ones of other interactions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interactions", type=Path, required=True, help="written: user, item, rating, timestamp")
    parser.add_argument("--items", type=Path, required=True, help="written: item, text")
    wanted = parser.parse_args(arguments)

    shape = SHAPES[wanted.shape].scaled(wanted.scale) if wanted.shape else None
    habits = shape.habits if shape else Habits()
    people = wanted.users or (shape.people if shape else 3000)
    sample = wanted.sample or (shape.sample if shape else None)
    without = set(wanted.without)
    if shape:
        without |= {column for column, kept in zip(COLUMNS, (shape.rated, shape.timed), strict=True) if not kept}
    seeds = np.random.SeedSequence(wanted.seed).spawn(6)
    for_works, for_people, for_year, for_tags, for_sample, for_times = seeds
    works = read_works(wanted.works)
    if sample is not None:
        chosen = np.random.default_rng(for_sample).choice(len(works), min(sample, len(works)), replace=False)
        works = [works[number] for number in np.sort(chosen)]
    if len(works) < FEWEST_WORKS:
        parser.error(
            f"{len(works)} works are too few: people who take 20 works each need {FEWEST_WORKS} to choose from."
        )
    catalogue = draw_catalogue(works, days=habits.days, new_share=0.4, seed=for_works)
    if len(catalogue.subjects) < THEMES:
        parser.error(f"The works carry {len(catalogue.subjects)} subjects; tastes need {THEMES} to differ.")
    tastes = draw_tastes(catalogue, count=people, days=habits.days, seed=for_people)
    interactions = simulate_year(catalogue, tastes, habits=habits, seed=for_year)
    if wanted.shuffle_times:
        interactions = replace(
            interactions, timestamp=np.random.default_rng(for_times).permutation(interactions.timestamp)
        )
    write_interactions(wanted.interactions, catalogue, interactions, without=without)
    write_items(wanted.items, catalogue, interactions, seed=for_tags)
    print(f"{people} users, {len(set(interactions.work.tolist()))} items, {len(interactions)} interactions")


if __name__ == "__main__":
    main()
