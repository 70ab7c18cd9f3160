"""Measure the recommender beside tuned baselines, on anybody's file of interactions."""

import argparse
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.errors import AtelierError
from recommendations.engine.evaluation.stages import PROGRESS, stage


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


class Command(BaseCommand):
    """Reads files and nothing else: no database is asked, by the command or by Django's checks.

    The engine is imported when it runs: the web process, which can list the commands, lacks its packages.
    """

    help = (
        "Train recommenders on a file of interactions and print Recall@20, NDCG@20, coverage and novelty of each, over "
        "a full ranking. Tables are TSV with a header: user, item, rating and timestamp (the last two may be missing); "
        "item, text. Of several rows of one user and item the last one counts. Users with fewer than 5 likes are "
        "trained with and not tested. docs/evaluating-recommenders.md says what each figure is."
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
                figures = self._evaluate(options)
            except ModuleNotFoundError as error:
                raise CommandError(
                    f"{error}. Run it where the worker's packages are: pip install '.[worker]'"
                ) from error
            except AtelierError as error:
                raise CommandError(f"{error.message} {error.way_out}".strip()) from error
        if options["json"]:
            try:
                options["json"].write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{options['json']} cannot be written: {error.strerror}.") from error

    def _evaluate(self, options: dict[str, Any]) -> dict[str, int | float | str]:
        from recommendations.engine.evaluation.evaluation import Part, evaluate_cold, evaluate_known
        from recommendations.engine.evaluation.methods import chosen_methods
        from recommendations.engine.evaluation.report import facts_of, figures_of, liked_in_words, table_of
        from recommendations.engine.evaluation.tables import read_table

        methods, cold_methods = chosen_methods(options["methods"], with_cold=options["items"] is not None)
        with stage("The files are read"):
            table = read_table(options["interactions"], options["items"], positive_from=options["positive_from"])
        figures = {**facts_of(table), "holdout": options["holdout"], "seed": options["seed"]}
        self._print(figures)
        parts: dict[str, Part] = {}
        if methods:
            part = parts["Known items"] = evaluate_known(
                table.interactions, methods=methods, holdout=options["holdout"], seed=options["seed"]
            )
            figures |= self._print(figures_of(part))
        if cold_methods:
            part = parts["Cold items"] = evaluate_cold(table.interactions, methods=cold_methods, seed=options["seed"])
            figures |= self._print(figures_of(part, prefix="cold."))
        for title, part in parts.items():
            self.stdout.write(f"\n{title}, {part.tested_users} users; {liked_in_words(table)}")
            for line in table_of(part):
                self.stdout.write(line)
        return figures

    def _print(self, figures: Mapping[str, int | float | str]) -> Mapping[str, int | float | str]:
        from recommendations.engine.evaluation.report import lines_of

        for line in lines_of(figures):
            self.stdout.write(line)
        self.stdout.flush()
        return figures


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
