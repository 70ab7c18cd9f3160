"""What a mask marks. Numpy and Pillow alone: the web process imports it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_PAINTED_FROM = 128


def as_mask(mask: Image.Image, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Where ``mask`` (any mode) is painted, (height, width) for a ``size`` of (width, height).

    Where some of it is transparent, what is opaque is painted, as a brush leaves it; else what is bright, as programs
    save masks, also with an alpha channel that says nothing.
    """
    channel = mask.convert("L")
    if "A" in mask.getbands() or "transparency" in mask.info:
        alpha = mask.convert("RGBA").getchannel("A")
        if alpha.getextrema() != (255, 255):
            channel = alpha
    if channel.size != size:
        channel = channel.resize(size, Image.Resampling.NEAREST)
    return np.asarray(channel) >= _PAINTED_FROM
