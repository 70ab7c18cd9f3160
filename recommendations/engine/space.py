"""``space.json``: what an exported space says of itself."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recommendations.engine.errors import EncoderMissing, EncoderUnusable
from recommendations.engine.preprocessing import PictureInput, TextInput, read_picture_input, read_text_input

WAY_OUT = "Run `make setup`, which exports the encoders to ONNX_DIR."


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """A version of a space. Vectors of different versions must never be compared.

    ``similarity_floor``: the cosine below which a neighbour says nothing, for words against works. ``picture_size``:
    the side in pixels that the picture encoder wants, 0 where the space has none. ``languages``: those that the text
    encoder was taught, as in ``en``, ``zh``.
    """

    version: str
    dimensions: int
    max_tokens: int
    languages: tuple[str, ...]
    picture_size: int = 0
    similarity_floor: float = 0.25
    picture_input: PictureInput = field(default_factory=PictureInput)
    text_input: TextInput = field(default_factory=TextInput)


def read_space(folder: Path) -> SpaceFacts:
    """The facts in ``folder/space.json``. Raises EncoderMissing and EncoderUnusable."""
    path = folder / "space.json"
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EncoderMissing(f"There is no {path}.", way_out=WAY_OUT) from error
    except json.JSONDecodeError as error:
        raise EncoderUnusable(f"{path} is not JSON: {error}", way_out=WAY_OUT) from error
    try:
        return SpaceFacts(
            version=str(raw["version"]),
            dimensions=int(raw["dim"]),
            max_tokens=int(raw.get("max_tokens", 0) or raw.get("sizes", {}).get("max_tokens", 64)),
            languages=tuple(raw.get("languages", ("en",))),
            picture_size=_picture_size(raw),
            similarity_floor=float(raw.get("similarity_floor", 0.25)),
            picture_input=read_picture_input(raw.get("picture_input", {})),
            text_input=read_text_input(raw.get("text_input", {})),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EncoderUnusable(f"{path} lacks or misstates {error}", way_out=WAY_OUT) from error


def _picture_size(raw: dict[str, Any]) -> int:
    size = raw.get("picture_size") or raw.get("picture_side_px") or raw.get("sizes", {}).get("picture") or 0
    return int(size[0] if isinstance(size, list) else size)
