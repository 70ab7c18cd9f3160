"""`manage.py evaluate_search`: the shop's own search on a collection's metadata, beside the shop."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from marketplace.catalog.models import Work
from recommendations.models import Embedding, SearchDocument
from recommendations.search_evaluation.measures import ndcg, recall
from recommendations.search_evaluation.scratch_tables import TABLES, scratch_tables
from recommendations.search_evaluation.works_file import queries_of, read_works
from recommendations.selectors import search_works
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

TATE = Path(__file__).parents[1] / "data" / "tate" / "works-2k.jsonl.gz"


def test_the_measures_by_hand():
    assert ndcg(["a", "x", "b"], {"a", "b"}, at=10) == pytest.approx((1 + 0.5) / (1 + 0.63092975), abs=1e-6)
    assert ndcg(["x"], {"a"}, at=10) == 0
    assert ndcg([], set(), at=10) == 0
    assert recall(["a", "x", "b"], {"a", "b", "c", "d"}, at=2) == 0.25


def test_queries_are_leaf_subjects_that_twenty_to_five_hundred_works_carry():
    works = read_works(TATE)
    assert len(works) == 2000
    queries = queries_of(works)
    assert min(map(len, queries.values())) >= 20
    assert max(map(len, queries.values())) <= 500
    assert all(name in works[place].subjects for name, places in queries.items() for place in places)


def small_file(folder: Path) -> Path:
    """Sixty works of two subjects that the tiny space knows, some of them told by another word alone."""
    rows = [
        {"title": f"{title} {n}", "artist": "Ann Lee", "medium": None, "subjects": [["nature", subject]]}
        for subject, titles in {"sunset": ("Sunset", "Quiet"), "sea": ("Sea", "Empty")}.items()
        for title in titles
        for n in range(15)
    ]
    path = folder / "works.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_the_command_prints_its_figures_and_leaves_the_shop_alone(tmp_path, capsys):
    mine = indexed_work(title="Sunset", colour=COLOURS["sunset"])
    before = [list(table.objects.order_by("pk").values()) for table in (Work, SearchDocument, Embedding)]
    call_command("evaluate_search", "--works", str(small_file(tmp_path)))
    printed = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert printed["works"] == "60"
    assert printed["queries"] == "2"
    for way in ("full_text", "vector", "fused"):
        assert printed[f"{way}_ndcg_at_10"] == "1.0000"
        assert printed[f"{way}_recall_at_50"] == "0.5000"
    assert [list(table.objects.order_by("pk").values()) for table in (Work, SearchDocument, Embedding)] == before
    assert search_works(query="sunset").work_ids == [mine.pk]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname = ANY(%s)",
                       [[table._meta.db_table for table in TABLES]])  # fmt: skip
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_inside_it_the_database_refuses_a_write_to_the_shop():
    mine = indexed_work(title="Sunset")
    with scratch_tables():
        assert not Work.objects.exists()
        with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic():
            mine.artist.save()
    assert Work.objects.get() == mine


@pytest.mark.django_db
def test_files_that_are_none_say_so(tmp_path):
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(b'{"title": "no subjects"}'))
    empty = tmp_path / "empty.jsonl.gz"
    empty.write_bytes(gzip.compress(b""))
    plain = tmp_path / "plain.jsonl.gz"
    plain.write_text("{}")
    for path, says in ((broken, "cannot be read"), (empty, "holds no works"), (plain, "cannot be read"),
                       (tmp_path / "none", "There is no")):  # fmt: skip
        with pytest.raises(CommandError, match=says):
            call_command("evaluate_search", "--works", str(path))


@pytest.mark.django_db
def test_without_the_text_encoder_it_says_how_to_get_it(no_spaces):
    with pytest.raises(CommandError, match="make setup"):
        call_command("evaluate_search", "--works", str(TATE))


@pytest.mark.django_db
def test_fused_beats_both_of_its_parts_by_a_tenth_on_the_sample(capsys):
    """With the shop's own encoder. On the 20,000 works that the sample was drawn from it is more queries, same test."""
    call_command("evaluate_search", "--works", str(TATE))
    printed = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert float(printed["fused_over_better_part"]) >= 1.1
    assert float(printed["fused_recall_at_50"]) > float(printed["full_text_recall_at_50"])
    assert float(printed["fused_recall_at_50"]) > float(printed["vector_recall_at_50"])
