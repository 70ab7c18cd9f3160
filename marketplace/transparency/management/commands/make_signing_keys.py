"""`manage.py make_signing_keys`: a set of the site's signing keys."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.errors import AtelierError
from marketplace.transparency.keyfiles import NEEDED, make_signing_files


class Command(BaseCommand):
    help = (
        "Make the site's signing keys, with a root certificate of its own, in SIGNING_DIR or --into. "
        "Outside production the set is marked as a demo's unless --for-production is given."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--into", type=Path, help="an absent or empty folder; SIGNING_DIR if not given")
        parser.add_argument("--if-missing", action="store_true", help="leave a set that is there, without an error")
        parser.add_argument("--for-production", action="store_true", help="without the demo's marker")

    def handle(self, **options: Any) -> None:
        folder: Path = options["into"] or settings.CONFIGURATION.signing_dir
        if options["if_missing"] and all((folder / name).is_file() for name in NEEDED):
            self.stdout.write(f"{folder} holds a set of keys already.")
            return
        for_demo = not (settings.IN_PRODUCTION or options["for_production"])
        try:
            made = make_signing_files(folder, for_demo=for_demo)
        except AtelierError as error:
            raise CommandError(f"{error.message} {error.way_out}") from error
        if not made and not options["if_missing"]:  # with it, another process made them at this moment
            raise CommandError(f"{folder} holds a set of keys already; it was left as it is.")
        if not made:
            return
        self.stdout.write(f"Made signing keys in {folder}{' (for a demo)' if for_demo else ''}.")
        if not for_demo:
            self.stdout.write("Keep root_key.pem offline: it is needed only to issue the next leaf certificate.")
