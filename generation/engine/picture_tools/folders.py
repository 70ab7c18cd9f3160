"""Folders of pictures, as evaluations take them."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})


def pictures_in(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """(name, RGB picture) of each picture file in `folder`, by name. Raises FileNotFoundError when there is none."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)
    if not paths:
        raise FileNotFoundError(f"{folder} holds no picture ({', '.join(sorted(_ENDINGS))})")
    for path in paths:
        with Image.open(path) as picture:
            yield path.stem, picture.convert("RGB")
