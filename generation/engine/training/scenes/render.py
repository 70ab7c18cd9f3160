"""From facts to a picture."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.abstract import draw_flow_field, draw_geometry
from generation.engine.training.scenes.brush import draw_ink_wash, draw_watercolour
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.city import draw_city
from generation.engine.training.scenes.desert import draw_desert
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.forest import draw_forest
from generation.engine.training.scenes.mountains import draw_mountains, draw_snow
from generation.engine.training.scenes.night_sky import draw_night_sky
from generation.engine.training.scenes.palettes import Palette, make_palette
from generation.engine.training.scenes.seascape import draw_sea

_DRAW: dict[str, Callable[[np.random.Generator, SceneFacts, Palette], Field]] = {
    "sea": draw_sea,
    "mountains": draw_mountains,
    "forest": draw_forest,
    "city": draw_city,
    "desert": draw_desert,
    "snow": draw_snow,
    "night_sky": draw_night_sky,
    "geometry": draw_geometry,
    "flow_field": draw_flow_field,
    "ink_wash": draw_ink_wash,
    "watercolour": draw_watercolour,
}


def _grade(picture: Field, style: str) -> Field:
    grey = picture.mean(axis=2, keepdims=True)
    if style == "vivid":
        picture = grey + (picture - grey) * 1.22
        return picture + (picture - 0.5) * 0.14
    if style == "soft":
        return 0.15 + 0.83 * picture
    if style == "moody":
        y, x = cv.grid()
        vignette = 1 - 0.75 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
        return np.asarray(picture**1.25 * 0.9 * vignette[..., None], np.float32)
    return picture


def render(facts: SceneFacts) -> NDArray[np.uint8]:
    """The picture (256, 256, 3) of `facts`; the same facts give the same bytes."""
    rng = np.random.default_rng((facts.seed, 2))
    palette = make_palette(facts.palette, rng)
    picture = _DRAW[facts.scene](rng, facts, palette)
    picture = _grade(np.asarray(picture, np.float32), facts.style)
    grain = rng.normal(0, 0.006, picture.shape[:2]).astype(np.float32)
    return (np.clip(picture + grain[..., None], 0, 1) * 255 + 0.5).astype(np.uint8)
