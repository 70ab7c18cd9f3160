"""How well search finds works by subject: full text, vector and both fused, on a file of works."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.errors import AtelierError
from recommendations.search_evaluation.comparison import averages, compared
from recommendations.search_evaluation.works_file import FEWEST_WORKS, MOST_WORKS, read_works


class Command(BaseCommand):
    """Uses temporary tables of the configured database alone; no table of the shop is read or written."""

    help = (
        "NDCG@10 and Recall@50 of full text, vector and fused search. The index holds title, artist and medium; "
        f"queries are the leaf subjects that {FEWEST_WORKS} to {MOST_WORKS} works carry."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--works", type=Path, required=True, help="gzipped JSON lines: title, artist, medium, subjects"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            works = read_works(options["works"])
            scores = compared(works, progress=lambda line: self.stderr.write(line))
        except AtelierError as error:
            raise CommandError(f"{error.message} {error.way_out}") from error
        self.stdout.write(f"works: {len(works)}\nqueries: {len(scores)}")
        for name, value in averages(scores).items():
            self.stdout.write(f"{name}: {value:.4f}")
        # Parameters were chosen on the other half of the subjects' names (by hash).
        for name, value in averages([s for s in scores if not s.chosen_on]).items():
            self.stdout.write(f"held_out_{name}: {value:.4f}")
