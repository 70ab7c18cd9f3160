"""The training as a program: what it writes, killed and gone on, with several processes, refused."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from recommendations.engine.feed import files
from recommendations.engine.training import data as folders
from recommendations.engine.training.checkpoints import FILE
from recommendations.engine.training.examples import History
from recommendations.engine.training.measuring import by_model, held_out, measure
from recommendations.engine.training.program import VERDICT
from recommendations.engine.training.related import related_before
from tests.recommendations.engine.training.conftest import program
from tests.recommendations.engine.training.simulated import SPACES, simulated_folder

LONG_S = 240


def weights_of(out: Path) -> dict[str, np.ndarray]:
    """All numbers of both networks."""
    found = {}
    for name in (files.RANKER, files.SEQUENCE):
        for tensor in onnx.load(str(out / name)).graph.initializer:
            found[f"{name} {tensor.name}"] = numpy_helper.to_array(tensor)
    return found


def test_it_beats_popularity_and_the_feed_without_a_model(trained):
    out, told = trained
    verdict = json.loads((out / VERDICT).read_text())
    measures = verdict["measures"]
    assert verdict["is_ready"], verdict
    assert measures["viewers"] >= 20
    assert measures["ndcg_ours"] > 1.2 * measures["ndcg_heuristic"]
    assert measures["ndcg_ours"] > 1.2 * measures["ndcg_popularity"]
    assert measures["recall_ours"] > measures["recall_heuristic"]
    assert "sequence: step 120 of 120" in told
    assert "NDCG@20 ours" in told


def test_the_folder_is_a_version_that_the_shop_can_read(trained, history: History):
    out, _told = trained
    model = files.FeedModel(out)
    manifest = model.manifest
    assert manifest.spaces == SPACES
    assert manifest.files == {
        name: files.digest_of(out / name) for name in (files.RANKER, files.SEQUENCE, files.RELATED)
    }
    assert manifest.measures == json.loads((out / VERDICT).read_text())["measures"]
    moment = history.moment(int(history.examples.positions[-1]))
    works = np.arange(0, 400, 3)
    told = history.candidates(moment, works, related_before(history.data, moment.at, seed=0))
    taste = model.taste(moment.acts)
    assert np.isfinite(taste).all()
    assert np.std(model.scores(moment.acts, told, taste=taste)) > 0


def test_what_the_evaluation_says_can_be_found_again(trained, history: History):
    """From the files alone, with lists of before the split."""
    out, _told = trained
    at = np.sort(history.at[history.examples.positions])
    since = int(at[int(0.9 * len(at))])
    tests = held_out(history, since=since, seed=0)
    for test in tests:
        known = set(history.work[: test.position][history.viewer[: test.position] == history.viewer[test.position]])
        assert not known & set(test.wanted.tolist())
        assert history.at[test.position] >= since
    related = related_before(history.data, since, seed=0)
    reached = measure(history, tests, {"ours": by_model(files.FeedModel(out))}, related=related)
    assert reached["ours"].ndcg.mean() == pytest.approx(files.FeedModel(out).manifest.measures["ndcg_ours"], abs=1e-4)


def test_killed_in_the_middle_it_goes_on_to_the_same_end(folder: Path, trained, tmp_path: Path):
    command = program(folder, tmp_path, "--checkpoint-steps", "10")
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + LONG_S
    while not (tmp_path / FILE).exists() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running.poll() is None, "it ended before it could be killed"
    running.kill()
    running.communicate()
    assert not (tmp_path / files.MANIFEST).exists()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "goes on at step" in done.stdout
    straight, resumed = weights_of(trained[0]), weights_of(tmp_path)
    assert straight.keys() == resumed.keys()
    for name, numbers in straight.items():
        np.testing.assert_allclose(resumed[name], numbers, rtol=1e-4, atol=1e-5, err_msg=name)


def test_a_checkpoint_of_other_settings_is_not_used(folder: Path, trained, tmp_path: Path):
    (tmp_path / FILE).write_bytes((trained[0] / FILE).read_bytes())
    few = ("--sequence-steps", "3", "--ranker-steps", "3")
    done = subprocess.run(program(folder, tmp_path, *few), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "it begins anew" in done.stdout
    assert "step 3 of 3" in done.stdout


def test_two_processes_agree(folder: Path, tmp_path: Path):
    few = ("--sequence-steps", "20", "--ranker-steps", "10", "--batch", "32")
    several = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    both = [*several, *program(folder, tmp_path / "both", *few, "--tell-weights")[1:]]
    done = subprocess.run(both, capture_output=True, text=True, check=False, timeout=LONG_S)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith("weights of process")]
    assert len(said) == 2
    assert len({line.split(": ")[1] for line in said}) == 1, said
    weights = weights_of(tmp_path / "both")
    assert all(np.isfinite(numbers).all() for numbers in weights.values())
    assert files.FeedModel(tmp_path / "both").manifest.version == "simulated"


def test_one_training_in_a_folder(folder: Path, tmp_path: Path):
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(program(folder, tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "runs in" in done.stderr
    assert not (tmp_path / files.MANIFEST).exists()


def test_the_present_version_is_measured_too_unless_it_reads_other_spaces(folder: Path, trained, tmp_path: Path):
    few = ("--sequence-steps", "1", "--ranker-steps", "1")
    worse = program(folder, tmp_path / "worse", *few, "--present", str(trained[0]))
    done = subprocess.run(worse, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    verdict = json.loads((tmp_path / "worse" / VERDICT).read_text())
    assert verdict["measures"]["ndcg_present"] > verdict["measures"]["ndcg_ours"]
    assert (verdict["is_ready"], verdict["reason"]) == (False, "worse_than_present")
    other = tmp_path / "other"
    other.mkdir()
    manifest = files.FeedModel(trained[0]).manifest
    spaces = (("picture", "another", 24), ("text", "another", 32))
    files.write_manifest(other, files.Manifest("other", spaces, manifest.files, {}))
    command = program(folder, tmp_path / "again", *few, "--present", str(other))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "The present version is not measured" in done.stdout
    assert "ndcg_present" not in json.loads((tmp_path / "again" / VERDICT).read_text())["measures"]


def test_too_few_events_are_told_and_nothing_is_written(tmp_path: Path):
    folder = simulated_folder(tmp_path / "data", works=120, buyers=3, seed=1)
    done = subprocess.run(program(folder, tmp_path / "out"), capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "needed to learn from" in done.stderr
    assert not (tmp_path / "out" / files.MANIFEST).exists()


def test_a_folder_that_is_none_is_told(tmp_path: Path):
    done = subprocess.run(program(tmp_path, tmp_path / "out"), capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert folders.FACTS in done.stderr


def test_it_ends_when_who_started_it_is_gone(folder: Path, tmp_path: Path):
    command = program(folder, tmp_path, "--sequence-steps", "100000", "--end-with-input")
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdin is not None
    assert running.stdout is not None
    assert "sequence" in running.stdout.readline()
    running.stdin.close()
    assert running.wait(LONG_S) != 0
    running.stdout.close()
