"""What an order has beside words and settings when it begins with a picture or with another's seed."""

from dataclasses import dataclass

from generation.engine import contract


@dataclass(frozen=True, slots=True)
class Beginning:
    """Pictures are clean PNG bytes. ``input_png`` with ``strength`` alone makes image to image.

    ``mask_png`` (one channel, bright is painted, the input's size) with ``strength`` makes inpaint; ``extension``
    outpaint; ``variation`` variations, which take no input. Edits name ``painted_side``, the longer side in pixels at
    which the model paints. ``tool_kind`` with ``tool`` makes a picture tool of it, which may take ``mask_png`` and
    ``reference_png``. ``control`` with ``control_png`` (RGBA) leads the composition of what is made from words.
    """

    input_png: bytes | None = None
    strength: float | None = None
    mask_png: bytes | None = None
    extension: contract.Extension | None = None
    variation: contract.Variation | None = None
    painted_side: int | None = None
    tool_kind: contract.Kind | None = None
    tool: contract.ToolSettings | None = None
    reference_png: bytes | None = None
    control: contract.Control | None = None
    control_png: bytes | None = None

    @property
    def kind(self) -> contract.Kind:
        """What that makes the order."""
        if self.tool_kind is not None:
            return self.tool_kind
        if self.variation is not None:
            return contract.Kind.VARIATIONS
        if self.extension is not None:
            return contract.Kind.OUTPAINT
        if self.mask_png is not None:
            return contract.Kind.INPAINT
        return contract.Kind.IMAGE_TO_IMAGE if self.input_png is not None else contract.Kind.TEXT_TO_IMAGE
