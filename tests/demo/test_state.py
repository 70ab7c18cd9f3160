"""The state folder: where it lies, its secrets, what damage says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.state import CHECKOUT, State, default_root


def test_each_checkout_has_a_folder_of_its_own_outside_git() -> None:
    one = default_root(checkout=Path("/home/a/atelier"), environ={"HOME": "/home/a"}, uid=1000)
    other = default_root(checkout=Path("/home/a/clone"), environ={"HOME": "/home/a"}, uid=1000)
    assert one != other
    assert one.parent == Path("/home/a/.local/state/atelier")
    assert len(one.name) == 8
    assert default_root(environ={}, uid=0).parent == Path("/var/lib/atelier")
    assert CHECKOUT not in default_root(environ={"HOME": "/home/a"}, uid=1000).parents


def test_the_environment_decides_where_state_lies() -> None:
    assert default_root(environ={"ATELIER_STATE": "/srv/shop", "HOME": "/root"}, uid=0) == Path("/srv/shop")
    assert default_root(environ={"XDG_STATE_HOME": "/x", "HOME": "/root"}, uid=5).parent == Path("/x/atelier")


def test_secrets_are_made_once_and_kept(state: State) -> None:
    first = state.secrets()
    assert State(state.root).secrets() == first
    assert state.secrets_path.stat().st_mode & 0o077 == 0


def test_two_processes_that_ask_at_once_get_the_same_secrets(state: State) -> None:
    script = (
        "import sys; from pathlib import Path; from marketplace.demo.state import State;"
        "print(State(Path(sys.argv[1])).secrets())"
    )
    askers = [
        subprocess.Popen([sys.executable, "-c", script, str(state.root)], cwd=CHECKOUT, stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    answers = {asker.communicate()[0] for asker in askers}
    assert len(answers) == 1
    assert b"Secrets(" in answers.pop()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"postgres_owner": "x"}'])
def test_damaged_secrets_are_reported_and_left_alone(state: State, damage: str) -> None:
    state.secrets_path.write_text(damage)
    with pytest.raises(ServiceCannotStart, match=f"{state.secrets_path} is damaged"):
        state.secrets()
    assert state.secrets_path.read_text() == damage


def test_a_state_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServiceCannotStart, match=r"can't be used .* Set ATELIER_STATE"):
        State(tmp_path / "file" / "state").prepare()
