"""A training as the shop runs it: from the events to a version that ranks feeds, interrupted, refused, at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from recommendations import tasks
from recommendations.encoders import facts_of
from recommendations.engine.training.checkpoints import FILE
from recommendations.errors import NothingToLearn, TrainingFailed, TrainingUnderWay
from recommendations.feed_models import present_model
from recommendations.models import RecommenderSwitch, RecommenderVersion, RelatedWorks
from recommendations.services import Launch, one_training, train_recommender
from recommendations.viewers import Viewer
from tests.factories.catalog import WorkFactory
from tests.recommendations.simulated_shop import fill_shop

QUICK = ("--sequence-steps", "60", "--ranker-steps", "60", "--batch", "64", "--hidden", "32", "--held-out", "0.15")
SLOW = (*QUICK, "--sequence-steps", "200", "--checkpoint-steps", "5")
LONG_S = 240


@pytest.fixture
def training_dir(tmp_path: Path, settings) -> Path:
    folder = tmp_path / "training"
    update = {"training_dir": folder, "feed_models_dir": tmp_path / "feed_models"}
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=update)
    return folder


def quick(lines: list[str], *more: str, **options) -> RecommenderVersion:
    return train_recommender(tell=lines.append, launch=Launch(arguments=(*QUICK, *more)), **options)


@pytest.mark.django_db(transaction=True)
def test_from_events_to_a_version_that_ranks_feeds(tiny_spaces, training_dir, tmp_path):
    fill_shop(tmp_path / "simulated", works=250, buyers=130)
    lines: list[str] = []
    version = quick(lines)
    assert version.state == RecommenderVersion.State.READY, lines
    assert version.is_present
    switched = RecommenderSwitch.objects.get()
    assert (switched.before, switched.after, switched.origin) == ("", version.version, "training")
    measures = version.manifest["measures"]
    assert measures["ndcg_ours"] > measures["ndcg_popularity"]
    assert measures["ndcg_ours"] > measures["ndcg_heuristic"]
    assert RelatedWorks.objects.filter(recommender=version, kind="taste").count() > 100
    assert any("sequence: step 60 of 60" in line for line in lines)
    assert not (training_dir / "run").exists()
    spaces = tuple((space, facts_of(space).version, facts_of(space).dimensions) for space in ("picture", "text"))
    found = present_model(spaces)
    assert found is not None
    assert found.version_id == version.pk
    # The next one is measured beside it, and only recorded where nobody wants the switch.
    second = quick(lines, "--sequence-steps", "2", "--ranker-steps", "2", switch=False)
    assert "ndcg_present" in second.manifest["measures"]
    assert not second.is_present
    assert RecommenderVersion.objects.get(is_present=True) == version


@pytest.mark.django_db(transaction=True)
def test_too_few_events_change_nothing(tiny_spaces, training_dir):
    work = WorkFactory()
    tasks.services.record_event(kind="viewed", viewer=Viewer(key="s:one"), work_id=work.pk)
    with pytest.raises(NothingToLearn, match="needed to learn from"):
        quick([])
    assert not RecommenderVersion.objects.exists()
    assert not (training_dir / "run").exists()
    # The weekly job ends well: there is nothing to try again.
    tasks.train_recommender(timestamp=0)
    assert not RecommenderVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_program_that_breaks_off_leaves_what_it_had(tiny_spaces, training_dir, tmp_path):
    fill_shop(tmp_path / "simulated", works=100, buyers=30)
    with pytest.raises(TrainingFailed, match="broke off"):
        quick([], "--batch", "no number")
    assert (training_dir / "run" / "data").exists()
    assert not RecommenderVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_killed_with_kill_9_it_goes_on_and_a_second_one_waits_its_turn(tiny_spaces, training_dir, tmp_path):
    fill_shop(tmp_path / "simulated")
    database = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**django_settings.DATABASES["default"])
    environment = {
        **os.environ,
        "ATELIER_PROFILE": "test",
        "DATABASE_URL": database,
        "TRAINING_DIR": str(training_dir),
        "ONNX_DIR": str(tiny_spaces),
    }
    environment.pop("PYTEST_CURRENT_TEST", None)
    code = (
        "import django; django.setup()\n"
        "from recommendations.services import Launch, train_recommender\n"
        f"train_recommender(tell=print, launch=Launch(arguments={SLOW}))\n"
    )
    environment["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
    running = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.DEVNULL)
    checkpoint = training_dir / "run" / "out" / FILE
    deadline = time.monotonic() + LONG_S
    while not checkpoint.exists() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert checkpoint.exists()
    with pytest.raises(TrainingUnderWay):
        quick([])
    running.kill()
    running.wait()
    # The program that it had started ends by itself and gives the folder free, the database the lock.
    while time.monotonic() < deadline:
        try:
            lines: list[str] = []
            version = train_recommender(tell=lines.append, launch=Launch(arguments=SLOW))
            break
        except (TrainingUnderWay, TrainingFailed):
            time.sleep(0.2)
    assert any("it goes on" in line for line in lines)
    assert any("sequence goes on at step" in line for line in lines)
    assert RecommenderVersion.objects.get() == version


@pytest.mark.django_db
def test_in_the_background_one_job_waits_in_a_queue_of_its_own(capsys):
    for said in ("A training waits in the queue.", "A training waits in the queue already."):
        call_command("train_recommender", "--background", "--no-switch")
        assert said in capsys.readouterr().out
    job = ProcrastinateJob.objects.get(task_name=tasks.TRAIN_TASK)
    assert (job.queue_name, job.args["switch"]) == ("training", False)


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_free_after_an_error():
    with pytest.raises(ZeroDivisionError), one_training():
        raise ZeroDivisionError
    with one_training():
        pass
