"""What the public sees of a picture: smaller copies with a small watermark, as WebP and AVIF."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from marketplace.provenance.pictures import flattened

LONGEST_SIDES = (320, 640, 1280)
WATERMARK = "Atelier"
_MARK_SHARE_OF_SIDE = 0.035
_LEAST_MARK_PX = 10
_ENCODINGS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("image/webp", ".webp", {"format": "WEBP", "quality": 82, "method": 4}),
    ("image/avif", ".avif", {"format": "AVIF", "quality": 62, "speed": 8}),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """One encoded copy; ``width`` and ``height`` in pixels."""

    data: bytes
    media_type: str
    suffix: str
    width: int
    height: int


def make_previews(image: Image.Image) -> Iterator[Preview]:
    """Copies with 320, 640 and 1280 px on the longest side, none larger than the picture itself; no metadata."""
    whole = flattened(image)
    longest = max(whole.size)
    for side in sorted({min(side, longest) for side in LONGEST_SIDES}):
        small = whole.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        marked = _with_watermark(small)
        for media_type, suffix, options in _ENCODINGS:
            buffer = BytesIO()
            marked.save(buffer, **options)
            yield Preview(buffer.getvalue(), media_type, suffix, marked.width, marked.height)


def _with_watermark(image: Image.Image) -> Image.Image:
    """The shop's name in the lower right corner, half transparent, on a soft shadow that keeps it legible on white."""
    size = max(_LEAST_MARK_PX, round(max(image.size) * _MARK_SHARE_OF_SIDE))
    font = ImageFont.load_default(size)
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    place = (image.width - size * 0.6, image.height - size * 0.5)
    step = max(1, size // 14)
    draw.text((place[0] + step, place[1] + step), WATERMARK, font=font, fill=(0, 0, 0, 90), anchor="rs")
    draw.text(place, WATERMARK, font=font, fill=(255, 255, 255, 150), anchor="rs")
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
