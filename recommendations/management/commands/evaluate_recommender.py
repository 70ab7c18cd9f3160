"""Measure the recommender beside tuned baselines, on anybody's file of interactions."""

import argparse
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.errors import AtelierError
from recommendations.engine.evaluation.evaluation import Part, evaluate_cold, evaluate_known
from recommendations.engine.evaluation.methods import chosen_methods
from recommendations.engine.evaluation.report import Figure, facts_of, figures_of, lines_of, table_of
from recommendations.engine.evaluation.stages import PROGRESS, stage
from recommendations.engine.evaluation.tables import read_table


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < 2**32:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 4294967295")
    return seed


@contextmanager
def _told_on(stream: TextIO) -> Iterator[None]:
    """How far it has come goes to ``stream`` as plain lines, and not to the shop's log."""
    handler = logging.StreamHandler(stream)
    level, propagate = PROGRESS.level, PROGRESS.propagate
    PROGRESS.addHandler(handler)
    PROGRESS.setLevel(logging.INFO)
    PROGRESS.propagate = False
    try:
        yield
    finally:
        PROGRESS.removeHandler(handler)
        PROGRESS.setLevel(level)
        PROGRESS.propagate = propagate


class Command(BaseCommand):
    """Reads files and nothing else: no database is asked, by the command or by Django's checks."""

    help = (
        "Train recommenders on a file of interactions and print Recall@20, NDCG@20, coverage and novelty of each, over "
        "a full ranking. Tables are TSV with a header: user, item, rating and timestamp (the last two may be missing); "
        "item, text. Users with fewer than 5 likes are trained with and not tested."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interactions", type=Path, required=True, help="TSV: user, item, rating, timestamp")
        parser.add_argument("--items", type=Path, help="TSV: item, text; also measures items hidden from training")
        parser.add_argument("--holdout", type=_share, default=0.2, help="the share of each user's likes to test with")
        parser.add_argument("--seed", type=_seed, default=0, help="of the split and of all that learns")
        parser.add_argument(
            "--positive-from",
            type=float,
            help="the least rating that counts as liked; without it 4 where ratings go up to 5, 8 where up to 10, "
            "otherwise every rating above 0",
        )
        parser.add_argument("--methods", nargs="+", metavar="NAME", help="only these")
        parser.add_argument("--json", type=Path, help="write all figures to this file too")

    def handle(self, *args: Any, **options: Any) -> None:
        with _told_on(sys.stderr):
            try:
                self._evaluate(options)
            except AtelierError as error:
                raise CommandError(f"{error.message} {error.way_out}".strip()) from error

    def _evaluate(self, options: dict[str, Any]) -> None:
        methods, cold_methods = chosen_methods(options["methods"], with_cold=options["items"] is not None)
        with stage("The files are read"):
            table = read_table(options["interactions"], options["items"], positive_from=options["positive_from"])
        figures: dict[str, Figure] = facts_of(table) | {"holdout": options["holdout"], "seed": options["seed"]}
        self._print(figures)
        parts: dict[str, Part] = {}
        if methods:
            parts["Known items"] = evaluate_known(
                table.interactions, methods=methods, holdout=options["holdout"], seed=options["seed"]
            )
            figures |= self._print(figures_of(parts["Known items"]))
        if cold_methods:
            parts["Cold items"] = evaluate_cold(table.interactions, methods=cold_methods, seed=options["seed"])
            figures |= self._print(figures_of(parts["Cold items"], prefix="cold."))
        for title, part in parts.items():
            self.stdout.write(f"\n{title}, {part.tested_users} users")
            self.stdout.writelines(f"{line}\n" for line in table_of(part))
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _print(self, figures: dict[str, Figure]) -> dict[str, Figure]:
        for line in lines_of(figures):
            self.stdout.write(line)
        self.stdout.flush()
        return figures
