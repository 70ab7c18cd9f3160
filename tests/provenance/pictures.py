"""Real pictures for tests: four paintings, and what people do to files."""

from io import BytesIO
from pathlib import Path

from PIL import Image

PAINTINGS = Path(__file__).parent.parent / "data" / "paintings"
NAMES = ("turner", "friedrich", "van-gogh", "monet")


def painting(name: str) -> Image.Image:
    """One of the four paintings, decoded."""
    (path,) = PAINTINGS.glob(f"{name}-*.jpg")
    with Image.open(path) as image:
        return image.convert("RGB")


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The picture as a file of ``kind``: PNG, JPEG, WEBP."""
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    """The same bytes with one bit of one byte changed."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)
