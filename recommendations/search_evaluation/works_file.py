"""A file of works with their subjects: gzipped JSON lines, as the Tate collection's open metadata (CC0) was drawn."""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from recommendations.errors import WorksFileUnusable

FEWEST_WORKS, MOST_WORKS = 20, 500


@dataclass(frozen=True, slots=True)
class DescribedWork:
    """``subjects``: the names of its leaf subjects, which are judged by and never indexed."""

    title: str
    artist: str
    medium: str
    subjects: frozenset[str]


def read_works(path: Path) -> list[DescribedWork]:
    """The works of ``path``: ``title``, ``artist``, ``medium`` (text or null) and ``subjects`` (paths in a tree).

    Raises WorksFileUnusable.
    """
    way_out = "Give a gzipped file of JSON lines with title, artist, medium and subjects."
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            works = [_work(json.loads(line)) for line in lines if line.strip()]
    except FileNotFoundError as error:
        raise WorksFileUnusable(f"There is no {path}.", way_out=way_out) from error
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise WorksFileUnusable(f"{path} cannot be read: {error!r}", way_out=way_out) from error
    if not works:
        raise WorksFileUnusable(f"{path} holds no works.", way_out=way_out)
    return works


def _work(raw: dict[str, object]) -> DescribedWork:
    paths = raw["subjects"]
    if not isinstance(paths, list):
        raise TypeError("subjects are no list")
    return DescribedWork(
        title=str(raw["title"] or ""),
        artist=str(raw["artist"] or ""),
        medium=str(raw["medium"] or ""),
        subjects=frozenset(str(path[-1]) for path in paths),
    )


def queries_of(works: list[DescribedWork]) -> dict[str, frozenset[int]]:
    """Each leaf subject that 20 to 500 works carry: its name, and the places in ``works`` of those that carry it."""
    carried: dict[str, set[int]] = defaultdict(set)
    for place, work in enumerate(works):
        for subject in work.subjects:
            carried[subject].add(place)
    return {
        subject: frozenset(places)
        for subject, places in sorted(carried.items())
        if FEWEST_WORKS <= len(places) <= MOST_WORKS
    }
