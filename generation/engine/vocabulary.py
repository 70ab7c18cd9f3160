"""Which words the image model was taught, and what to offer for those that it was not.

Pure Python: the web process imports it. The words come from the model folder's `vocabulary.json`.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_FILLER = "filler"


class VocabularyUnreadable(Exception):
    """A model folder has no vocabulary that can be read."""


@dataclass(frozen=True)
class Concept:
    """Something the model was taught. The first label of a language is the one to show."""

    id: str
    kind: str
    labels: MappingProxyType[str, tuple[str, ...]]
    phrases: MappingProxyType[str, str]
    scenes: tuple[str, ...]

    def label(self, language: str) -> str:
        """The word to show in `language` ("en" or "zh")."""
        return self.labels[language][0]


@dataclass(frozen=True)
class Vocabulary:
    """All concepts by id, with what is needed to suggest a prompt."""

    concepts: MappingProxyType[str, Concept]
    default_scene: str
    scene_of_time: MappingProxyType[str, str]
    timeless: frozenset[str]
    hints: MappingProxyType[str, tuple[str, ...]]
    english: MappingProxyType[tuple[str, ...], str]
    chinese: MappingProxyType[str, str]

    def of_kind(self, kind: str) -> tuple[Concept, ...]:
        """The concepts of one kind: scene, palette, time, weather, season, composition, style, medium, count, …"""
        return tuple(concept for concept in self.concepts.values() if concept.kind == kind)


@dataclass(frozen=True)
class PromptCheck:
    """What of a prompt the model knows.

    `concepts` are ids without fillers, in the order of the prompt; `unknown` the words as they were written;
    `suggestion` the nearest prompt that the model can do, or None where every word is known and something is asked for.
    """

    concepts: tuple[str, ...]
    unknown: tuple[str, ...]
    suggestion: str | None
    language: str

    @property
    def is_known(self) -> bool:
        """Whether the model was taught every word, and at least one that means something."""
        return not self.unknown and bool(self.concepts)


def load_vocabulary(model_folder: Path) -> Vocabulary:
    """Reads `vocabulary.json` of a model folder.

    Raises VocabularyUnreadable where the file is missing or malformed.
    """
    path = model_folder / "vocabulary.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return parse_vocabulary(document)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VocabularyUnreadable(
            f"{path} cannot be read as a vocabulary ({error}); the model folder is incomplete"
        ) from error


def parse_vocabulary(document: dict[str, Any]) -> Vocabulary:
    """A vocabulary from the content of a `vocabulary.json`."""
    concepts: dict[str, Concept] = {}
    english: dict[tuple[str, ...], str] = {}
    chinese: dict[str, str] = {}
    for entry in document["concepts"]:
        labels = {language: tuple(words) for language, words in entry["labels"].items()}
        concept = Concept(
            id=entry["id"],
            kind=entry["kind"],
            labels=MappingProxyType(labels),
            phrases=MappingProxyType(dict(entry["phrases"])),
            scenes=tuple(entry["scenes"]),
        )
        concepts[concept.id] = concept
        for label in labels["en"]:
            english.setdefault(tuple(label.lower().split()), concept.id)
        for label in labels["zh"]:
            chinese.setdefault(label, concept.id)
    return Vocabulary(
        concepts=MappingProxyType(concepts),
        default_scene=document["default_scene"],
        scene_of_time=MappingProxyType(dict(document["scene_of_time"])),
        timeless=frozenset(document["timeless"]),
        hints=MappingProxyType({scene: tuple(words) for scene, words in document["hints"].items()}),
        english=MappingProxyType(english),
        chinese=MappingProxyType(chinese),
    )


def prompt_language(prompt: str) -> str:
    """ "zh" where a prompt holds Chinese characters, else "en"."""
    return "zh" if _HAN.search(prompt) else "en"


def check_prompt(prompt: str, vocabulary: Vocabulary) -> PromptCheck:
    """Compares a prompt with what the model was taught.

    English words match in any case, singular or plural; Chinese by the longest taught word. A prompt may mix both.
    """
    found: list[str] = []
    unknown: list[str] = []
    at = 0
    for run in _HAN.finditer(prompt):
        _check_english(prompt[at : run.start()], vocabulary, found, unknown)
        _check_chinese(run.group(), vocabulary, found, unknown)
        at = run.end()
    _check_english(prompt[at:], vocabulary, found, unknown)
    concepts = tuple(dict.fromkeys(found))
    words = tuple(dict.fromkeys(unknown))
    language = prompt_language(prompt)
    suggestion = _suggest(concepts, words, language, vocabulary) if words or not concepts else None
    return PromptCheck(concepts=concepts, unknown=words, suggestion=suggestion, language=language)


def _word_forms(word: str) -> tuple[str, ...]:
    """The word, and what it may be the plural or possessive of."""
    word = word.lower().replace("’", "'")
    forms = [word]
    if word.endswith("'s"):
        forms.append(word[:-2])
    if word.endswith("ies") and len(word) > 4:
        forms.append(word[:-3] + "y")
    if word.endswith("es") and len(word) > 4:
        forms.append(word[:-2])
    if word.endswith("s") and len(word) > 3:
        forms.append(word[:-1])
    forms.append(word + "s")
    return tuple(forms)


def _check_english(text: str, vocabulary: Vocabulary, found: list[str], unknown: list[str]) -> None:
    tokens = [token for written in _TOKEN.findall(text) for token in _split_hyphens(written, vocabulary)]
    at = 0
    while at < len(tokens):
        length, concept = _longest_english(tokens, at, vocabulary)
        if concept is None:
            unknown.append(tokens[at])
        elif vocabulary.concepts[concept].kind != _FILLER:
            found.append(concept)
        at += length


def _split_hyphens(written: str, vocabulary: Vocabulary) -> list[str]:
    """ "moon-lit" stays one word where no part is taught, else becomes its parts."""
    parts = written.split("-")
    known = [any((form,) in vocabulary.english for form in _word_forms(part)) for part in parts]
    return parts if any(known) else [written]


def _longest_english(tokens: list[str], at: int, vocabulary: Vocabulary) -> tuple[int, str | None]:
    for length in (4, 3, 2, 1):
        window = tokens[at : at + length]
        if len(window) < length:
            continue
        head = tuple(word.lower() for word in window[:-1])
        for form in _word_forms(window[-1]):
            concept = vocabulary.english.get((*head, form))
            if concept is not None:
                return length, concept
    return 1, None


def _check_chinese(run: str, vocabulary: Vocabulary, found: list[str], unknown: list[str]) -> None:
    """Splits a run so that the fewest characters stay unknown, and among those into the fewest words."""
    longest = max(map(len, vocabulary.chinese), default=1)
    # best[i]: (unknown characters, words, length of the last step) for the first i characters.
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(run) + 1):
        options = [(best[end - 1][0] + 1, best[end - 1][1], 0)]
        for length in range(1, min(longest, end) + 1):
            if run[end - length : end] in vocabulary.chinese:
                before = best[end - length]
                options.append((before[0], before[1] + 1, length))
        best.append(min(options))
    pieces: list[tuple[str, bool]] = []
    end = len(run)
    while end:
        length = best[end][2]
        pieces.append((run[end - max(length, 1) : end], length > 0))
        end -= max(length, 1)
    missed = ""
    for piece, is_taught in [*reversed(pieces), ("", True)]:
        if not is_taught:
            missed += piece
            continue
        if missed:
            unknown.append(missed)
            missed = ""
        if piece:
            concept = vocabulary.chinese[piece]
            if vocabulary.concepts[concept].kind != _FILLER:
                found.append(concept)


def _hinted_scene(words: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
    """The scene that most of the unknown words speak of; of equals the one named last, which often sets the place."""
    votes: dict[str, int] = {}
    for word in words:
        chinese = bool(_HAN.search(word))
        # The longest hint wins: a panda is no bear.
        matches = [
            (len(hint), scene)
            for scene, hints in vocabulary.hints.items()
            for hint in hints
            if ((hint in word) if chinese else word.lower().startswith(hint))
        ]
        if matches:
            scene = max(matches)[1]
            votes[scene] = votes.pop(scene, 0) + 1
    if not votes:
        return None
    most = max(votes.values())
    return [scene for scene, count in votes.items() if count == most][-1]


def _suggest(concepts: tuple[str, ...], words: tuple[str, ...], language: str, vocabulary: Vocabulary) -> str:
    chosen: dict[str, list[Concept]] = {}
    for name in concepts:
        concept = vocabulary.concepts[name]
        chosen.setdefault(concept.kind, []).append(concept)
    time = chosen.get("time", [None])[0]
    if "scene" in chosen:
        scene = chosen["scene"][0]
    else:
        of_object = [c.scenes[0] for c in chosen.get("object", []) if c.scenes]
        of_time = vocabulary.scene_of_time.get(time.id) if time else None
        named = _hinted_scene(words, vocabulary)
        if of_time and named in vocabulary.timeless:
            named = None
        scene = vocabulary.concepts[(of_object[:1] or [named or of_time or vocabulary.default_scene])[0]]
    objects = [c for c in chosen.get("object", []) if scene.id in c.scenes][:2]

    def said(kind: str) -> str:
        return chosen[kind][0].phrases[language] if kind in chosen else ""

    if language == "zh":
        place = f"{said('time')}{'的' if time else ''}{scene.phrases['zh']}"
        parts = [f"一幅{said('style')}{place}的画", said("palette") and f"{said('palette')}色调".replace("色色", "色")]
        with_objects = "有" + "和".join(c.phrases["zh"] for c in objects) if objects else ""
        parts += [said("weather"), said("season"), said("medium"), with_objects, said("composition")]
        return "，".join(part for part in parts if part)
    style = said("style")
    article = "an" if style[:1] in set("aeiou") else "a"
    sentence = f"{article} {style} picture of {scene.phrases['en']}".replace("  ", " ")
    for kind in ("time", "weather", "season", "palette", "medium"):
        sentence += f" {said(kind)}" if kind in chosen else ""
    if objects:
        sentence += ", with " + " and ".join(c.phrases["en"] for c in objects)
    return sentence + (f", {said('composition')}" if "composition" in chosen else "")
