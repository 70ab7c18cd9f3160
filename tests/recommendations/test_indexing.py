"""How a work comes into the index, and the model's vocabulary into the tags."""

import json

import pytest
from django.core.management import CommandError, call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from marketplace.catalog.models import Tag
from marketplace.catalog.selectors import tag_by_label
from marketplace.catalog.services import create_work, list_work, set_text
from marketplace.core.ids import new_id
from recommendations.errors import VocabularyUnusable
from recommendations.models import Embedding, SearchDocument, WorkColour
from recommendations.selectors import search_works
from recommendations.services import embed_work, index_work, load_vocabulary
from recommendations.tasks import embed_work as embed_work_task
from tests.factories.accounts import ArtistFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def jobs() -> list[dict]:
    return list(ProcrastinateJob.objects.filter(task_name="recommendations.embed_work").values_list("args", flat=True))


def test_a_listed_or_changed_work_is_indexed_by_a_job_a_draft_is_not():
    work = create_work(artist=ArtistFactory(), title="Quiet harbour", language="en")
    set_text(work=work, language="en", title="Loud harbour")
    assert jobs() == []
    list_work(work=work)
    assert jobs() == [{"work_id": str(work.pk)}]
    embed_work_task(work_id=str(work.pk))
    assert search_works(query="harbour").work_ids == [work.pk]
    set_text(work=work, language="en", title="Wide valley")
    assert len(jobs()) == 2
    embed_work_task(work_id=str(work.pk))
    assert search_works(query="harbour").total == 0
    assert search_works(query="valley").work_ids == [work.pk]


def test_a_job_run_twice_leaves_one_row_of_each():
    work = indexed_work(title="Sunset", colour=COLOURS["sunset"])
    embed_work_task(work_id=str(work.pk))
    assert sorted(work.embeddings.values_list("space", flat=True)) == ["composition", "palette", "picture", "text"]
    assert SearchDocument.objects.count() == WorkColour.objects.count() == 1
    assert (work.colour.colour, work.colour.aspect) == ("orange", "square")


def test_a_chinese_title_alone_gets_no_vector_of_an_english_encoder():
    work = indexed_work(title="海上日落", language="zh-hans", colour=COLOURS["sunset"])
    assert {e.space for e in work.embeddings.all()} == {"picture", "palette", "composition"}


def test_a_work_that_is_gone_is_no_error():
    index_work(work_id=new_id())
    assert embed_work(work_id=new_id()) == []


def test_reindex_makes_what_is_missing(capsys):
    whole, bare = indexed_work(title="One"), indexed_work(title="Two")
    Embedding.objects.filter(work=bare).delete()
    before = dict(Embedding.objects.filter(work=whole).values_list("pk", "made_at"))
    call_command("reindex", "--missing")
    assert "1 works" in capsys.readouterr().out
    assert Embedding.objects.filter(work=bare, space="picture").exists()
    assert dict(Embedding.objects.filter(work=whole).values_list("pk", "made_at")) == before


def vocabulary(tmp_path, concepts: object):
    path = tmp_path / "vocabulary.json"
    path.write_text(json.dumps({"concepts": concepts}))
    return path


def test_the_models_concepts_are_tags_in_both_languages(tmp_path):
    path = vocabulary(
        tmp_path,
        [
            {"id": "night_sky", "kind": "scene", "labels": {"en": ["night sky", "stars"], "zh": ["夜空", "星空"]}},
            {"id": "filler", "kind": "filler", "labels": {"en": ["the"], "zh": ["的"]}},
        ],
    )
    assert load_vocabulary(path=path) == load_vocabulary(path=path) == 1
    assert tag_by_label("星空") == tag_by_label("Night  Sky") == Tag.objects.get(concept="night_sky")
    assert tag_by_label("the") is None


def test_a_broken_vocabulary_changes_nothing(tmp_path):
    path = vocabulary(
        tmp_path, [{"id": "sea", "kind": "scene", "labels": {"en": ["sea"], "zh": ["海"]}}, {"id": "no kind"}]
    )
    with pytest.raises(VocabularyUnusable):
        load_vocabulary(path=path)
    assert not Tag.objects.exists()
    with pytest.raises(CommandError, match="no-such-file"):
        call_command("load_tags", "--file", str(tmp_path / "no-such-file"))
