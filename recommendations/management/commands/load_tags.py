"""Put the image models' vocabularies into the shop's tags."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.errors import VocabularyUnusable
from recommendations.services import load_vocabulary
from recommendations.services.vocabulary import WAY_OUT


class Command(BaseCommand):
    """Can be repeated: a tag that is there is completed."""

    help = "Make a bilingual tag of every concept that the installed image models were taught."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="this vocabulary.json instead of those in MODELS_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        installed = sorted(settings.CONFIGURATION.models_dir.glob("*/vocabulary.json"))
        try:
            counts = [load_vocabulary(path=path) for path in ([options["file"]] if options["file"] else installed)]
        except VocabularyUnusable as error:
            raise CommandError(f"{error.message} {error.way_out}") from error
        if not counts:
            raise CommandError(f"No model in {settings.CONFIGURATION.models_dir} has a vocabulary. {WAY_OUT}")
        self.stdout.write(f"{max(counts)} concepts are tags")
