"""`manage.py evaluate_recommender` as others will run it: a process of its own, with no database to reach."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def files(tmp_path):
    """80 users and 50 items of four kinds, with stars, times and texts that name the kind."""
    stream = np.random.default_rng(3)
    interactions, items = tmp_path / "interactions.tsv", tmp_path / "items.tsv"
    rows = [
        f"user{user}\titem{item}\t{stream.integers(3, 6) if user % 4 == item % 4 else stream.integers(1, 5)}\t{time}"
        for time, (user, item) in enumerate((user, item) for user in range(80) for item in range(50))
        if stream.random() < (0.7 if user % 4 == item % 4 else 0.15)
    ]
    interactions.write_text("\n".join(["user\titem\trating\ttimestamp", *rows]) + "\n")
    items.write_text("\n".join(["item\ttext", *(f"item{n}\tkind{n % 4} a{n}" for n in range(50))]) + "\n")
    return interactions, items


def test_end_to_end_with_the_database_unreachable(files, tmp_path):
    interactions, items = files
    told = subprocess.run(
        [sys.executable, "manage.py", "evaluate_recommender", "--interactions", interactions, "--items", items,
         "--seed", "5", "--json", tmp_path / "figures.json"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    lines, *tables = told.stdout.split("\n\n")
    figures = dict(line.split(": ", 1) for line in lines.splitlines())
    assert (figures["users"], figures["items"], figures["seed"]) == ("80", "50", "5")
    assert float(figures["positive_from"]) == 4
    for name in ("popularity", "bm25_knn", "als", "ease", "cold.text_neighbours", "cold.random"):
        for metric in ("recall@20", "ndcg@20", "coverage@20"):
            assert 0 < float(figures[f"{name}.{metric}"]) <= 1
        assert float(figures[f"{name}.novelty@20"]) > 0
    assert float(figures["ease.ndcg@20"]) > float(figures["popularity.ndcg@20"])
    assert figures["best_baseline_on_validation"] in ("bm25_knn", "als", "ease")
    assert figures["cold.best_baseline_on_validation"] == "text_neighbours"
    assert [table.splitlines()[0] for table in tables] == [
        f"{title}, {figures[users]} users; liked are ratings of 4 and more (--positive-from)"
        for title, users in (("Known items", "tested_users"), ("Cold items", "cold.tested_users"))
    ]
    assert "ease is tested: " in told.stderr
    assert "Warning" not in told.stderr
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written.keys() == figures.keys()
    assert f"{written['als.ndcg@20']:.4f}" == figures["als.ndcg@20"]
    assert written["ease.chosen.regularization"] == float(figures["ease.chosen.regularization"])


def _lines(**options):
    out = StringIO()
    call_command("evaluate_recommender", stdout=out, **options)
    return out.getvalue()


def test_one_method_and_the_seed(files):
    interactions, _items = files
    first, again, other = (_lines(interactions=interactions, methods=["ease"], seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert "ease.ndcg@20" in first
    assert "popularity" not in first
    assert "cold." not in first


def test_lower_ratings_can_count(files):
    interactions, _items = files
    options = {"interactions": interactions, "methods": ["popularity"]}
    assert "positive_from: 3\n" in _lines(positive_from=3, **options)
    with pytest.raises(CommandError, match=r"No rating of .* is 9 or more.*--positive-from"):
        _lines(positive_from=9, **options)


def test_what_is_wrong_is_said_with_a_way_out(files, tmp_path):
    interactions, items = files
    with pytest.raises(CommandError, match=r"none\.tsv cannot be read.*Give the path"):
        _lines(interactions=tmp_path / "none.tsv")
    with pytest.raises(CommandError, match=r"There is no method slim\. There are: popularity, bm25_knn, als, ease"):
        _lines(interactions=interactions, methods=["slim"])
    with pytest.raises(CommandError, match=r"has no column user.*The first line must name"):
        _lines(interactions=items)
    with pytest.raises(CommandError, match="cannot be written"):
        _lines(interactions=interactions, methods=["popularity"], json=tmp_path / "no" / "folder.json")
    for share in ("0", "1", "nan"):
        with pytest.raises(CommandError, match="is not between 0 and 1"):
            call_command("evaluate_recommender", "--interactions", str(interactions), "--holdout", share)
    with pytest.raises(CommandError, match="is not between 0 and"):
        call_command("evaluate_recommender", "--interactions", str(interactions), "--seed=-1")
