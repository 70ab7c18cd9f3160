"""One hash for all the weights of a model or a picture tool."""

import hashlib
from pathlib import Path


def weights_sha256(folder: Path) -> str:
    """SHA-256 of lines ``<sha256>  <relative path>``, sorted, one for each safetensors file below ``folder``.

    Of a tool that has no weights, whose code alone does the work, it is the hash of nothing.
    """
    lines = []
    for path in sorted(folder.rglob("*.safetensors")):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
