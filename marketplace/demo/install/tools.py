"""Programs and fonts that are not Python packages: looked for, installed where that is possible, else named."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tool:
    """Something from the system: how to see that it is there, Debian's package for it, and who needs it."""

    name: str
    package: str
    needed_for: str
    is_there: Callable[[], bool]


def _has_chinese_font() -> bool:
    if shutil.which("fc-list"):
        told = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
        return bool(told.stdout.strip())
    return any(Path("/usr/share/fonts").glob("**/*CJK*"))


TOOLS = (
    Tool(
        "chromium",
        "chromium",
        "the browser tests (make browser)",
        lambda: any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    ),
    Tool("a Chinese font", "fonts-noto-cjk", "Chinese pages in the browser tests' pictures", _has_chinese_font),
)


def bring_tools() -> list[str]:
    """Install what is missing, by apt and only as root. Returns one line for each tool that is still missing."""
    missing = [tool for tool in TOOLS if not tool.is_there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [tool.package for tool in missing]
        print(f"  apt-get install {' '.join(packages)} …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
        )
        missing = [tool for tool in TOOLS if not tool.is_there()]
    return [
        f"{tool.name} is missing, which {tool.needed_for} need. Debian, Ubuntu: sudo apt-get install {tool.package}"
        for tool in missing
    ]
