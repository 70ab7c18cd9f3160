"""The command: versions listed, switched and switched back; data written and results recorded; what it says."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from recommendations.engine.training.data import read_dataset
from recommendations.models import RecommenderVersion
from recommendations.services import one_training
from tests.factories.catalog import WorkFactory
from tests.factories.recommenders import version_folder
from tests.recommendations.spaces_fixture import tiny_spaces, tiny_spaces_folder

__all__ = ["tiny_spaces", "tiny_spaces_folder"]


@pytest.fixture
def training_dir(tmp_path: Path, settings) -> Path:
    update = {"training_dir": tmp_path / "training"}
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=update)
    return tmp_path / "training"


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("train_recommender", *arguments, stdout=out)
    return out.getvalue()


def present() -> str:
    return RecommenderVersion.objects.filter(is_present=True).values_list("version", flat=True).first() or ""


@pytest.mark.django_db
def test_recorded_listed_switched_and_back(tmp_path):
    prefix = uuid4().hex[:6]
    first, second, third = (f"{prefix}-v{number}" for number in (1, 2, 3))
    folders = {name: version_folder(tmp_path / name, name) for name in (first, second)}
    folders[third] = version_folder(tmp_path / third, third, refusal="not_better_than_popularity")
    assert f"{first} is ready; feeds are ranked by it." in said("--record", str(folders[first]))
    assert f"--switch {second}" in said("--record", str(folders[second]), "--no-switch")
    assert f"{third} was refused: It is not surely better" in said("--record", str(folders[third]))
    assert present() == first
    listed = said("--list").splitlines()
    assert listed[0].startswith(f"{third}  refused")
    assert listed[1].startswith(f"{second}  ready")
    assert listed[2].startswith(f"{first}  present  NDCG@20: ours 0.2000, heuristic 0.1000, popularity 0.0500")
    assert listed[3] == "No training runs."
    assert f"Feeds are ranked by {second}." in said("--switch", second)
    assert f"Feeds are ranked by {first} again." in said("--back")
    assert present() == first
    with pytest.raises(CommandError, match="refused by its evaluation"):
        said("--switch", third)
    with pytest.raises(CommandError, match="no version nothing"):
        said("--switch", "nothing")
    assert present() == first


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
def test_data_for_other_machines(tmp_path):
    WorkFactory()
    assert "0 acts of 0 viewers with 1 works" in said("--write-data", str(tmp_path / "data"))
    assert read_dataset(tmp_path / "data").facts.works == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tiny_spaces")
def test_it_says_why_it_does_not_train(training_dir):
    with pytest.raises(CommandError, match="Until then feeds are ranked without a trained model"):
        said()
    with pytest.raises(CommandError, match="Until then feeds are ranked without a trained model"):
        said("--processes", "2")
    with one_training():
        assert "A training runs." in said("--list")
        with pytest.raises(CommandError, match="runs already"):
            said()
    assert not training_dir.joinpath("run").exists()
    assert not RecommenderVersion.objects.exists()


@pytest.mark.django_db
def test_options_that_do_not_go_together():
    with pytest.raises(CommandError):
        said("--list", "--back")
    with pytest.raises(CommandError, match="no-switch alone"):
        said("--background", "--anew")
    with pytest.raises(CommandError, match="counts from 1"):
        said("--processes", "0")
