"""Suggestions from what the model understood, in both languages; tags that mean the same in both."""

import json
from dataclasses import asdict

import pytest

from generation.engine.vocabulary import parse_vocabulary
from marketplace.catalog.models import Tag
from marketplace.catalog.selectors import tag_by_label
from marketplace.catalog.services import set_tags
from marketplace.publishing.services import define_vocabulary
from marketplace.publishing.services.vocabulary import define_tags_for
from marketplace.publishing.words import NO_SUGGESTIONS, suggestions_for, vocabulary_of
from tests.factories.catalog import WorkFactory


def _concept(kind, name, en, zh, phrase_en="", phrase_zh="", scenes=()):
    return {
        "id": name,
        "kind": kind,
        "labels": {"en": en, "zh": zh},
        "phrases": {"en": phrase_en or en[0], "zh": phrase_zh or zh[0]},
        "scenes": list(scenes),
    }


DOCUMENT = {
    "concepts": [
        _concept("scene", "sea", ["sea", "ocean"], ["大海", "海"], "the sea"),
        _concept("palette", "golden", ["golden", "gold"], ["金色"], "in gold"),
        _concept("time", "dusk", ["sunset", "dusk"], ["日落", "黄昏"], "at sunset", "日落时分"),
        _concept("weather", "misty", ["misty", "mist"], ["薄雾"], "in mist"),
        _concept("style", "soft", ["soft"], ["柔和"], "soft", "柔和的"),
        _concept("object", "boat", ["boat", "ship"], ["小船", "船"], "a boat", "小船", ["sea"]),
        _concept("composition", "left", ["left"], ["左侧"], "on the left"),
        _concept("filler", "filler", ["a", "over", "the", "beautiful", "with"], ["一幅", "的", "美丽", "场景"]),
    ],
    "default_scene": "sea",
    "scene_of_time": {"dusk": "sea"},
    "timeless": [],
    "hints": {},
}
VOCABULARY = parse_vocabulary(DOCUMENT)


def test_an_english_prompt_gives_both_languages():
    found = suggestions_for(prompt="a beautiful golden sunset over the sea with a boat", vocabulary=VOCABULARY)
    assert found.titles == {"en": "The sea at sunset, with a boat", "zh-hans": "日落时分的大海与小船"}
    assert found.tags["en"] == ("sea", "sunset", "boat", "golden")
    assert found.tags["zh-hans"] == ("大海", "日落", "小船", "金色")
    assert "gold" in found.descriptions["en"]
    assert "金色调" in found.descriptions["zh-hans"]


def test_a_chinese_prompt_gives_the_same():
    assert suggestions_for(prompt="一幅美丽的日落场景", vocabulary=VOCABULARY).titles == {
        "en": "The sea at sunset",
        "zh-hans": "日落时分的大海",
    }


def test_words_of_the_prompt_that_were_not_taught_stay_out():
    found = suggestions_for(prompt="my secret Zagreb garden by the sea", vocabulary=VOCABULARY)
    assert "secret" not in json.dumps(asdict(found)).lower()
    assert "zagreb" not in json.dumps(asdict(found)).lower()


@pytest.mark.parametrize("prompt", ["", "zxqv", "the a over"])
def test_nothing_understood_nothing_suggested(prompt):
    assert suggestions_for(prompt=prompt, vocabulary=VOCABULARY) == NO_SUGGESTIONS


def test_a_model_without_a_vocabulary_suggests_nothing(settings, tmp_path):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"models_dir": tmp_path})
    assert vocabulary_of("somebody/model-from-a-hub") is None
    assert suggestions_for(prompt="sea", vocabulary=None) == NO_SUGGESTIONS


def test_the_vocabulary_is_read_from_the_models_folder(settings, tmp_path):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"models_dir": tmp_path})
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "vocabulary.json").write_text(json.dumps(DOCUMENT))
    found = vocabulary_of("m")
    assert found is not None
    assert set(found.concepts) == set(VOCABULARY.concepts)


@pytest.mark.django_db
def test_a_taught_word_becomes_one_tag_in_both_languages():
    define_tags_for(vocabulary=VOCABULARY, labels=["sunset", "my own word"])
    assert tag_by_label("日落") == tag_by_label("sunset") == tag_by_label("dusk")
    tag = tag_by_label("sunset")
    assert tag is not None
    assert tag.concept == "dusk"
    assert Tag.objects.count() == 1
    assert set_tags(work=WorkFactory(), labels=["黄昏"]) == [tag]


@pytest.mark.django_db
def test_a_word_that_was_a_tag_before_joins_its_concept():
    (before,) = set_tags(work=WorkFactory(), labels=["sunset"])
    define_tags_for(vocabulary=VOCABULARY, labels=["日落"])
    assert tag_by_label("日落") == before
    assert Tag.objects.count() == 1


@pytest.mark.django_db
def test_the_whole_vocabulary_can_be_defined_again_and_again():
    assert define_vocabulary(vocabulary=VOCABULARY) == 6
    define_vocabulary(vocabulary=VOCABULARY)
    assert Tag.objects.count() == 6
    assert tag_by_label("left") is None
