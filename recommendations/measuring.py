"""Spaces whose vectors are measured from a picture by a formula, not learned: no files, the same for everybody."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from recommendations.composition import composition_facts, composition_of
from recommendations.engine.space import SpaceFacts
from recommendations.models import EmbeddingSpace
from recommendations.palette import palette_facts, palette_of

Space = EmbeddingSpace.Space
MEASURED: dict[str, Callable[[], SpaceFacts]] = {Space.PALETTE: palette_facts, Space.COMPOSITION: composition_facts}
_OF_PICTURE: dict[str, Callable[[Image.Image], NDArray[np.float32]]] = {
    Space.PALETTE: palette_of,
    Space.COMPOSITION: composition_of,
}


def measured_vector(space: str, picture: Image.Image) -> NDArray[np.float32]:
    """(dimensions,) of length 1: where ``picture`` lies in a measured ``space``."""
    return _OF_PICTURE[space](picture)
