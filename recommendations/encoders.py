"""The encoders that the settings name (ONNX_DIR), by space."""

from functools import cache
from pathlib import Path

from django.conf import settings

from recommendations.engine.encoders import Encoder
from recommendations.models import EmbeddingSpace

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
