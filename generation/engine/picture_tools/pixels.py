"""Pictures as arrays and back. Torch-free: the shop reads restorations' records with it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# (H, W, 3) or (H, W), float32, 0 to 1, sRGB as stored.
Pixels = NDArray[np.float32]
# (H, W), True where something is meant.
Mask = NDArray[np.bool_]


def to_pixels(picture: Image.Image) -> Pixels:
    """The picture as (H, W, 3) in 0 to 1; transparency is laid on white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(ground, layered)
    return np.asarray(np.asarray(picture.convert("RGB")) / 255, np.float32)


def to_bytes(pixels: Pixels) -> NDArray[np.uint8]:
    """0 to 1 as bytes, rounded; what lies outside is cut off."""
    return np.asarray(np.clip(pixels, 0, 1) * 255 + 0.5, np.uint8)


def to_picture(pixels: Pixels) -> Image.Image:
    """(H, W, 3) or (H, W) in 0 to 1 as RGB or L."""
    return Image.fromarray(to_bytes(pixels))


def to_mask(picture: Image.Image, size: tuple[int, int]) -> Mask:
    """A painted mask, light where something is meant, brought to `size` (width, height)."""
    grey = picture.convert("L")
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.NEAREST)
    return np.asarray(grey) >= 128


def luma(pixels: Pixels) -> Pixels:
    """Brightness (H, W) by Rec. 709's weights, on the stored values."""
    return np.asarray(pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)
