"""The encoders on this machine (below ONNX_DIR): of each space's present version, and of any other.

The settings name the folder of each learned space's *wanted* encoder. The present version may be another one, until the
wanted one is filled: then its files are looked for in every folder below ONNX_DIR.
"""

import logging
from functools import cache
from pathlib import Path

from django.conf import settings

from recommendations.engine.encoders import Encoder
from recommendations.engine.errors import EncoderMissing, EncoderUnusable
from recommendations.engine.space import SpaceFacts
from recommendations.measuring import MEASURED
from recommendations.models import EmbeddingSpace
from recommendations.versions import present_versions

log = logging.getLogger(__name__)
Space = EmbeddingSpace.Space
# Spaces whose encoders are files; the others are measured by this program.
LEARNED: tuple[str, ...] = (Space.TEXT, Space.PICTURE)


_found: dict[tuple[Path, str], Encoder] = {}


@cache
def _encoder(folder: Path) -> Encoder:
    return Encoder(folder)


def wanted_encoder(space: str) -> Encoder:
    """The encoder that the settings name for ``space``. Its files may be missing."""
    configuration = settings.CONFIGURATION
    folder = {Space.TEXT: configuration.text_encoder, Space.PICTURE: configuration.picture_encoder}[Space(space)]
    return _encoder(configuration.onnx_dir / folder)


def exported_encoders() -> list[Encoder]:
    """Every usable encoder below ONNX_DIR, by its folder's name."""
    found = []
    for facts_file in sorted(settings.CONFIGURATION.onnx_dir.glob("*/space.json")):
        encoder = _encoder(facts_file.parent)
        try:
            _ = encoder.facts
        except (EncoderMissing, EncoderUnusable) as error:
            log.warning("%s is passed over: %s", facts_file.parent, error.message)
            continue
        found.append(encoder)
    return found


def encoder_of(space: str, version: str) -> Encoder:
    """The encoder of one version of ``space``. Its files may be missing: ask ``is_present``."""
    wanted = wanted_encoder(space)
    # The one that was found last is looked at before every folder is.
    place = (settings.CONFIGURATION.onnx_dir, version)
    for encoder in (wanted, *([_found[place]] if place in _found else [])):
        if encoder.is_present() and encoder.facts.version == version:
            return encoder
    for encoder in exported_encoders():
        if encoder.facts.version == version:
            _found[place] = encoder
            return encoder
    return _encoder(settings.CONFIGURATION.onnx_dir / version)


def encoder_for(space: str) -> Encoder:
    """The encoder of the present version of ``space``, or the wanted one where there is none yet.

    Its files may be missing: ask ``is_present`` or expect EncoderMissing.
    """
    present = present_versions().get(space)
    return wanted_encoder(space) if present is None else encoder_of(space, present.version)


def present_spaces() -> list[str]:
    """The learned spaces whose present version has its encoder on this machine."""
    return [space for space in LEARNED if encoder_for(space).is_present()]


def facts_of(space: str) -> SpaceFacts:
    """The present version of ``space``. Measured spaces need no files.

    Where the files of a learned one are missing here, vectors can still be compared: version and dimensions are known.
    Raises EncoderMissing where there is no version at all.
    """
    if space in MEASURED:
        return MEASURED[space]()
    present = present_versions().get(space)
    encoder = wanted_encoder(space) if present is None else encoder_of(space, present.version)
    if present is None or encoder.is_present():
        return encoder.facts
    return SpaceFacts(present.version, present.dimensions, max_tokens=0, languages=())


def wanted_facts(space: str) -> SpaceFacts | None:
    """The version of ``space`` that the settings, or this program, want; None where its files are missing."""
    if space in MEASURED:
        return MEASURED[space]()
    encoder = wanted_encoder(space)
    return encoder.facts if encoder.is_present() else None
