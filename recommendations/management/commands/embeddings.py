"""Versions of the spaces in which works have vectors: how far they are, filled, switched and switched back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.errors import AtelierError
from recommendations.encoders import LEARNED, exported_encoders, wanted_facts
from recommendations.engine.space import SpaceFacts
from recommendations.measuring import MEASURED
from recommendations.models import EmbeddingSpace
from recommendations.selectors import progress_by_version
from recommendations.services import start_filling, switch_space_back, switch_space_to

SPACES = (*LEARNED, *MEASURED)


class Command(BaseCommand):
    """``status | fill | switch | back``. Filling itself is done by the workers of the queue."""

    help = "Look at, fill and switch versions of the spaces of embeddings."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="what", required=True)
        kinds.add_parser("status", help="every version with its counts")
        fill = kinds.add_parser("fill", help="begin, or go on, to fill what the settings want beside what is present")
        fill.add_argument("space", nargs="?", choices=SPACES, help="one space; all of them where it is left out")
        fill.add_argument("--version", help="another exported version than the one that the settings want")
        switch = kinds.add_parser("switch", help="switch to a version that is whole, by hand")
        switch.add_argument("space", choices=SPACES)
        switch.add_argument("version")
        kinds.add_parser("back", help="switch back to the version before").add_argument("space", choices=SPACES)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            {"status": self._status, "fill": self._fill, "switch": self._switch, "back": self._back}[options["what"]](
                options
            )
        except AtelierError as error:
            raise CommandError(" ".join(filter(None, [error.message, error.way_out]))) from error

    def _status(self, options: dict[str, Any]) -> None:
        versions = list(EmbeddingSpace.objects.order_by("space", "registered_at"))
        if not versions:
            self.stdout.write("No space is registered: the first work that is published begins them.")
        for version, progress in progress_by_version(versions).items():
            self.stdout.write(
                f"{version} ({version.dimensions}): {_state(version)}; {progress.with_vector} of {progress.published} "
                f"works, {progress.without} without, {progress.lacking} lacking"
            )

    def _fill(self, options: dict[str, Any]) -> None:
        if options["version"] and not options["space"]:
            raise CommandError("--version needs a space beside it.")
        for space in [options["space"]] if options["space"] else SPACES:
            facts = _exported(options["version"]) if options["version"] else wanted_facts(space)
            if facts is None:
                self.stdout.write(f"{space}: no encoder is exported to ONNX_DIR")
                continue
            version = start_filling(space=space, facts=facts)
            self.stdout.write(f"{version}: {progress_by_version([version])[version].lacking} works to do")

    def _switch(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"present: {switch_space_to(space=options['space'], version=options['version'])}")

    def _back(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"present: {switch_space_back(space=options['space'])}")


def _exported(version: str) -> SpaceFacts:
    found = [encoder.facts for encoder in exported_encoders() if encoder.facts.version == version]
    if not found:
        raise CommandError(f"No folder below ONNX_DIR holds version {version}.")
    return found[0]


def _state(version: EmbeddingSpace) -> str:
    if version.dropped_at:
        return "being dropped"
    if version.is_present:
        return "present, being filled" if version.filling_since else "present"
    if version.filling_since:
        return "being filled"
    return "retired" if version.retired_at else "unused"
