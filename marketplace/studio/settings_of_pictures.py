"""What an artist chooses for her pictures, in one value."""

import secrets
from dataclasses import dataclass

from generation.engine import contract
from marketplace.studio.loras.choices import ChosenLora


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """Sides in pixels; ``strength`` is None for text to image. ``guidance`` None: the model's own.

    Of an edit the sides are the result's, and ``painted_side`` the longer side at which the model paints.
    """

    prompt: str
    width: int
    height: int
    count: int
    seed: int
    steps: int
    negative_prompt: str = ""
    guidance: float | None = None
    strength: float | None = None
    extension: contract.Extension | None = None
    variation: contract.Variation | None = None
    painted_side: int | None = None
    loras: tuple[ChosenLora, ...] = ()

    @property
    def painted_size(self) -> tuple[int, int]:
        """Width and height in pixels of what the model paints, at most; the price and the time go by it."""
        if self.painted_side is None:
            return self.width, self.height
        return self.painted_side, self.painted_side

    @property
    def steps_run(self) -> int:
        """Steps that one picture takes: image to image skips what ``strength`` keeps."""
        if self.strength is None:
            return self.steps
        return max(1, min(self.steps, int(self.steps * self.strength)))


def new_seed() -> int:
    """A seed for those who chose none."""
    return secrets.randbelow(contract.LARGEST_SEED + 1)
