"""What provenance is told about a picture: plain values, so that it never imports generation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Source = Literal["generated", "image_to_image", "picture_tool", "uploaded"]


@dataclass(frozen=True, slots=True)
class ProvenanceFacts:
    """How a picture came to be.

    ``created_at``: when it was made, or received for an upload. ``prompt_shown``: the prompt where the artist chose to
    show it, else None; nothing else carries it. ``parents``: SHA-256 (hex) of what it was made from.
    ``by_trained_network``: whether a picture tool used one; a picture that was generated always did.
    """

    source: Source
    created_at: datetime
    model: str = ""
    model_version: str = ""
    weights_sha256: str = ""
    seed: int | None = None
    steps: int | None = None
    prompt_shown: str | None = None
    parents: tuple[str, ...] = ()
    by_trained_network: bool = True

    def __post_init__(self) -> None:
        if self.source != "uploaded" and not (self.model and self.model_version):
            raise ValueError("a generated picture names its model and version")
        if self.source in ("image_to_image", "picture_tool") and not self.parents:
            raise ValueError("a picture made from a picture names it in parents")
        if self.created_at.tzinfo is None:
            raise ValueError("created_at carries its time zone")
