"""What an artist chooses for her pictures, in one value."""

import secrets
from dataclasses import dataclass

from generation.engine import contract


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """Sides in pixels; ``strength`` is None for text to image. ``guidance`` None: the model's own."""

    prompt: str
    width: int
    height: int
    count: int
    seed: int
    steps: int
    negative_prompt: str = ""
    guidance: float | None = None
    strength: float | None = None

    @property
    def steps_run(self) -> int:
        """Steps that one picture takes: image to image skips what ``strength`` keeps."""
        if self.strength is None:
            return self.steps
        return max(1, min(self.steps, int(self.steps * self.strength)))


def new_seed() -> int:
    """A seed for those who chose none."""
    return secrets.randbelow(contract.LARGEST_SEED + 1)
