from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.documents.due import documents_missing
from billing.documents.writing import issue_document
from marketplace.core.clock import now


class Command(BaseCommand):
    help = (
        "Write the invoices and credit notes that are missing for what was booked since a day; a second run finds none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", required=True, help="the first day, as 2026-01-31 (UTC)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            since = datetime.strptime(options["since"], "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError as error:
            raise CommandError("--since is a day such as 2026-01-31") from error
        written = [issue_document(object_ref) for object_ref in list(documents_missing(since=since, until=now()))]
        self.stdout.write(f"documents_written: {sum(document is not None for document in written)}")
