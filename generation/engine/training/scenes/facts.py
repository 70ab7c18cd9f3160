"""What is in a picture: the facts from which a scene is drawn and its captions are written."""

from dataclasses import dataclass

import numpy as np

from generation.engine.training.scenes.palettes import FAMILIES

SCENES = (
    "sea",
    "mountains",
    "forest",
    "city",
    "desert",
    "snow",
    "night_sky",
    "geometry",
    "flow_field",
    "ink_wash",
    "watercolour",
)
TIMES = ("dawn", "day", "dusk", "night")
WEATHERS = ("clear", "cloudy", "misty", "rainy", "snowy")
COMPOSITIONS = ("left", "right", "centre", "big_sky", "high_horizon")
STYLES = ("plain", "vivid", "soft", "moody")
ABSTRACT = frozenset({"geometry", "flow_field"})

# The palettes in which a scene is expected when nobody names one, with weights.
NATURAL_PALETTES: dict[str, dict[str, float]] = {
    "sea": {"orange": 4, "crimson": 2, "golden": 2, "pink": 1.5, "violet": 1, "blue": 1},
    "mountains": {"blue": 3, "violet": 2, "turquoise": 1, "orange": 1, "pink": 1},
    "forest": {"green": 5, "turquoise": 1.5, "golden": 1},
    "city": {"blue": 3, "violet": 3, "orange": 1, "crimson": 0.5},
    "desert": {"orange": 3, "golden": 4, "crimson": 1},
    "snow": {"blue": 4, "monochrome": 1, "turquoise": 1, "violet": 1},
    "night_sky": {"blue": 3, "violet": 3, "turquoise": 1.5},
    "geometry": dict.fromkeys(FAMILIES, 1.0),
    "flow_field": dict.fromkeys(FAMILIES, 1.0),
    "ink_wash": {"monochrome": 5, "blue": 1},
    "watercolour": dict.fromkeys(FAMILIES, 1.0),
}
_TIME_WEIGHTS: dict[str, tuple[float, ...]] = {
    "sea": (1, 1, 6, 1),
    "mountains": (2, 4, 3, 2),
    "forest": (2, 4, 1.5, 1.5),
    "city": (0, 0, 2, 8),
    "desert": (1, 4, 3, 1),
    "snow": (1, 4, 2, 2),
    "night_sky": (0, 0, 0, 1),
    "ink_wash": (0, 1, 0, 0),
    "watercolour": (0, 1, 0, 0),
    "geometry": (0, 1, 0, 0),
    "flow_field": (0, 1, 0, 0),
}
_WEATHER_WEIGHTS: dict[str, tuple[float, ...]] = {
    "sea": (4, 3, 1, 1, 0),
    "mountains": (4, 2, 3, 1, 1),
    "forest": (4, 1, 4, 1.5, 0.5),
    "city": (5, 1, 1.5, 2, 1),
    "desert": (6, 1.5, 1, 0, 0),
    "snow": (3, 1, 1.5, 0, 5),
    "night_sky": (1, 0, 0, 0, 0),
    "ink_wash": (2, 0, 3, 0, 0),
    "watercolour": (1, 0, 0, 0, 0),
    "geometry": (1, 0, 0, 0, 0),
    "flow_field": (1, 0, 0, 0, 0),
}
# Things that may stand in a scene, each with its chance.
OBJECTS: dict[str, dict[str, float]] = {
    "sea": {"boat": 0.35, "birds": 0.3, "lighthouse": 0.2},
    "mountains": {"lake": 0.3, "pines": 0.3, "birds": 0.2},
    "forest": {"path": 0.3, "birds": 0.1},
    "city": {"river": 0.4, "bridge": 0.2},
    "desert": {"cactus": 0.3, "birds": 0.15},
    "snow": {"cabin": 0.4, "pines": 0.8},
    "night_sky": {"lone_tree": 0.35, "milky_way": 0.5, "pines": 0.3},
    "geometry": {"circles": 0.45, "triangles": 0.3, "squares": 0.3},
    "flow_field": {},
    "ink_wash": {"boat": 0.35, "bamboo": 0.35, "birds": 0.3},
    "watercolour": {"flowers": 0.5},
}


@dataclass(frozen=True)
class SceneFacts:
    """Everything that is decided about a picture before it is drawn; `seed` decides the rest."""

    scene: str
    palette: str
    time: str
    weather: str
    composition: str
    style: str
    objects: tuple[str, ...]
    seed: int

    @property
    def palette_is_natural(self) -> bool:
        """Whether the palette needs no naming."""
        return self.palette in NATURAL_PALETTES[self.scene]


def _pick(rng: np.random.Generator, weights: dict[str, float]) -> str:
    names = list(weights)
    shares = np.array([weights[name] for name in names])
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def draw_facts(seed: int, *, scene: str | None = None, palette: str | None = None) -> SceneFacts:
    """The facts that belong to `seed`; `scene` or `palette` may be given instead of drawn.

    Six pictures of ten take a palette that is natural to the scene, the rest any of the nine.
    """
    rng = np.random.default_rng((seed, 1))
    chosen = str(rng.choice(SCENES))
    scene = scene or chosen
    any_palette = str(rng.choice(list(FAMILIES)))
    natural = _pick(rng, NATURAL_PALETTES[scene])
    palette = palette or (natural if rng.random() < 0.6 else any_palette)
    time = _pick(rng, dict(zip(TIMES, _TIME_WEIGHTS[scene], strict=True)))
    weather = _pick(rng, dict(zip(WEATHERS, _WEATHER_WEIGHTS[scene], strict=True)))
    composition = _pick(rng, dict(zip(COMPOSITIONS, (1, 1, 2, 1, 1), strict=True)))
    style = _pick(rng, dict(zip(STYLES, (5, 1, 1, 1), strict=True)))
    objects = tuple(name for name, chance in OBJECTS[scene].items() if rng.random() < chance)
    if scene == "geometry" and not objects:
        objects = ("circles",)
    return SceneFacts(scene, palette, time, weather, composition, style, objects, seed)
