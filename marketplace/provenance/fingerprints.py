"""PDQ, the perceptual hash of a picture: 256 bits that re-encoding and resizing hardly change.

Source of the algorithm and of both figures: Facebook's ThreatExchange, `hashing/hashing.pdf` and its Python package
(`PDQ_CONFIDENT_MATCH_THRESHOLD = 31`; hashes of quality below 50 are not to be matched).
"""

from dataclasses import dataclass

import numpy as np
import pdqhash
from PIL import Image

from marketplace.provenance.pictures import READABLE, flattened, open_picture

SAME_PICTURE_WITHIN = 31
LEAST_QUALITY = 50
_LONGEST_SIDE = 512  # PDQ itself averages over a 64 × 64 grid; larger pictures only take longer


@dataclass(frozen=True, slots=True)
class PictureFingerprint:
    """``bits``: 256 characters 0 or 1. ``quality``: 0 to 100; a nearly flat picture has little."""

    bits: str
    quality: int

    @property
    def is_telling(self) -> bool:
        """Whether there is enough in the picture for a match to mean anything."""
        return self.quality >= LEAST_QUALITY


def fingerprint(data: bytes) -> PictureFingerprint:
    """The fingerprint of a picture file. Raises PictureUnreadable and PictureTooLarge."""
    return fingerprint_of_image(open_picture(data, formats=READABLE).image)


def fingerprint_of_image(image: Image.Image) -> PictureFingerprint:
    """The fingerprint of a decoded picture; transparent parts count as white."""
    small = flattened(image)
    small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    bits, quality = pdqhash.compute(np.asarray(small))
    return PictureFingerprint("".join("1" if bit else "0" for bit in bits), int(quality))


def distance(one: str, other: str) -> int:
    """In how many of their 256 bits two fingerprints differ."""
    return sum(a != b for a, b in zip(one, other, strict=True))
