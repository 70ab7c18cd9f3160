"""The command that measures GPUs works from end to end on a machine without one."""

import os
import subprocess
import sys

from tests.bench.gpu import covered

TIMEOUT_S = 540


def test_spans_that_overlap_count_once():
    assert covered([(0, 4), (2, 5), (2, 3), (7, 8), (7, 8)]) == 6
    assert covered([]) == 0


def test_without_a_gpu_it_says_so_and_runs_a_tiny_model_through_the_worker():
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.bench.gpu", "--tiny", "--pictures", "2"],
        env={**kept, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    figures = dict(line.split(": ", 1) for line in ran.stdout.splitlines() if ": " in line)
    assert figures["tiny_model"] == "random-tiny 1"
    for size in ("1", "2"):
        assert float(figures[f"tiny_batch_{size}_pictures_per_s"]) > 0
        assert float(figures[f"tiny_batch_{size}_store_requests"]) >= 3
        assert f"tiny_batch_{size}_idle_percent" in figures
