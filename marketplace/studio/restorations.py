"""What a restoration did to a picture: before, after, and which pixels survived, for its owner."""

import io
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from PIL import Image

from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.record import RestorationRecord, Step
from generation.models import DAMAGE_SHOWN, GenerationOutput
from generation.selectors import output_of, picture_bytes, record_bytes
from marketplace.accounts.models import User


@dataclass(frozen=True, slots=True)
class Restoration:
    """One restored picture. Shares are parts of all its pixels, 0 to 1."""

    output: GenerationOutput
    record: RestorationRecord

    @property
    def invented_percent(self) -> float:
        """Whose colour comes from elsewhere."""
        return 100 * self.record.invented_share

    @property
    def recovered_percent(self) -> float:
        """Where the original shows through and its colour was corrected."""
        return 100 * float(self.record.recovered.mean())

    @property
    def survived_percent(self) -> float:
        """The rest."""
        return 100 - self.invented_percent - self.recovered_percent

    @property
    def steps_shown(self) -> list[tuple[str, str]]:
        """What was mended and how, in the reader's language."""
        return [(_against_shown(step), _method_shown(step)) for step in self.record.steps]


def restoration_of(user: User, output_id: UUID) -> Restoration:
    """The record of one of ``user``'s restored pictures. Raises OutputNotFound, also where it was not restored."""
    output = output_of(user, output_id)
    return Restoration(output, RestorationRecord.from_png(record_bytes(output)))


def _against_shown(step: Step) -> str:
    if step.against in tuple(DamageKind):
        return str(DAMAGE_SHOWN[DamageKind(step.against)])
    return _("scratches, spots and holes")


def _method_shown(step: Step) -> str:
    if step.method.startswith("nothing found"):
        return _("none were found")
    method, _comma, found_by = step.method.partition(", mask ")
    if method == "learned":
        shown = _("our own network")
    else:
        library, _dash, name = method.partition("-")
        shown = f"{_LIBRARIES.get(library, library)} ({name})"
    places = {
        "painted": _("where you painted"),
        "learned": _("where our network saw damage"),
        "classical": _("where filters saw damage"),
    }
    return f"{shown}, {places[found_by]}" if found_by in places else shown


_LIBRARIES = {"opencv": "OpenCV", "skimage": "scikit-image"}


def overlay_png(restoration: Restoration) -> bytes:
    """The picture, greyed, with invented pixels in red and recovered ones in blue."""
    with Image.open(io.BytesIO(picture_bytes(restoration.output)), formats=["PNG"]) as picture:
        shown = restoration.record.overlay(picture)
    buffer = io.BytesIO()
    shown.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()
