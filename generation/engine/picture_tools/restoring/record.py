"""Which pixels of a restored picture survived and which were invented: kept with the work, shown as an overlay."""

import json
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from generation.engine.picture_tools.pixels import Mask, to_picture, to_pixels

# Grey levels of the stored picture.
_SURVIVED, _RECOVERED, _INVENTED = 0, 128, 255
_MOST_STEPS, _LONGEST_STEP = 16, 200
_STEPS_KEY = "atelier-restoration"
_INVENTED_COLOUR = np.array([0.90, 0.10, 0.45], np.float32)
_RECOVERED_COLOUR = np.array([0.10, 0.45, 0.90], np.float32)


class RecordUnreadable(ValueError):
    """These bytes are no restoration's record."""


@dataclass(frozen=True)
class Step:
    """One thing that was done: against which kind ("repair" for all local ones) and by which method."""

    against: str
    method: str


@dataclass(frozen=True)
class RestorationRecord:
    """Masks (H, W) of one size.

    `invented`: the colour comes from other places of the picture or from a network. `recovered`: the original shows
    through the damage, and its colour was corrected. All else survived; steps over the whole picture (tone, noise)
    change its colours too, and stand in `steps`.
    """

    invented: Mask
    recovered: Mask
    steps: tuple[Step, ...]

    @property
    def invented_share(self) -> float:
        """The part of all pixels that was invented, 0 to 1."""
        return float(self.invented.mean())

    def overlay(self, picture: Image.Image) -> Image.Image:
        """The picture, greyed, with invented pixels in red and recovered ones in blue."""
        pixels = to_pixels(picture)
        grey = pixels.mean(axis=2, keepdims=True) * 0.75 + 0.2
        shown = np.repeat(grey, 3, axis=2)
        shown = np.where(self.recovered[..., None], 0.4 * shown + 0.6 * _RECOVERED_COLOUR, shown)
        shown = np.where(self.invented[..., None], 0.3 * shown + 0.7 * _INVENTED_COLOUR, shown)
        return to_picture(np.asarray(shown, np.float32))

    def to_png(self) -> bytes:
        """A grey PNG (0 survived, 128 recovered, 255 invented) that carries the steps as text."""
        levels = np.where(self.invented, _INVENTED, np.where(self.recovered, _RECOVERED, _SURVIVED)).astype(np.uint8)
        said = PngInfo()
        said.add_text(_STEPS_KEY, json.dumps([[step.against, step.method] for step in self.steps]))
        stored = BytesIO()
        Image.fromarray(levels).save(stored, "PNG", pnginfo=said)
        return stored.getvalue()

    @classmethod
    def from_png(cls, stored: bytes) -> "RestorationRecord":
        """What `to_png` wrote. Raises RecordUnreadable."""
        try:
            with Image.open(BytesIO(stored), formats=["PNG"]) as picture:
                picture.load()
                steps = _steps(json.loads(picture.info[_STEPS_KEY]))
                levels = np.asarray(picture.convert("L"))
        except (OSError, SyntaxError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise RecordUnreadable(f"no restoration's record: {error}") from error
        return cls(levels == _INVENTED, levels == _RECOVERED, steps)


def _steps(told: object) -> tuple[Step, ...]:
    """Pairs of short texts, a few: a stranger may have written them."""
    if not isinstance(told, list) or len(told) > _MOST_STEPS:
        raise TypeError("the steps are no short list")
    steps = [Step(*pair) for pair in told]
    if not all(
        isinstance(text, str) and len(text) <= _LONGEST_STEP for step in steps for text in (step.against, step.method)
    ):
        raise TypeError("a step is no short text")
    return tuple(steps)
