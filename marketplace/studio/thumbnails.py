"""Small copies of one's own pictures, for rows to choose from."""

import io

from PIL import Image

from generation.models import GenerationOutput
from generation.selectors import picture_bytes

# Of the shorter side: rows show them at 80 CSS pixels, covered, and screens have up to two pixels for each.
THUMBNAIL_PX = 160


def thumbnail_webp(output: GenerationOutput) -> bytes:
    """A WebP whose shorter side has THUMBNAIL_PX, transparent where the picture is. Raises OutputNotFound."""
    with Image.open(io.BytesIO(picture_bytes(output)), formats=["PNG"]) as opened:
        factor = min(1.0, THUMBNAIL_PX / min(opened.size))
        size = (max(1, round(opened.width * factor)), max(1, round(opened.height * factor)))
        small = opened.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()
