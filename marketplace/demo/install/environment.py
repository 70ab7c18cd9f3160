"""The virtual environment `.venv`: made with Python 3.11, filled from pyproject.toml under requirements.lock."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from marketplace.demo.install.faults import CannotInstall

NEEDED_PYTHON = (3, 11)
NEEDED_DISK_MB = 3000


def check_python() -> None:
    """Refuse another Python.

    Raises:
        CannotInstall: this is not Python 3.11.
    """
    if sys.version_info[:2] != NEEDED_PYTHON:
        raise CannotInstall(
            f"{sys.executable} is Python {sys.version.split()[0]}; Atelier needs 3.11. "
            "Install it (Debian 12: apt-get install python3.11-venv) or name it: make setup PYTHON=/path/to/python3.11"
        )


def check_disk(folder: Path) -> None:
    """Refuse a disk that the packages would fill.

    Raises:
        CannotInstall: less than NEEDED_DISK_MB left.
    """
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < NEEDED_DISK_MB:
        raise CannotInstall(f"{folder} has {free_mb} MB left; the packages need {NEEDED_DISK_MB} MB. Free some.")


def make_environment(folder: Path) -> bool:
    """Make `folder` a virtual environment unless it is a working one. Returns whether it was made.

    Raises:
        CannotInstall: the venv module is missing and can't be brought.
    """
    python = folder / "bin" / "python"
    if python.exists() and _version(python) == NEEDED_PYTHON:
        return False
    if not _has_venv():
        _bring_venv()
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return True


def _version(python: Path) -> tuple[int, int] | None:
    told = subprocess.run(
        [str(python), "-c", "import sys, pip; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode != 0:
        return None
    major, minor = told.stdout.split()
    return int(major), int(minor)


def _has_venv() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode
        == 0
    )


def _bring_venv() -> None:
    command = ["apt-get", "install", "-y", "python3.11-venv"]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"  the venv module is missing: {' '.join(command)}", flush=True)
        subprocess.run(command, check=False)
    if not _has_venv():
        raise CannotInstall(
            f"{sys.executable} has no venv module. On Debian and Ubuntu: sudo {' '.join(command)} (then make again)"
        )


def install_packages(folder: Path, *, checkout: Path, torch: str, torch_index: str) -> None:
    """Install torch (the CPU build unless told otherwise), then everything else in the locked versions.

    Args:
        torch: what to ask pip for, such as "torch==2.13.0+cpu".
        torch_index: where to look when pip's usual places do not have it; "" for nowhere else.

    Raises:
        CannotInstall: pip failed; its own words stand above.
    """
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = ["--constraint", str(checkout / "requirements.lock")]
    # A mirror or a folder of wheels may have the CPU build; PyPI itself has not, so ask PyTorch's own index.
    if not _pip_can([*pip, *lock, torch], quiet=bool(torch_index)) and (
        not torch_index or not _pip_can([*pip, *lock, "--extra-index-url", torch_index, torch], quiet=False)
    ):
        raise CannotInstall(
            f"{torch} could not be installed (from {torch_index or 'the usual places'}). "
            "Name another source: make setup TORCH=torch==2.13.0 TORCH_INDEX=https://…"
        )
    if not _pip_can([*pip, *lock, "--editable", f"{checkout}[worker,demo,dev]"], quiet=False):
        raise CannotInstall(
            "pip failed, its words stand above. No network: try again with one. A compiler is missing: "
            "sudo apt-get install build-essential python3.11-dev"
        )


def _pip_can(command: list[str], *, quiet: bool) -> bool:
    return (
        subprocess.run(
            command, check=False, stderr=subprocess.DEVNULL if quiet else None, stdin=subprocess.DEVNULL
        ).returncode
        == 0
    )
