"""One hash for all the weights of a model or a picture tool."""

import hashlib
from pathlib import Path


def weights_sha256(folder: Path, base: Path | None = None) -> str:
    """SHA-256 of lines ``<sha256>  <relative path>``, sorted, one for each safetensors file below ``folder``.

    Of a model that changes another, the other's lines follow, with paths that begin with ``base/``. Of a tool that has
    no weights, whose code alone does the work, it is the hash of nothing.
    """
    lines = _lines(folder, "") + (_lines(base, "base/") if base is not None else [])
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _lines(folder: Path, prefix: str) -> list[str]:
    lines = []
    for path in sorted(folder.rglob("*.safetensors")):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {prefix}{path.relative_to(folder).as_posix()}\n")
    return lines
