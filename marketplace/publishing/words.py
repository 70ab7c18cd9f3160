"""Suggestions for title, description and tags, in both languages, from what the model understood of a prompt.

Only taught concepts are used: no word of the prompt itself gets into a suggestion.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from generation.engine.vocabulary import (
    Concept,
    Vocabulary,
    VocabularyUnreadable,
    check_prompt,
    load_vocabulary,
)
from generation.selectors import models_folder

LANGUAGES = {"en": "en", "zh": "zh-hans"}
TAG_KINDS = ("scene", "time", "object", "palette", "weather", "style")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """By language (`en`, `zh-hans`): a title, a description, and tags, the most telling first."""

    titles: dict[str, str]
    descriptions: dict[str, str]
    tags: dict[str, tuple[str, ...]]


NO_SUGGESTIONS = Suggestions({}, {}, {"en": (), "zh-hans": ()})


def language_key(vocabulary_language: str) -> str:
    """The shop's code of a vocabulary's language (`zh` -> `zh-hans`)."""
    return LANGUAGES[vocabulary_language]


@lru_cache(maxsize=8)
def _vocabulary_in(folder: Path, modified_ns: int) -> Vocabulary:
    return load_vocabulary(folder)


def vocabulary_of(model: str) -> Vocabulary | None:
    """The vocabulary of an installed model; None for a model that brings none (such as one from a hub)."""
    folder = models_folder() / model
    try:
        return _vocabulary_in(folder, (folder / "vocabulary.json").stat().st_mtime_ns)
    except (OSError, VocabularyUnreadable):
        return None


def concept_of_label(label: str, vocabulary: Vocabulary) -> Concept | None:
    """The concept that a word in either language names exactly."""
    word = " ".join(label.lower().split())
    found = vocabulary.english.get(tuple(word.split())) or vocabulary.chinese.get(word)
    return vocabulary.concepts[found] if found else None


def suggestions_for(*, prompt: str, vocabulary: Vocabulary | None) -> Suggestions:
    """What to write on a picture that was made from ``prompt``; nothing where the model names no concepts."""
    if vocabulary is None:
        return NO_SUGGESTIONS
    concepts = [vocabulary.concepts[name] for name in check_prompt(prompt, vocabulary).concepts]
    if not concepts:
        return NO_SUGGESTIONS
    by_kind: dict[str, list[Concept]] = {}
    for concept in concepts:
        by_kind.setdefault(concept.kind, []).append(concept)
    if "scene" not in by_kind and "time" in by_kind:
        scene = vocabulary.scene_of_time.get(by_kind["time"][0].id)
        if scene:
            by_kind["scene"] = [vocabulary.concepts[scene]]
    tagged = [concept for kind in TAG_KINDS for concept in by_kind.get(kind, [])][:8]
    return Suggestions(
        titles={"en": _english_title(by_kind), "zh-hans": _chinese_title(by_kind)},
        descriptions={"en": _english_description(by_kind), "zh-hans": _chinese_description(by_kind)},
        tags={code: tuple(concept.label(short) for concept in tagged) for short, code in LANGUAGES.items()},
    )


def _first(by_kind: dict[str, list[Concept]], kind: str, language: str) -> str:
    return by_kind[kind][0].phrases[language] if kind in by_kind else ""


def _joined(concepts: list[Concept], language: str, between: str) -> str:
    return between.join(concept.phrases[language] for concept in concepts[:2])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _english_core(by_kind: dict[str, list[Concept]]) -> str:
    objects = _joined(by_kind.get("object", []), "en", " and ")
    scene = _first(by_kind, "scene", "en")
    core = scene or objects or _first(by_kind, "style", "en")
    parts = [core, _first(by_kind, "time", "en"), _first(by_kind, "weather", "en")]
    core = " ".join(part for part in parts if part)
    return f"{core}, with {objects}" if scene and objects else core


def _english_title(by_kind: dict[str, list[Concept]]) -> str:
    return _capital(_english_core(by_kind))[:140]


def _english_description(by_kind: dict[str, list[Concept]]) -> str:
    style, palette = _first(by_kind, "style", "en"), _first(by_kind, "palette", "en")
    adjective = f"{_capital(style)} picture" if style else "Picture"
    core = _english_core(by_kind)
    return f"{adjective}{f' {palette}' if palette else ''}: {core}."


def _chinese_core(by_kind: dict[str, list[Concept]]) -> str:
    time, scene = _first(by_kind, "time", "zh"), _first(by_kind, "scene", "zh")
    objects = _joined(by_kind.get("object", []), "zh", "和")
    weather = _first(by_kind, "weather", "zh")
    place = f"{time}的{scene}" if time and scene else time or scene
    if weather:
        place = f"{weather}，{place}" if place else weather
    if objects:
        return f"{place}与{objects}" if place else objects
    return place or _first(by_kind, "style", "zh").removesuffix("的")


def _chinese_title(by_kind: dict[str, list[Concept]]) -> str:
    return _chinese_core(by_kind)[:140]


def _chinese_description(by_kind: dict[str, list[Concept]]) -> str:
    style, palette = _first(by_kind, "style", "zh"), _first(by_kind, "palette", "zh")
    tone = f"，{palette}色调".replace("色色", "色") if palette else ""
    return f"一幅{style}画作：{_chinese_core(by_kind)}{tone}。"
