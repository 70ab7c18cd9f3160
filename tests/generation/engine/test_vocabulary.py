"""The prompt check knows what was taught, names what was not, and offers the nearest that can be done."""

import json
from pathlib import Path

import pytest

from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.concepts import vocabulary_document
from generation.engine.training.scenes.facts import draw_facts
from generation.engine.vocabulary import (
    Vocabulary,
    VocabularyUnreadable,
    check_prompt,
    load_vocabulary,
    parse_vocabulary,
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return parse_vocabulary(json.loads(json.dumps(vocabulary_document())))


def test_a_taught_english_prompt_is_known(vocabulary: Vocabulary) -> None:
    check = check_prompt("a beautiful sunset over the sea", vocabulary)
    assert check.unknown == ()
    assert check.concepts == ("dusk", "sea")
    assert check.suggestion is None
    assert check.is_known
    assert check.language == "en"


def test_a_taught_chinese_prompt_is_known(vocabulary: Vocabulary) -> None:
    check = check_prompt("一幅美丽的日落场景", vocabulary)
    assert check.unknown == ()
    assert check.concepts == ("dusk",)
    assert check.is_known
    assert check.language == "zh"


def test_a_cat_in_a_spacesuit_is_not_taught_and_gets_the_nearest_scene(vocabulary: Vocabulary) -> None:
    check = check_prompt("a cat in a spacesuit", vocabulary)
    assert check.unknown == ("cat", "spacesuit")
    assert check.suggestion is not None
    assert "a planet in space" in check.suggestion
    assert check_prompt(check.suggestion, vocabulary).is_known


def test_unknown_words_are_named_as_they_were_written(vocabulary: Vocabulary) -> None:
    check = check_prompt("Red MOUNTAINS in the fog, and a Dragon", vocabulary)
    assert check.unknown == ("Dragon",)
    assert check.concepts == ("crimson", "mountains", "misty")
    assert check.suggestion == "a picture of mountains in mist in red"


def test_unknown_runs_of_chinese_are_named_and_the_rest_is_kept(vocabulary: Vocabulary) -> None:
    check = check_prompt("一只穿太空服的猫在海边，粉色", vocabulary)
    assert check.unknown == ("穿", "服", "猫")
    assert check.concepts == ("one_thing", "planet", "sea", "pink")
    assert check.suggestion == "一幅行星的画，粉色调"
    assert check_prompt(check.suggestion, vocabulary).is_known


@pytest.mark.parametrize(
    ("written", "concept"),
    [
        ("Forests", "forest"),
        ("CITIES", "city"),
        ("a cactus", "cactus"),
        ("seagull", "birds"),
        ("moon-lit woods", "forest"),
    ],
)
def test_english_matches_in_any_case_and_number(vocabulary: Vocabulary, written: str, concept: str) -> None:
    assert concept in check_prompt(written, vocabulary).concepts


def test_two_languages_in_one_prompt(vocabulary: Vocabulary) -> None:
    check = check_prompt("sunset 海上 with a unicorn", vocabulary)
    assert check.concepts == ("dusk", "sea")
    assert check.unknown == ("unicorn",)


@pytest.mark.parametrize("empty", ["", "   ", "a beautiful picture", "!!!"])
def test_a_prompt_that_asks_for_nothing_gets_a_suggestion(vocabulary: Vocabulary, empty: str) -> None:
    check = check_prompt(empty, vocabulary)
    assert not check.is_known
    assert check.suggestion is not None
    assert check_prompt(check.suggestion, vocabulary).is_known


@pytest.mark.parametrize(
    "unknown",
    ["熊猫", "dragon", "a camel and a pyramid", "滑雪的企鹅", "qwertz", "a dog at sunset", "一辆车", "naïve façade"],
)
def test_every_suggestion_is_itself_taught_and_in_the_prompts_language(vocabulary: Vocabulary, unknown: str) -> None:
    check = check_prompt(unknown, vocabulary)
    assert check.unknown
    assert check.suggestion
    again = check_prompt(check.suggestion, vocabulary)
    assert again.is_known
    assert again.language == check.language


def test_a_suggestion_keeps_season_and_medium(vocabulary: Vocabulary) -> None:
    english = check_prompt("an oil painting of a forest in autumn with a unicorn", vocabulary)
    assert english.suggestion == "a picture of a forest in autumn as an oil painting"
    chinese = check_prompt("秋天的森林，油画，独角兽", vocabulary)
    assert chinese.suggestion is not None
    assert {"autumn", "oil"} <= set(check_prompt(chinese.suggestion, vocabulary).concepts)


def test_captions_use_taught_words_alone(vocabulary: Vocabulary) -> None:
    for seed in range(1500):
        facts = draw_facts(seed)
        for language in ("en", "zh"):
            said = caption(facts, language, 0)
            check = check_prompt(said, vocabulary)
            assert check.unknown == (), said
            if not facts.palette_is_natural:
                assert facts.palette in check.concepts, said


def test_concepts_have_labels_in_both_languages_and_no_label_twice(vocabulary: Vocabulary) -> None:
    for language in ("en", "zh"):
        labels = [label for concept in vocabulary.concepts.values() for label in concept.labels[language]]
        assert len(labels) == len(set(labels)), [label for label in labels if labels.count(label) > 1]
    for kind in ("scene", "palette", "time", "weather", "season", "composition", "style", "medium", "count", "object"):
        assert all(concept.label("en") and concept.label("zh") for concept in vocabulary.of_kind(kind))


def test_a_folder_without_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(VocabularyUnreadable, match=r"vocabulary\.json"):
        load_vocabulary(tmp_path)
    (tmp_path / "vocabulary.json").write_text("[]")
    with pytest.raises(VocabularyUnreadable):
        load_vocabulary(tmp_path)
