"""Make the vector indexes of the present VECTOR_PRECISION, built as this version of the shop builds them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recommendations.services.vector_indexes import renew_indexes


class Command(BaseCommand):
    """While the precision changes, searches look at every vector: slow, and right."""

    help = "Make the vector indexes of the present VECTOR_PRECISION beside the traffic, and drop those they replace."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--memory", default="", help="maintenance_work_mem while an index is made, such as 4GB")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in renew_indexes(build_memory=options["memory"]):
            self.stdout.write(f"made {name}")
