"""A version of the models as files: ``manifest.json`` beside what it names.

``ranker.onnx``: ``features`` (N, F) float32 -> ``scores`` (N). ``sequence.onnx``: ``content`` (1, L, width) float32,
``kinds`` (1, L) int64, ``age_days`` (1, L) float32, the oldest act first, L at least 1 -> ``taste`` (1, width), whose
product with a work's content is how well the work suits. ``related.npz``: item-to-item lists (`related`).
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from recommendations.engine.errors import ModelUnusable
from recommendations.engine.feed.contract import CONTRACT, Acts, Candidates, Floats, Parts
from recommendations.engine.feed.features import NAMES, features_of
from recommendations.engine.sessions import session

MANIFEST, RANKER, SEQUENCE, RELATED = "manifest.json", "ranker.onnx", "sequence.onnx", "related.npz"
_NAME = re.compile(r"\w[\w.-]{0,79}")  # it names a folder
WAY_OUT = "Train another with `manage.py train_recommender`, or switch back."


@dataclass(frozen=True, slots=True)
class Manifest:
    """``version``: the models' name. ``spaces``: (space, its version, dimensions), in the order of a content vector.
    ``files``: name -> SHA-256 (hex). ``measures``: what the evaluation found, name -> figure."""

    version: str
    spaces: tuple[tuple[str, str, int], ...]
    files: dict[str, str]
    measures: dict[str, float]

    @property
    def parts(self) -> Parts:
        """Where the spaces lie in a content vector."""
        sizes = {space: dimensions for space, _version, dimensions in self.spaces}
        return Parts(picture=sizes.get("picture", 0), text=sizes.get("text", 0))

    def to_json(self) -> dict[str, Any]:
        """As it is written, with the contract's number and the features' names."""
        return {
            "contract": CONTRACT,
            "features": list(NAMES),
            "version": self.version,
            "spaces": [list(space) for space in self.spaces],
            "files": self.files,
            "measures": self.measures,
        }

    @classmethod
    def from_json(cls, raw: Any) -> "Manifest":
        """Raises ModelUnusable where it is not one, or one of another contract."""
        try:
            if raw["contract"] != CONTRACT or tuple(raw["features"]) != NAMES:
                raise ModelUnusable(f"The models follow contract {raw['contract']}, not {CONTRACT}.", way_out=WAY_OUT)
            if not _NAME.fullmatch(raw["version"]):
                raise ModelUnusable(f"{raw['version']!r} is no name of a version.", way_out=WAY_OUT)
            return cls(
                version=str(raw["version"]),
                spaces=tuple((str(space), str(version), int(size)) for space, version, size in raw["spaces"]),
                files={str(name): str(digest) for name, digest in raw["files"].items()},
                measures={str(name): float(value) for name, value in raw["measures"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelUnusable(f"The models' manifest lacks or misstates {error}.", way_out=WAY_OUT) from error


def read_manifest(folder: Path) -> Manifest:
    """The manifest in ``folder``. Raises ModelUnusable."""
    try:
        return Manifest.from_json(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelUnusable(f"{folder / MANIFEST} cannot be read: {error}", way_out=WAY_OUT) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it, last of all files."""
    text = json.dumps(manifest.to_json(), ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def digest_of(path: Path) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class FeedModel:
    """The models in a folder; they are opened when first asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def manifest(self) -> Manifest:
        """Raises ModelUnusable."""
        return read_manifest(self.folder)

    def taste(self, acts: Acts) -> Floats:
        """(width) what the sequence model makes of a viewer's acts; zeros without any."""
        parts = self.manifest.parts
        if not len(acts):
            return np.zeros(parts.width, dtype=np.float32)
        given = {
            "content": acts.content[None].astype(np.float32),
            "kinds": acts.kinds[None],
            "age_days": acts.age_days[None].astype(np.float32),
        }
        (taste,) = session(self.folder / SEQUENCE).run(["taste"], given)
        return np.asarray(taste[0], dtype=np.float32)

    def scores(self, acts: Acts, candidates: Candidates, *, taste: Floats) -> Floats:
        """(N) the higher the better, in no unit."""
        features = features_of(acts, candidates, taste=taste, parts=self.manifest.parts)
        (scores,) = session(self.folder / RANKER).run(["scores"], {"features": features})
        return np.asarray(scores, dtype=np.float32)
