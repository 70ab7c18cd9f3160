"""Which inputs each step of the installation was last done with, so that it is done again only when they change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hash over the contents of files (a missing one counts as such) and over words such as a variable's value."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path}\0".encode())
        total.update(path.read_bytes() if path.exists() else b"missing")
    for word in words:
        total.update(f"\0{word}".encode())
    return total.hexdigest()


class Stamps:
    """A small JSON file: step -> digest of its inputs. Written after each step, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_current(self, step: str, inputs: str) -> bool:
        """Whether `step` was last done with these inputs."""
        return self._read().get(step) == inputs

    def write(self, step: str, inputs: str) -> None:
        """Record that `step` is done."""
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self._read() | {step: inputs}, indent=2))
        draft.replace(self.path)

    def _read(self) -> dict[str, str]:
        try:
            stored = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return stored if isinstance(stored, dict) else {}
