"""Put the image model's vocabulary into the shop's tags."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations.errors import VocabularyUnusable
from recommendations.services import load_vocabulary

MODEL = "atelier-image-1"


class Command(BaseCommand):
    """Can be repeated: a tag that is there is completed."""

    help = "Make a bilingual tag of every concept that the image model was taught."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help=f"another vocabulary.json than that of {MODEL} in MODELS_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"] or settings.CONFIGURATION.models_dir / MODEL / "vocabulary.json"
        try:
            count = load_vocabulary(path=path)
        except VocabularyUnusable as error:
            raise CommandError(f"{error.message} {error.way_out}") from error
        self.stdout.write(f"{count} concepts are tags")
