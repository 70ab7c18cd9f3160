"""Captions in English and Chinese: a grammar that says some of a picture's facts in many ways.

Every word it uses is in `concept_words.CONCEPTS`, so what the captions teach and what the prompt check knows are the
same. What a picture shows only if it is said (a medium, a palette or time unusual for its scene) is always said.
"""

import numpy as np

from generation.engine.training.scenes import caption_words as words
from generation.engine.training.scenes.facts import ABSTRACT, SceneFacts

_USUAL_TIME = {"sea": "dusk", "city": "night"}
# How often each fact is said, where it need not be.
_POSITION_SAID, _SEASON_SAID, _COUNT_SAID, _THING_SAID = 0.4, 0.65, 0.85, 0.7


def _one(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _article(phrase: str) -> str:
    return f"an {phrase}" if phrase[0] in "aeiou" else f"a {phrase}"


def _says_time(rng: np.random.Generator, facts: SceneFacts) -> bool:
    if not facts.has_time:
        return False
    return facts.time != _USUAL_TIME.get(facts.scene, "day") or rng.random() < 0.55


def _says_palette(rng: np.random.Generator, facts: SceneFacts) -> bool:
    return not facts.palette_is_natural or facts.scene in ABSTRACT or rng.random() < 0.6


def _says_weather(rng: np.random.Generator, facts: SceneFacts) -> bool:
    if not facts.has_weather:
        return False
    return rng.random() < (0.9 if facts.weather != "clear" else 0.3)


def _says_position(rng: np.random.Generator, facts: SceneFacts) -> bool:
    # Nobody sees a pattern from above.
    is_sayable = facts.scene not in ABSTRACT or facts.composition in ("left", "right", "centre")
    return is_sayable and rng.random() < _POSITION_SAID


def _things_en(rng: np.random.Generator, facts: SceneFacts) -> list[str]:
    things = []
    for name in facts.objects:
        if name == facts.counted:
            if rng.random() < _COUNT_SAID:
                singular, plural = words.COUNTED_EN[name][int(rng.integers(len(words.COUNTED_EN[name])))]
                one = rng.random() < 0.35
                number = words.NUMBER_EN.get(facts.count)
                things.append(f"{number} {plural}" if number else f"one {singular}" if one else _article(singular))
        elif rng.random() < _THING_SAID:
            things.append(_one(rng, words.OBJECT_EN[name]))
    return things


def _things_zh(rng: np.random.Generator, facts: SceneFacts) -> list[str]:
    things = []
    for name in facts.objects:
        if name == facts.counted:
            if rng.random() < _COUNT_SAID:
                measure, nouns = words.COUNTED_ZH[name]
                things.append(f"{words.NUMBER_ZH[facts.count]}{measure}{_one(rng, nouns)}")
        elif rng.random() < _THING_SAID:
            things.append(_one(rng, words.OBJECT_ZH[name]))
    return things


def _scene_en(rng: np.random.Generator, facts: SceneFacts, says_time: bool) -> tuple[str, bool]:
    """The scene, perhaps with its hour in front, and whether the hour is still to be said."""
    scene = _one(rng, words.SCENE_EN[facts.scene])
    if says_time and facts.time in ("dawn", "dusk") and rng.random() < (0.6 if facts.scene == "sea" else 0.3):
        event = "sunset" if facts.time == "dusk" else "sunrise"
        alone = facts.scene == "sea" and rng.random() < 0.15
        return event if alone else f"{event} {_one(rng, ('over', 'above', 'at', 'over', 'over'))} {scene}", False
    return scene, says_time


def caption_en(facts: SceneFacts, rng: np.random.Generator) -> str:
    """One English caption."""
    scene, says_time = _scene_en(rng, facts, _says_time(rng, facts))
    says_palette = _says_palette(rng, facts)
    adjectives = [_one(rng, words.QUALITY_EN)] if rng.random() < 0.3 else []
    if facts.style != "plain":
        adjectives.append(_one(rng, words.STYLE_EN[facts.style]))
    palette = _one(rng, words.PALETTE_EN[facts.palette])
    if says_palette and rng.random() < 0.45:
        adjectives.append(palette)
        says_palette = False
    bare = scene.removeprefix("a ").removeprefix("an ").removeprefix("the ")
    tail: list[str] = []
    if facts.medium != "plain":
        before, after = words.MEDIUM_EN[facts.medium]
        if rng.random() < 0.6:
            text = f"{_one(rng, before)} {_article(' '.join([*adjectives, bare])) if adjectives else scene}"
        else:
            text = _article(" ".join([*adjectives, bare])) if adjectives else scene
            tail.append(_one(rng, after))
    elif rng.random() < 0.4:
        text = f"{_article(' '.join([*adjectives, _one(rng, words.KIND_EN)]))} of {scene}"
    else:
        text = _article(" ".join([*adjectives, bare])) if adjectives else scene
    if says_time:
        tail.append(_one(rng, words.TIME_EN[facts.time]))
    if _says_weather(rng, facts):
        tail.append(_one(rng, words.WEATHER_EN[facts.weather]))
    if facts.season and rng.random() < _SEASON_SAID:
        tail.append(_one(rng, words.SEASON_EN[facts.season]))
    if _says_position(rng, facts):
        tail.append(_one(rng, words.COMPOSITION_EN[facts.composition]))
    if says_palette:
        tail.append(
            _one(rng, (f"in {palette}", f"in {palette} tones", f"in shades of {palette}", f"with {palette} colours"))
        )
    text = " ".join([text, *(tail[i] for i in rng.permutation(len(tail)))])
    things = _things_en(rng, facts)
    return f"{text}{_one(rng, (', with ', ' with ', ', '))}{' and '.join(things)}" if things else text


def _scene_zh(rng: np.random.Generator, facts: SceneFacts) -> str:
    scene = _one(rng, words.SCENE_ZH[facts.scene])
    if not _says_time(rng, facts):
        return scene
    if facts.scene == "sea" and facts.time in ("dusk", "dawn") and rng.random() < 0.35:
        event = _one(rng, ("日落", "落日", "夕阳", "晚霞") if facts.time == "dusk" else ("日出", "朝阳"))
        return event if rng.random() < 0.4 else _one(rng, (f"海上{event}", f"大海{event}", f"海边{event}"))
    time = _one(rng, words.TIME_ZH[facts.time])
    return time + _one(rng, ("的", "时分的", "") if not time.endswith("下") else ("的", "")) + scene


def caption_zh(facts: SceneFacts, rng: np.random.Generator) -> str:
    """One Chinese caption."""
    scene = _scene_zh(rng, facts)
    says_palette = _says_palette(rng, facts)
    front = [_one(rng, words.QUALITY_ZH)] if rng.random() < 0.3 else []
    if facts.style != "plain":
        front.append(_one(rng, words.STYLE_ZH[facts.style]))
    palette = _one(rng, words.PALETTE_ZH[facts.palette])
    if says_palette and rng.random() < 0.5:
        front.append(palette + "的")
        says_palette = False
    tail = []
    for said, table, fact in (
        (_says_weather(rng, facts), words.WEATHER_ZH, facts.weather),
        (bool(facts.season) and rng.random() < _SEASON_SAID, words.SEASON_ZH, facts.season),
    ):
        if said:
            phrase = _one(rng, table[fact])
            if rng.random() < 0.5:
                scene = f"{phrase}的{scene}"
            else:
                tail.append(phrase)
    opening = _one(rng, ("一幅", "一张", "", "", ""))
    text = opening + "".join(front) + scene
    if facts.medium != "plain":
        medium = _one(rng, words.MEDIUM_ZH[facts.medium])
        if rng.random() < 0.6:
            text += _one(rng, ("", "的")) + medium
        else:
            tail.append(medium)
    elif opening or rng.random() < 0.2:
        text += _one(rng, ("", "的")) + _one(rng, words.KIND_ZH)
    if says_palette:
        stem = palette.removesuffix("色")
        tail.append(_one(rng, (f"{palette}", f"{stem}色调", f"以{palette}为主", f"{stem}色彩")))
    if _says_position(rng, facts):
        tail.append(_one(rng, words.COMPOSITION_ZH[facts.composition]))
    things = _things_zh(rng, facts)
    if things:
        tail.append(_one(rng, ("有", "还有", "")) + _one(rng, ("和", "与")).join(things))
    return "，".join([text, *(tail[i] for i in rng.permutation(len(tail)))])


def caption(facts: SceneFacts, language: str, variant: int) -> str:
    """Caption number `variant` of a picture in "en" or "zh"; the same arguments give the same words."""
    rng = np.random.default_rng((facts.seed, 3 if language == "en" else 4, variant))
    return caption_en(facts, rng) if language == "en" else caption_zh(facts, rng)
