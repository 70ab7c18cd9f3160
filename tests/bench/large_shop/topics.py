"""What the works are of: some hundreds of topics, each a few concepts of the image model's vocabulary.

Titles, descriptions and tags are made of the concepts' labels in both languages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from marketplace.demo.state import CHECKOUT

VOCABULARY = CHECKOUT / "generation" / "engine" / "models" / "atelier-image-2" / "vocabulary.json"
# A topic has one concept of each.
KINDS = ("style", "scene", "object", "time", "palette")
TOPICS = 400


@dataclass(frozen=True)
class Concept:
    """A concept's labels in both languages, the preferred ones first."""

    key: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """What one work is called: the concepts by their number and the label of each that was chosen."""

    concepts: tuple[int, ...]
    labels: tuple[str, ...]
    title_en: str
    title_zh: str


@cache
def concepts() -> dict[str, list[Concept]]:
    """By kind, those of KINDS."""
    found: dict[str, list[Concept]] = {kind: [] for kind in KINDS}
    for entry in json.loads(VOCABULARY.read_text(encoding="utf-8"))["concepts"]:
        if entry["kind"] in found:
            labels = entry["labels"]
            found[entry["kind"]].append(Concept(entry["id"], tuple(labels["en"]), tuple(labels["zh"])))
    return found


@cache
def all_concepts() -> list[Concept]:
    """In the order of their numbers."""
    return [concept for kind in KINDS for concept in concepts()[kind]]


def make_topics(chance: np.random.Generator) -> list[tuple[int, ...]]:
    """TOPICS combinations of concepts' numbers, one of each kind."""
    number = {concept.key: place for place, concept in enumerate(all_concepts())}
    chosen = {kind: chance.integers(0, len(concepts()[kind]), TOPICS) for kind in KINDS}
    return [tuple(number[concepts()[kind][chosen[kind][topic]].key] for kind in KINDS) for topic in range(TOPICS)]


def wording_of(topic: tuple[int, ...], chance: np.random.Generator) -> Wording:
    """A title in either language, with one of each concept's labels."""
    known = all_concepts()
    picks = chance.random(2 * len(topic))
    english = tuple(
        known[key].english[int(at * len(known[key].english))] for key, at in zip(topic, picks, strict=False)
    )
    chinese = [
        known[key].chinese[int(at * len(known[key].chinese))]
        for key, at in zip(topic, picks[len(topic) :], strict=True)
    ]
    style, scene, thing, time, palette = english
    title_en = f"{style} {scene} with {thing}, {time}".capitalize()
    title_zh = f"{chinese[0]}的{chinese[1]}与{chinese[2]}，{chinese[3]}"
    return Wording(topic, (style, scene, thing, time, palette), title_en, title_zh)
