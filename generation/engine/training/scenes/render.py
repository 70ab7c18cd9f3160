"""From facts to a picture."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generation.engine.training.scenes import canvas as cv
from generation.engine.training.scenes.abstract import draw_geometry
from generation.engine.training.scenes.botanical import draw_botanical
from generation.engine.training.scenes.canvas import Field
from generation.engine.training.scenes.city import draw_city
from generation.engine.training.scenes.colour_wash import draw_colour_wash
from generation.engine.training.scenes.coral_pattern import draw_coral_pattern
from generation.engine.training.scenes.desert import draw_desert
from generation.engine.training.scenes.facts import SceneFacts
from generation.engine.training.scenes.flow_field import draw_flow_field
from generation.engine.training.scenes.forest import draw_forest
from generation.engine.training.scenes.fractal import draw_fractal
from generation.engine.training.scenes.harbour import draw_harbour
from generation.engine.training.scenes.ink_wash import draw_ink_wash
from generation.engine.training.scenes.island import draw_island
from generation.engine.training.scenes.mandala import draw_mandala
from generation.engine.training.scenes.marbling import draw_marbling
from generation.engine.training.scenes.meadow import draw_meadow
from generation.engine.training.scenes.mediums import apply_medium
from generation.engine.training.scenes.mountains import draw_mountains
from generation.engine.training.scenes.night_sky import draw_night_sky
from generation.engine.training.scenes.palettes import Palette, make_palette
from generation.engine.training.scenes.planet import draw_planet
from generation.engine.training.scenes.seascape import draw_sea
from generation.engine.training.scenes.snow import draw_snow
from generation.engine.training.scenes.stained_glass import draw_stained_glass
from generation.engine.training.scenes.still_life import draw_still_life
from generation.engine.training.scenes.temple import draw_temple
from generation.engine.training.scenes.underwater import draw_underwater
from generation.engine.training.scenes.volcano import draw_volcano
from generation.engine.training.scenes.waterfall import draw_waterfall

_DRAW: dict[str, Callable[[np.random.Generator, SceneFacts, Palette], Field]] = {
    "sea": draw_sea,
    "mountains": draw_mountains,
    "forest": draw_forest,
    "city": draw_city,
    "desert": draw_desert,
    "snow": draw_snow,
    "night_sky": draw_night_sky,
    "waterfall": draw_waterfall,
    "meadow": draw_meadow,
    "harbour": draw_harbour,
    "temple": draw_temple,
    "underwater": draw_underwater,
    "island": draw_island,
    "planet": draw_planet,
    "still_life": draw_still_life,
    "volcano": draw_volcano,
    "ink_wash": draw_ink_wash,
    "colour_wash": draw_colour_wash,
    "botanical": draw_botanical,
    "geometry": draw_geometry,
    "flow_field": draw_flow_field,
    "fractal": draw_fractal,
    "coral_pattern": draw_coral_pattern,
    "stained_glass": draw_stained_glass,
    "mandala": draw_mandala,
    "marbling": draw_marbling,
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
        return np.asarray(np.clip(picture, 0, 1) ** 1.25 * 0.9 * vignette[..., None], np.float32)
    return picture


def render(facts: SceneFacts, *, side_px: int = 256) -> NDArray[np.uint8]:
    """The picture (side, side, 3) of `facts`, side 256 or 512; the same facts give the same bytes.

    Both sizes show the same picture: it is drawn at 512 px, and reduced by area for 256.
    """
    rng = np.random.default_rng((facts.seed, 2))
    palette = make_palette(facts.palette, rng)
    picture = _DRAW[facts.scene](rng, facts, palette)
    picture = _grade(np.asarray(picture, np.float32), facts.style)
    picture = apply_medium(rng, np.clip(picture, 0, 1), facts.medium, palette)
    grain = rng.normal(0, 0.008, picture.shape[:2]).astype(np.float32)
    picture = np.clip(picture + grain[..., None], 0, 1)
    factor = cv.SIDE_PX // side_px
    reduced = picture.reshape(side_px, factor, side_px, factor, 3).mean(axis=(1, 3))
    return np.asarray(reduced * 255 + 0.5, np.uint8)
