"""Make the vector indexes of the precision that VECTOR_PRECISION names."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recommendations.services.vector_indexes import change_precision


class Command(BaseCommand):
    """While it runs, searches look at every vector: slow, and right."""

    help = "Make the vector indexes of the present VECTOR_PRECISION beside the traffic, and drop those of the other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--memory", default="", help="maintenance_work_mem while an index is made, such as 4GB")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in change_precision(build_memory=options["memory"]):
            self.stdout.write(f"made {name}")
