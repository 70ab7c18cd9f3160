"""The encoders that the settings name (ONNX_DIR), by space."""

from functools import cache
from pathlib import Path

from django.conf import settings

from recommendations.engine.encoders import Encoder
from recommendations.engine.space import SpaceFacts
from recommendations.models import EmbeddingSpace
from recommendations.palette import palette_facts

Space = EmbeddingSpace.Space
FOLDERS = {Space.TEXT: "minilm", Space.PICTURE: "picture_space"}


@cache
def _encoder(folder: Path) -> Encoder:
    return Encoder(folder)


def encoder_for(space: str) -> Encoder:
    """The encoder of ``space``. Its files may be missing: ask ``is_present`` or expect EncoderMissing."""
    return _encoder(settings.CONFIGURATION.onnx_dir / FOLDERS[Space(space)])


def present_spaces() -> list[str]:
    """The spaces whose encoders were exported on this machine."""
    return [space for space in FOLDERS if encoder_for(space).is_present()]


def facts_of(space: str) -> SpaceFacts:
    """The present version of ``space``. Palettes are measured, not learned, and need no files."""
    return palette_facts() if space == Space.PALETTE else encoder_for(space).facts
