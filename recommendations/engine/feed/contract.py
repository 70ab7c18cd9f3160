"""What is known of a viewer's last acts and of candidates, as arrays. Training and the shop fill the same ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# The number of the contract stands in every model's manifest: a model of another number is not used.
CONTRACT = 1
# What a viewer does with a work, in a fixed order: an act's kind is the place in it.
KINDS = ("viewed", "dwelt", "liked", "saved", "carted", "bought", "hidden")
LAST_ACTS = 40
# How much an act says for the mean direction of a taste, by kind; what was hidden pulls nowhere.
STRENGTHS = np.array([1.0, 2.0, 4.0, 4.0, 5.0, 6.0, 0.0], dtype=np.float32)
HALF_LIFE_DAYS = 14.0
NO_GROUP = -1  # an artist or a medium that is not known


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the spaces lie in a work's content vector: the picture's first, then the text's. Either may be 0."""

    picture: int
    text: int

    @property
    def width(self) -> int:
        """Numbers in a content vector."""
        return self.picture + self.text

    def of_picture(self, content: Floats) -> Floats:
        """The picture's part of content vectors (N, width)."""
        return content[..., : self.picture]

    def of_text(self, content: Floats) -> Floats:
        """The text's part of content vectors (N, width)."""
        return content[..., self.picture :]


@dataclass(frozen=True, slots=True)
class Acts:
    """What a viewer did last, at most LAST_ACTS, the oldest first; acts that were taken back are left out.

    ``kinds`` (L): places in KINDS. ``age_days`` (L): days before now. ``content`` (L, width): the works' vectors, each
    part of length 1 or all zeros where the work has none. ``artists``, ``media`` (L): any numbers, the same for the
    same one as in Candidates.
    """

    kinds: Integers
    age_days: Floats
    content: Floats
    artists: Integers
    media: Integers

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def weights(self) -> Floats:
        """(L) STRENGTHS, halved in HALF_LIFE_DAYS."""
        faded: Floats = STRENGTHS[self.kinds] * np.exp2(-np.maximum(self.age_days, 0.0) / HALF_LIFE_DAYS)
        return faded.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is known of N works that may be shown.

    ``content`` (N, width), ``artists``, ``media`` (N): as in Acts. ``age_days`` (N): since publishing. ``popularity``
    (N): the decayed weight of all that was done with the work (``services.popularity``), 0 and more. ``viewers``,
    ``likes``, ``buyers`` (N): how many. ``related`` (N): the sum of item-to-item weights from the viewer's works, each
    times its act's weight. ``bought_with`` (N): the same of co-purchases. ``is_followed`` (N): whether the viewer
    follows the artist.
    """

    content: Floats
    artists: Integers
    media: Integers
    age_days: Floats
    popularity: Floats
    viewers: Floats
    likes: Floats
    buyers: Floats
    related: Floats
    bought_with: Floats
    is_followed: Flags

    def __len__(self) -> int:
        return len(self.artists)
