"""`make forget-demo` removes nothing that nobody agreed to."""

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.demo.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "state")
    state.prepare()
    state.secrets()
    return state


def forget(state: State, *arguments: str, said: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "marketplace.demo.forget", *arguments],
        input=said,
        stdin=subprocess.DEVNULL if said is None else None,
        env={"PATH": "/usr/bin:/bin", "ATELIER_STATE": str(state.root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("said", "told"), [("n\n", "Nothing was removed."), (None, "Without a terminal say --yes.")])
def test_without_a_yes_everything_stays(state: State, said: str | None, told: str) -> None:
    done = forget(state, said=said)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert state.secrets_path.exists()


@pytest.mark.parametrize(("arguments", "said"), [((), "y\n"), (("--yes",), None)])
def test_with_a_yes_it_is_gone(state: State, arguments: tuple[str, ...], said: str | None) -> None:
    assert forget(state, *arguments, said=said).returncode == 0
    assert not state.root.exists()


def test_a_folder_without_a_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    done = forget(State(tmp_path), "--yes", said=None)
    assert done.returncode == 1
    assert "There is no demo" in done.stderr
    assert (tmp_path / "letter.txt").exists()
