"""`make setup`'s parts: it repeats nothing, notices changes, and says the way out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.demo.install import environment, tools
from marketplace.demo.install.faults import CannotInstall
from marketplace.demo.install.stamps import Stamps, digest
from marketplace.demo.state import CHECKOUT


def test_a_step_is_done_again_only_when_its_inputs_change(tmp_path: Path) -> None:
    source = tmp_path / "pyproject.toml"
    source.write_text("one")
    stamps = Stamps(tmp_path / "stamps.json")
    assert not stamps.is_current("packages", digest([source], "torch==1"))
    stamps.write("packages", digest([source], "torch==1"))
    assert stamps.is_current("packages", digest([source], "torch==1"))
    assert not stamps.is_current("packages", digest([source], "torch==2"))
    source.write_text("two")
    assert not stamps.is_current("packages", digest([source], "torch==1"))


@pytest.mark.parametrize("damage", ["", "{", "[1]"])
def test_damaged_stamps_mean_that_nothing_is_known(tmp_path: Path, damage: str) -> None:
    (tmp_path / "stamps.json").write_text(damage)
    stamps = Stamps(tmp_path / "stamps.json")
    assert not stamps.is_current("packages", "x")
    stamps.write("packages", "x")
    assert stamps.is_current("packages", "x")


def test_a_broken_environment_is_made_anew_and_a_working_one_kept(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to("/nowhere/python3.11")  # its Python was removed
    assert environment.make_environment(folder)
    assert not environment.make_environment(folder)


def test_another_python_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 12, 0, "final", 0))
    with pytest.raises(CannotInstall, match=r"Atelier needs 3.11.*make setup PYTHON="):
        environment.check_python()


def test_too_little_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "NEEDED_DISK_MB", 10**9)
    with pytest.raises(CannotInstall, match="MB left; the packages need"):
        environment.check_disk(tmp_path)


def test_a_source_without_torch_is_told_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    environment.make_environment(folder)
    empty = tmp_path / "index"
    empty.mkdir()
    (tmp_path / "pip.conf").write_text("[global]\nno-index = true\nretries = 0\n")
    script = (
        "import sys; from pathlib import Path; from marketplace.demo.install.environment import install_packages;"
        "install_packages(Path(sys.argv[1]), checkout=Path.cwd(), torch='torch==0.0.1', torch_index='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "torch==0.0.1 could not be installed (from the usual places;" in done.stderr
    assert "make setup TORCH=" in done.stderr


def test_a_missing_tool_is_named_with_its_command_and_apt_is_left_to_root(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(tools, "TOOLS", (tools.Tool("a harp", "harp", "the music tests", lambda: False),))
    monkeypatch.setattr(tools.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(tools.subprocess, "run", lambda command, **_: ran.append(command))
    assert tools.bring_tools() == [
        "a harp is missing, which the music tests need. Debian, Ubuntu: sudo apt-get install harp"
    ]
    assert ran == []


def test_make_explains_itself() -> None:
    make = shutil.which("make")
    assert make is not None
    told = subprocess.run([make], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "setup", "faults", "bench-web", "clean"):
        assert f"make {target}" in told


def test_make_without_any_python_says_which_to_get() -> None:
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run([make, "setup", "PYTHON="], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Python 3.11 is needed" in done.stdout
