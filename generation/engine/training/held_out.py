"""Captions kept apart from the training, and which of a picture's facts they ask for."""

from dataclasses import dataclass

from generation.engine.training.judge import FIELDS, answer
from generation.engine.training.scenes.caption_words import CONCEPT_OF_COUNT, CONCEPT_OF_THING
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.concepts import vocabulary_document
from generation.engine.training.scenes.facts import SceneFacts, draw_facts
from generation.engine.vocabulary import check_prompt, parse_vocabulary

# The training draws from seeds below ten million.
VALIDATION_FIRST_SEED = 40_000_000
TEST_FIRST_SEED = 50_000_000


@dataclass(frozen=True)
class HeldOutCase:
    """A caption that names its picture's palette and scene; `asked` holds all facts that it names, by field."""

    prompt: str
    language: str
    facts: SceneFacts
    asked: dict[str, str | int]


def _asked(facts: SceneFacts, named: tuple[str, ...]) -> dict[str, str | int]:
    asked: dict[str, str | int] = {}
    for field in FIELDS:
        value = answer(field, facts)
        if value is None:
            continue
        concept = CONCEPT_OF_COUNT[facts.count] if field == "count" else value
        # "a boat" asks for one boat.
        is_article = field == "count" and value == 1 and CONCEPT_OF_THING.get(facts.counted, facts.counted) in named
        is_unsaid_default = field == "medium" and value == "plain"
        if concept in named or is_article or is_unsaid_default:
            asked[field] = value
    return asked


def held_out_cases(language: str, count: int, *, first_seed: int) -> list[HeldOutCase]:
    """The first `count` captions from `first_seed` on that name a palette and a scene."""
    vocabulary = parse_vocabulary(vocabulary_document())
    cases: list[HeldOutCase] = []
    seed = first_seed if language == "en" else first_seed + 1_000_000
    while len(cases) < count:
        facts = draw_facts(seed)
        said = caption(facts, language, 0)
        named = check_prompt(said, vocabulary).concepts
        if facts.palette in named and facts.scene in named:
            cases.append(HeldOutCase(said, language, facts, _asked(facts, named)))
        seed += 1
    return cases
