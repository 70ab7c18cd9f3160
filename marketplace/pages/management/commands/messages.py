"""`manage.py messages`: keep the Chinese catalogues complete."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.pages import messages


class Command(BaseCommand):
    help = (
        "Keep the catalogues complete: --update adds what is missing, --check fails on it, --compile writes .mo files."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        for name in ("update", "check", "compile"):
            action.add_argument(f"--{name}", action="store_true")

    def handle(self, **options: Any) -> None:
        if options["update"]:
            self.stdout.write(f"added: {messages.write_missing()}")
        elif options["compile"]:
            self.stdout.write(f"compiled: {messages.compile_catalogues()}")
        else:
            missing = messages.untranslated()
            for domain, entries in missing.items():
                for (message, _context), places in entries.items():
                    self.stdout.write(f"{domain}: {message!r} at {places[0]}")
            if missing:
                raise CommandError(
                    "these strings are not translated; `manage.py messages --update` adds them to their catalogue"
                )
            self.stdout.write("catalogues complete")
