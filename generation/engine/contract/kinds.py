"""What is made from what, and by what it may be led."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is made from what."""

    TEXT_TO_IMAGE = "text_to_image"
    IMAGE_TO_IMAGE = "image_to_image"
    VARIATIONS = "variations"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    UPSCALE = "upscale"
    RESTORE = "restore"
    COLOURIZE = "colourize"
    STYLE_TRANSFER = "style_transfer"
    PALETTE_TRANSFER = "palette_transfer"
    BACKGROUND_REMOVAL = "background_removal"

    @property
    def is_edit(self) -> bool:
        """Whether the result is the input's size, most of it pixel by pixel."""
        return self in {Kind.INPAINT, Kind.OUTPAINT}

    @property
    def is_tool(self) -> bool:
        """Whether a picture tool makes it, without words and without chance."""
        return self in TOOLS

    @property
    def runs_alone(self) -> bool:
        """Whether its pictures share no batch with others."""
        return self.is_edit or self.is_tool

    @property
    def needs_input(self) -> bool:
        """Whether it begins with a picture."""
        return self.is_edit or self.is_tool or self is Kind.IMAGE_TO_IMAGE


TOOLS: Final = (
    Kind.UPSCALE,
    Kind.RESTORE,
    Kind.COLOURIZE,
    Kind.STYLE_TRANSFER,
    Kind.PALETTE_TRANSFER,
    Kind.BACKGROUND_REMOVAL,
)


class ControlKind(StrEnum):
    """What of a picture the composition follows: its edges, the lines of a sketch as drawn, or its depth as given
    (bright is near).
    """

    EDGES = "edges"
    SKETCH = "sketch"
    DEPTH = "depth"

    @property
    def part(self) -> str:
        """The part of a model that does it (``control/PART`` in its folder, ``controls`` of its card)."""
        return "depth" if self is ControlKind.DEPTH else "lines"
