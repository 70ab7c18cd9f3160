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
    "waterfall",
    "meadow",
    "harbour",
    "temple",
    "underwater",
    "island",
    "planet",
    "still_life",
    "volcano",
    "ink_wash",
    "colour_wash",
    "botanical",
    "geometry",
    "flow_field",
    "fractal",
    "coral_pattern",
    "stained_glass",
    "mandala",
    "marbling",
)
TIMES = ("dawn", "day", "dusk", "night")
WEATHERS = ("clear", "cloudy", "misty", "rainy", "snowy")
SEASONS = ("spring", "summer", "autumn", "winter")
COMPOSITIONS = ("left", "right", "centre", "big_sky", "high_horizon")
STYLES = ("plain", "vivid", "soft", "moody")
MEDIUMS = ("plain", "oil", "ink", "watercolour", "pixel_art", "poster", "woodcut")
COUNTS = (1, 2, 3, 5)
# Scenes without a sky: no time of day, no weather.
ABSTRACT = frozenset(
    {
        "colour_wash",
        "geometry",
        "flow_field",
        "fractal",
        "coral_pattern",
        "stained_glass",
        "mandala",
        "marbling",
    }
)

_ANY = dict.fromkeys(FAMILIES, 1.0)
# The palettes in which a scene is expected when nobody names one, with weights.
NATURAL_PALETTES: dict[str, dict[str, float]] = {
    "sea": {"orange": 4, "crimson": 2, "golden": 2, "pink": 1.5, "violet": 1, "blue": 2},
    "mountains": {"blue": 3, "violet": 2, "turquoise": 1, "orange": 1, "pink": 1},
    "forest": {"green": 5, "turquoise": 1.5, "golden": 1},
    "city": {"blue": 3, "violet": 3, "orange": 1, "crimson": 0.5},
    "desert": {"orange": 3, "golden": 4, "crimson": 1},
    "snow": {"blue": 4, "monochrome": 1, "turquoise": 1, "violet": 1},
    "night_sky": {"blue": 3, "violet": 3, "turquoise": 1.5},
    "waterfall": {"green": 3, "turquoise": 3, "blue": 2},
    "meadow": {"green": 4, "golden": 2, "pink": 1},
    "harbour": {"blue": 2, "orange": 2, "turquoise": 2, "pink": 1},
    "temple": {"crimson": 2, "golden": 2, "orange": 1, "violet": 1},
    "underwater": {"blue": 4, "turquoise": 3},
    "island": {"turquoise": 3, "orange": 2, "pink": 1},
    "planet": {"violet": 2, "blue": 2, "crimson": 1, "turquoise": 1},
    "still_life": {"golden": 2, "crimson": 2, "green": 1, "orange": 1},
    "volcano": {"crimson": 3, "orange": 3, "violet": 1},
    "ink_wash": {"monochrome": 5, "blue": 1},
    "colour_wash": _ANY,
    "botanical": {"green": 3, "pink": 2, "golden": 1},
    "geometry": _ANY,
    "flow_field": _ANY,
    "fractal": _ANY,
    "coral_pattern": _ANY,
    "stained_glass": _ANY,
    "mandala": _ANY,
    "marbling": _ANY,
}
_TIME_WEIGHTS: dict[str, tuple[float, ...]] = {
    "sea": (2, 2, 5, 2),
    "mountains": (2, 3, 3, 2),
    "forest": (2, 4, 1.5, 1.5),
    "city": (1, 1, 2, 6),
    "desert": (1, 4, 3, 1.5),
    "snow": (1, 4, 2, 2),
    "night_sky": (0, 0, 0, 1),
    "waterfall": (1, 4, 2, 1),
    "meadow": (2, 4, 2, 1),
    "harbour": (2, 2, 3, 2),
    "temple": (2, 2, 3, 2),
    "island": (1, 3, 3, 1.5),
    "volcano": (1, 2, 2, 3),
}
_WEATHER_WEIGHTS: dict[str, tuple[float, ...]] = {
    "sea": (4, 3, 1.5, 1.5, 0),
    "mountains": (4, 2, 3, 1, 1),
    "forest": (4, 1, 4, 1.5, 1),
    "city": (5, 1.5, 1.5, 2, 1),
    "desert": (6, 2, 1, 0, 0),
    "snow": (3, 1.5, 1.5, 0, 5),
    "waterfall": (4, 1, 3, 1, 0),
    "meadow": (5, 2, 2, 2, 0),
    "harbour": (4, 2, 2, 1.5, 0),
    "temple": (4, 1.5, 2, 1, 1.5),
    "island": (6, 2, 0, 1, 0),
    "volcano": (4, 2, 1, 0, 0),
    "ink_wash": (2, 0, 3, 0, 0),
}
# Scenes whose plants show the season, each with the weights of spring, summer, autumn and winter.
SEASON_WEIGHTS: dict[str, tuple[float, ...]] = {
    "forest": (1.5, 4, 2.5, 1),
    "meadow": (2, 4, 2, 0),
    "temple": (2, 2, 2, 1),
    "waterfall": (1, 4, 2, 0),
}
# What may be counted in a scene, and the chance that it stands there. It is drawn large and apart from its like.
COUNTED: dict[str, dict[str, float]] = {
    "sea": {"boat": 0.5},
    "mountains": {"balloon": 0.3},
    "forest": {"deer": 0.3},
    "desert": {"cactus": 0.5},
    "snow": {"cabin": 0.5},
    "meadow": {"tree": 0.5},
    "harbour": {"boat": 0.75},
    "temple": {"lantern": 0.4},
    "underwater": {"fish": 0.7},
    "island": {"palm": 0.8},
    "planet": {"moon": 0.6},
    "still_life": {"fruit": 0.7},
    "ink_wash": {"boat": 0.4},
    "botanical": {"flower": 0.6},
    "geometry": {"circles": 0.4, "triangles": 0.3, "squares": 0.3},
}
# Other things that may stand in a scene, each with its chance.
OBJECTS: dict[str, dict[str, float]] = {
    "sea": {"birds": 0.3, "lighthouse": 0.2},
    "mountains": {"lake": 0.35, "pines": 0.3, "birds": 0.15},
    "forest": {"path": 0.35, "birds": 0.1},
    "city": {"river": 0.4, "bridge": 0.25},
    "desert": {"birds": 0.15, "pyramid": 0.2},
    "snow": {"pines": 0.8},
    "night_sky": {"lone_tree": 0.35, "milky_way": 0.4, "aurora": 0.3, "pines": 0.3},
    "waterfall": {"rainbow": 0.25, "birds": 0.1},
    "meadow": {"flowers": 0.5, "path": 0.25, "birds": 0.15},
    "harbour": {"lighthouse": 0.25, "birds": 0.2},
    "temple": {"bridge": 0.3, "birds": 0.15},
    "underwater": {"seaweed": 0.5, "jellyfish": 0.25},
    "island": {"birds": 0.25},
    "planet": {"rings": 0.45},
    "still_life": {"vase": 0.45, "flowers": 0.35},
    "volcano": {"lake": 0.3, "birds": 0.1},
    "ink_wash": {"bamboo": 0.35, "birds": 0.3},
    "colour_wash": {"flowers": 0.4},
    "botanical": {"butterfly": 0.3},
}


@dataclass(frozen=True)
class SceneFacts:
    """Everything that is decided about a picture before it is drawn; `seed` decides the rest.

    `season` is "" in scenes that show none; `counted` is "" where nothing is counted, else one of `objects`, of which
    exactly `count` are drawn (0 where nothing is counted).
    """

    scene: str
    palette: str
    time: str
    weather: str
    season: str
    composition: str
    style: str
    medium: str
    objects: tuple[str, ...]
    counted: str
    count: int
    seed: int

    @property
    def palette_is_natural(self) -> bool:
        """Whether the palette needs no naming."""
        return self.palette in NATURAL_PALETTES[self.scene]

    @property
    def has_time(self) -> bool:
        """Whether the picture shows a time of day."""
        return self.scene in _TIME_WEIGHTS and self.scene != "night_sky"

    @property
    def has_weather(self) -> bool:
        """Whether the picture shows weather."""
        return self.scene in _WEATHER_WEIGHTS


def _pick(rng: np.random.Generator, weights: dict[str, float]) -> str:
    names = list(weights)
    shares = np.array([weights[name] for name in names])
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def _medium(rng: np.random.Generator, scene: str) -> str:
    if scene in ("ink_wash", "colour_wash"):
        return "plain"
    weights = (5, 1.2, 0.8, 1, 1, 1, 1) if scene not in ABSTRACT else (6, 1, 0, 0.7, 0.7, 0.8, 0)
    if scene == "botanical":
        # Ink drops the accent colour, by which its flowers are known.
        weights = (5, 1.2, 0, 1, 1, 1, 1)
    return _pick(rng, dict(zip(MEDIUMS, weights, strict=True)))


def _counted(rng: np.random.Generator, scene: str) -> tuple[str, int]:
    lot = rng.random()
    count = int(rng.choice(COUNTS, p=(0.34, 0.24, 0.24, 0.18)))
    for name, chance in COUNTED.get(scene, {}).items():
        if lot < chance:
            return name, count
        lot -= chance
    return "", 0


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
    time = _pick(rng, dict(zip(TIMES, _TIME_WEIGHTS.get(scene, (0, 1, 0, 0)), strict=True)))
    weather = _pick(rng, dict(zip(WEATHERS, _WEATHER_WEIGHTS.get(scene, (1, 0, 0, 0, 0)), strict=True)))
    season = ""
    if scene in SEASON_WEIGHTS:
        season = _pick(rng, dict(zip(SEASONS, SEASON_WEIGHTS[scene], strict=True)))
    if weather == "snowy" and season:
        season = "winter"
    composition = _pick(rng, dict(zip(COMPOSITIONS, (1.2, 1.2, 1.6, 1, 1), strict=True)))
    style = _pick(rng, dict(zip(STYLES, (5, 1, 1, 1), strict=True)))
    medium = _medium(rng, scene)
    counted, count = _counted(rng, scene)
    others = tuple(name for name, chance in OBJECTS.get(scene, {}).items() if rng.random() < chance)
    if time == "night" or weather == "cloudy":
        others = tuple(name for name in others if name != "rainbow")
    objects = (counted, *others) if counted else others
    return SceneFacts(scene, palette, time, weather, season, composition, style, medium, objects, counted, count, seed)
