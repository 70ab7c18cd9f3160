"""Whether the database was already brought to this version of the code: then a start skips that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from marketplace.demo.state import CHECKOUT, State
from marketplace.demo.static_files import BUILD, source_digest

_ROOTS = ("marketplace", "generation", "recommendations", "billing")


class PreparationStamp:
    """A file in the state folder that says which inputs, on which cluster, were prepared."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.path = state.run / "prepared.json"

    def exists(self) -> bool:
        """Whether preparation ever ended well here."""
        return self.path.exists()

    def is_current(self) -> bool:
        """Whether the inputs and the cluster are those that were prepared."""
        try:
            stored = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return False
        return bool(stored == self._now()) and (BUILD / "static").exists()

    def write(self) -> None:
        """Record that preparation ended well."""
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self._now()))
        draft.replace(self.path)

    def _now(self) -> dict[str, object]:
        digest = hashlib.sha256()
        for path in sorted(_input_files(CHECKOUT)):
            status = path.stat()
            digest.update(f"{path.relative_to(CHECKOUT)} {status.st_size} {status.st_mtime_ns}\n".encode())
        return {
            "inputs": digest.hexdigest(),
            "cluster": self._cluster(),
            "static": source_digest(),
        }

    def _cluster(self) -> str:
        try:
            status = (self.state.postgres / "PG_VERSION").stat()
        except OSError:
            return "given from outside"
        return f"{status.st_ino} {status.st_mtime_ns}"


def _input_files(checkout: Path) -> Iterator[Path]:
    for root in _ROOTS:
        yield from (checkout / root).glob("**/migrations/*.py")
    yield from (path for path in (checkout / "marketplace/demo/seed").glob("**/*") if path.is_file())
    yield from (checkout / "marketplace/demo").glob("prepare*.py")
    yield from (checkout / "generation/engine/models").glob("*/atelier.json")  # registered by the preparation
