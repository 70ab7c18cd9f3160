"""A small choice of layouts, each in every palette: what a short training can learn well.

A layout is a scene's facts and seed without the palette; the same layout in nine palettes teaches shapes and colours
apart from each other, with a few dozen shapes instead of thousands.
"""

from generation.engine.training.scenes.facts import ABSTRACT, SCENES, SceneFacts, draw_facts
from generation.engine.training.scenes.palettes import FAMILIES

_FIRST_SEED = 9_000_000
_CALM_WEATHERS = frozenset({"clear", "cloudy", "misty"})


def _layout_seeds(scene: str, count: int) -> list[int]:
    """The first `count` seeds whose time and composition differ from one another, in calm weather, in plain style."""
    seeds: list[int] = []
    taken: set[tuple[str, str]] = set()
    seed = _FIRST_SEED
    while len(seeds) < count:
        # Given a palette, as the layouts are drawn: what follows it in the draw is the same for all palettes.
        facts = draw_facts(seed, scene=scene, palette="blue")
        is_calm = facts.weather in _CALM_WEATHERS or (scene == "snow" and facts.weather == "snowy")
        key = (facts.time, facts.composition)
        if is_calm and facts.style == "plain" and key not in taken and (facts.objects or scene in ABSTRACT):
            seeds.append(seed)
            taken.add(key)
        seed += 1
    return seeds


def layout_facts(layouts: int) -> list[SceneFacts]:
    """`layouts` for each scene, in all palettes: 11 × `layouts` × 9 facts."""
    return [
        draw_facts(seed, scene=scene, palette=palette)
        for scene in SCENES
        for seed in _layout_seeds(scene, layouts)
        for palette in FAMILIES
    ]
