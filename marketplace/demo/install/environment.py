"""The virtual environment `.venv`: made with Python 3.11, filled from pyproject.toml under requirements.lock."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from marketplace.demo.install.faults import CannotInstall

NEEDED_PYTHON = (3, 11)
NEEDED_DISK_MB = 3000
PROGRESS_EVERY_S = 5.0


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
        CannotInstall: pip failed; its last error and its log are named.
    """
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--progress-bar", "off"]
    lock = ["--constraint", str(checkout / "requirements.lock")]
    log = folder / "pip.log"
    log.unlink(missing_ok=True)
    # A mirror or a folder of wheels may have the CPU build; PyPI itself has not, so ask PyTorch's own index.
    if not _pip_can([*pip, *lock, torch], log=log) and (
        not torch_index or not _pip_can([*pip, *lock, "--extra-index-url", torch_index, torch], log=log)
    ):
        raise CannotInstall(
            f"{torch} could not be installed (from {torch_index or 'the usual places'}; log: {log}). "
            "Name another source: make setup TORCH=torch==2.13.0 TORCH_INDEX=https://…"
        )
    if not _pip_can([*pip, *lock, "--editable", f"{checkout}[worker,demo,dev]"], log=log):
        raise CannotInstall(
            f"{_last_error(log)} (log: {log}). No network: try again with one. A compiler is missing: "
            "sudo apt-get install build-essential python3.11-dev"
        )


def _pip_can(command: list[str], *, log: Path) -> bool:
    """Run pip, tell how far it is about every five seconds, keep its words in `log`."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    found, told_at = 0, time.monotonic()
    with open(log, "a") as file:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            found += line.startswith("Collecting ")
            if line.startswith("Installing collected packages"):
                print(f"    … unpacking {line.count(',') + 1} packages", flush=True)
            elif found and time.monotonic() - told_at > PROGRESS_EVERY_S:
                told_at = time.monotonic()
                print(f"    … {found} packages found so far", flush=True)
    return process.wait() == 0


def _last_error(log: Path) -> str:
    errors = [line for line in log.read_text(errors="replace").splitlines() if "error" in line.lower()]
    return errors[-1].strip() if errors else "pip failed"
