"""The campaign of faults: a short one in ``make faults-short``, the full one in ``make faults``."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from marketplace.demo.state import CHECKOUT

SHORT = {"--jobs": 16, "--kills": 3, "--restarts": 1, "--stops": 1}
FULL = {"--jobs": 2000, "--kills": 200, "--restarts": 20, "--stops": 50}


@pytest.mark.faults
def test_nothing_is_lost_charged_twice_or_left_standing() -> None:
    is_full = os.environ.get("ATELIER_FAULTS") == "full"
    size = [str(word) for pair in (FULL if is_full else SHORT).items() for word in pair]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.campaign", *size],
        cwd=CHECKOUT,
        env={**environment, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    figures = dict(line.split(": ") for line in done.stdout.splitlines() if ": " in line)
    assert int(figures["jobs"]) == int(figures["finished_whole"]) > 0
    assert int(figures["jobs_tried_more_than_once"]) > 0
