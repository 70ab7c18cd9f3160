"""`manage.py check_log`: compute the whole log's hashes again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.transparency.models import LogEntry
from marketplace.transparency.selectors import review_log


class Command(BaseCommand):
    help = "Walk the public log and say where it was changed. --head N:HASH also compares a head that was kept before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", help="number and hash of an entry, as /.well-known/atelier-log.json gave them")

    def handle(self, **options: Any) -> None:
        review = review_log()
        if not review.is_whole:
            raise CommandError(f"the log is broken at entry {review.broken_at}: {review.reason}")
        if options["head"]:
            number, _colon, kept = options["head"].partition(":")
            if not number.isdigit() or not kept:
                raise CommandError("--head reads NUMBER:HASH")
            entry = LogEntry.objects.filter(sequence=int(number)).first()
            if entry is None or entry.entry_hash != kept:
                raise CommandError(f"entry {number} is not the one whose hash was kept: the log was replaced")
        self.stdout.write(f"the log is whole: {review.entries} entries, head {review.head_hash}")
