"""Make search documents, vectors and colours of all published works again."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q

from marketplace.catalog.models import Work
from recommendations.encoders import facts_of, present_spaces
from recommendations.measuring import MEASURED
from recommendations.models import Embedding
from recommendations.services import embed_work, index_work, refresh_popularity


def lacks_something(spaces: list[str]) -> Q:
    """Works without a search document or a shape, or without a vector in the present version of a space: one of
    ``spaces``, or a measured one."""
    lacking = Q(search_document=None) | Q(colour__aspect="")
    for space in [*spaces, *MEASURED]:
        version = facts_of(space).version
        lacking |= ~Q(pk__in=Embedding.objects.filter(space=space, version=version).values("work"))
    return lacking


class Command(BaseCommand):
    """Can be stopped and started again; ``--missing`` goes on where it was stopped."""

    help = "Index all published works for search and recommendations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only works that lack something")

    def handle(self, *args: Any, **options: Any) -> None:
        spaces = present_spaces()
        if not spaces:
            self.stderr.write("No encoder is exported to ONNX_DIR: only words are indexed. `make setup` exports them.")
        works = Work.objects.exclude(status=Work.Status.DRAFT).order_by("pk")
        if options["missing"]:
            works = works.filter(lacks_something(spaces))
        started = time.monotonic()
        ids = list(works.values_list("pk", flat=True))
        for count, work_id in enumerate(ids, start=1):
            index_work(work_id=work_id)
            embed_work(work_id=work_id)
            if count % 50 == 0:
                self.stdout.write(f"{count} of {len(ids)} works")
        refresh_popularity()
        self.stdout.write(
            f"{len(ids)} works in {time.monotonic() - started:.1f} s, spaces: {', '.join(spaces) or 'none'}"
        )
