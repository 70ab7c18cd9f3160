"""The folder that the shop hands to a training: rows of numbers, in which no database is needed to read.

``works.bin``: WORK, in any order, a work's number is its place. ``content.f16``: (works, width) float16, their content
vectors (`feed.contract.Parts`). ``events.bin``: EVENT, the oldest first; what was taken back later is left out.
``follows.bin``: FOLLOW, the oldest first. ``facts.json``: Facts, written last.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.core.errors import AtelierError
from recommendations.engine.errors import TrainingDataUnusable
from recommendations.engine.feed.contract import KINDS, Parts

REFUSAL = "refusal.json"
WORKS, CONTENT, EVENTS, FOLLOWS, FACTS = "works.bin", "content.f16", "events.bin", "follows.bin", "facts.json"
# Times are seconds since 1970; viewers, artists and media are numbered from 0. ``kind``: the place in KINDS.
WORK = np.dtype([("id", "u1", (16,)), ("artist", "<i4"), ("medium", "<i2"), ("published_at", "<i8")])
EVENT = np.dtype([("viewer", "<u4"), ("work", "<u4"), ("kind", "u1"), ("seconds", "<u2"), ("at", "<i8")])
FOLLOW = np.dtype([("viewer", "<u4"), ("artist", "<u4"), ("begins", "u1"), ("at", "<i8")])
WAY_OUT = "Let `manage.py train_recommender` write the folder again."


@dataclass(frozen=True, slots=True)
class Facts:
    """``version``: the name that the models will have. ``spaces``: as in `feed.files.Manifest`. How many there are of
    the others. ``popularity_weights``: of each of KINDS, halved in ``popularity_half_life_days``."""

    version: str
    spaces: tuple[tuple[str, str, int], ...]
    viewers: int
    works: int
    artists: int
    events: int
    popularity_weights: dict[str, float]
    popularity_half_life_days: float

    @property
    def parts(self) -> Parts:
        """Where the spaces lie in a content vector."""
        sizes = {space: dimensions for space, _version, dimensions in self.spaces}
        return Parts(picture=sizes.get("picture", 0), text=sizes.get("text", 0))


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows of the folder; ``content`` (works, width) float16 stays on the disk until it is read."""

    facts: Facts
    works: NDArray[Any]
    content: NDArray[np.float16]
    events: NDArray[Any]
    follows: NDArray[Any]


def write_facts(folder: Path, facts: Facts) -> None:
    """Say that the folder is whole."""
    draft = folder / f".{FACTS}"
    draft.write_text(json.dumps(asdict(facts), indent=2) + "\n", encoding="utf-8")
    draft.replace(folder / FACTS)


def write_refusal(out: Path, error: AtelierError) -> None:
    """Say in the folder of results why there are none: torchrun hides a process's exit status."""
    out.mkdir(parents=True, exist_ok=True)
    said = {"code": error.code, "message": error.message, "way_out": error.way_out}
    draft = out / f".{os.getpid()}-{REFUSAL}"
    draft.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    draft.replace(out / REFUSAL)


def read_refusal(out: Path) -> dict[str, str] | None:
    """``code``, ``message`` and ``way_out`` of an error that `write_refusal` wrote."""
    try:
        raw = json.loads((out / REFUSAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return {name: str(raw[name]) for name in ("code", "message", "way_out")}


def read_facts(folder: Path) -> Facts:
    """Raises TrainingDataUnusable where the folder is not whole."""
    try:
        raw = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        raw["spaces"] = tuple((str(space), str(version), int(size)) for space, version, size in raw["spaces"])
        return Facts(**raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingDataUnusable(f"{folder / FACTS} cannot be read: {error}", way_out=WAY_OUT) from error


def read_dataset(folder: Path) -> Dataset:
    """Raises TrainingDataUnusable where files are missing or do not fit together."""
    facts = read_facts(folder)
    try:
        works = np.fromfile(folder / WORKS, dtype=WORK)
        events = np.fromfile(folder / EVENTS, dtype=EVENT)
        follows = np.fromfile(folder / FOLLOWS, dtype=FOLLOW)
        width = facts.parts.width
        size = (folder / CONTENT).stat().st_size
        if (len(works), len(events), size) != (facts.works, facts.events, 2 * width * facts.works):
            raise TrainingDataUnusable(f"The files in {folder} are not those of its {FACTS}.", way_out=WAY_OUT)
        content: NDArray[np.float16] = (
            np.memmap(folder / CONTENT, dtype="<f2", mode="r", shape=(len(works), width))
            if size
            else np.zeros((len(works), width), dtype=np.float16)
        )
    except OSError as error:
        raise TrainingDataUnusable(f"{folder} cannot be read: {error}", way_out=WAY_OUT) from error
    if len(events) and (
        events["work"].max() >= len(works)
        or events["viewer"].max() >= facts.viewers
        or events["kind"].max() >= len(KINDS)
        or (np.diff(events["at"]) < 0).any()
    ):
        raise TrainingDataUnusable(
            f"{folder / EVENTS} has events of nobody, of nothing or out of order.", way_out=WAY_OUT
        )
    return Dataset(facts, works, content, events, follows)
