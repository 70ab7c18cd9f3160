"""The works of a catalogue as arrays: subjects in a tree, artists, mediums, style, quality, day of appearance."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

# How much of a taste for a subject is met by a work that has only its branch in common.
SAME_SUBJECT, SAME_BRANCH, SAME_TOP = 1.0, 0.35, 0.1
STYLE_DIMENSIONS = 12
ABSENT = -1  # a work without a subject at this place, without an artist or a medium


def read_works(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line, plain or gzipped: id, title, artist, year, medium, subjects (paths in a tree)."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _codes(values: list[str | None]) -> tuple[Integers, list[str]]:
    """A number for each distinct value in the order of first appearance; ABSENT for None."""
    numbers: dict[str, int] = {}
    codes = [ABSENT if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return np.array(codes, dtype=np.int64), list(numbers)


@dataclass
class Catalogue:
    """`works` n records; all arrays have n rows.

    `style` (n, STYLE_DIMENSIONS) is what the texts do not tell: works of one artist and decade are alike in it.
    `quality` is standard normal: what people agree on. `appears` is the day from which a work can be seen; works
    that were there before the year have a day of 0 or less.
    """

    works: list[dict[str, Any]]
    artist: Integers
    medium: Integers
    subjects: list[tuple[str, str, str]]  # distinct leaves: top, branch, name
    carriers: list[Integers]  # for each leaf the works that carry it
    style: Floats
    quality: Floats
    appears: Floats
    _by_branch: dict[tuple[str, str], Integers] = field(default_factory=dict)
    _by_top: dict[str, Integers] = field(default_factory=dict)
    _matches: dict[int, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.works)

    def match(self, leaf: int) -> Floats:
        """(n,) how far each work meets a taste for this subject, by the nearest subject that it carries in the tree."""
        if leaf not in self._matches:
            top, branch, _ = self.subjects[leaf]
            match = np.zeros(len(self), dtype=np.float32)
            match[self._by_top[top]] = SAME_TOP
            match[self._by_branch[top, branch]] = SAME_BRANCH
            match[self.carriers[leaf]] = SAME_SUBJECT
            self._matches[leaf] = match
        return self._matches[leaf]


def draw_catalogue(
    works: list[dict[str, Any]], *, days: float, new_share: float, seed: np.random.SeedSequence
) -> Catalogue:
    """What the file does not tell (style, quality, day of appearance) is drawn; `new_share` of the works appear within
    the `days`, the others were there before."""
    random = np.random.default_rng(seed)
    count = len(works)
    artist, artists = _codes([work["artist"] for work in works])
    medium, _ = _codes([work["medium"] for work in works])
    leaves: dict[tuple[str, str, str], list[int]] = {}
    branches: dict[tuple[str, str], list[int]] = {}
    tops: dict[str, list[int]] = {}
    for number, work in enumerate(works):
        for path in work["subjects"]:
            top, branch, name = (path[0], path[min(1, len(path) - 1)], path[-1])
            leaves.setdefault((top, branch, name), []).append(number)
            branches.setdefault((top, branch), []).append(number)
            tops.setdefault(top, []).append(number)

    decade, decades = _codes([f"{work['artist']} {str(work['year'])[:3]}" for work in works])
    style = (
        0.7 * random.standard_normal((len(artists) + 1, STYLE_DIMENSIONS))[artist]
        + 0.5 * random.standard_normal((len(decades), STYLE_DIMENSIONS))[decade]
        + 0.5 * random.standard_normal((count, STYLE_DIMENSIONS))
    )
    fame = 0.5 * random.standard_normal(len(artists) + 1)[artist]
    quality = fame + np.sqrt(0.75) * random.standard_normal(count)
    appears = np.where(
        random.random(count) < new_share, random.uniform(0, days, count), -random.exponential(days, count)
    )
    return Catalogue(
        works=works,
        artist=artist,
        medium=medium,
        subjects=list(leaves),
        carriers=[np.array(sorted(set(numbers))) for numbers in leaves.values()],
        style=style.astype(np.float32),
        quality=quality.astype(np.float32),
        appears=appears.astype(np.float32),
        _by_branch={path: np.array(sorted(set(numbers))) for path, numbers in branches.items()},
        _by_top={top: np.array(sorted(set(numbers))) for top, numbers in tops.items()},
    )


def content_vectors(catalogue: Catalogue, *, seed: np.random.SeedSequence, dimensions: int = 64) -> Floats:
    """(n, dimensions) a vector of length 1 for each work, from what it shows.

    The sum of random vectors of its subjects (top, branch and leaf, rare leaves weigh more), artist, medium and style.
    """
    random = np.random.default_rng(seed)

    def directions(rows: int) -> Floats:
        return (random.standard_normal((rows, dimensions)) / np.sqrt(dimensions)).astype(np.float32)

    size = len(catalogue)
    vectors = np.zeros((size, dimensions), dtype=np.float32)
    top_codes, _ = _codes([top for top, _, _ in catalogue.subjects])
    branch_codes, _ = _codes([f"{top}/{branch}" for top, branch, _ in catalogue.subjects])
    leaf_vectors = (
        0.3 * directions(len(catalogue.subjects))[top_codes]
        + 0.5 * directions(len(catalogue.subjects))[branch_codes]
        + 0.8 * directions(len(catalogue.subjects))
    )
    for vector, carriers in zip(leaf_vectors, catalogue.carriers, strict=True):
        vectors[carriers] += vector * np.log(size / len(carriers))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    vectors += 0.6 * directions(int(catalogue.artist.max()) + 2)[catalogue.artist]
    vectors += 0.3 * directions(int(catalogue.medium.max()) + 2)[catalogue.medium]
    vectors += 0.5 * catalogue.style @ directions(STYLE_DIMENSIONS) / np.sqrt(STYLE_DIMENSIONS)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def neighbours(catalogue: Catalogue, *, count: int, seed: np.random.SeedSequence, dimensions: int = 64) -> Integers:
    """(n, count) the works most like each work, nearest first, as a shop would show them under "similar works"; by the
    cosine of `content_vectors`."""
    vectors = content_vectors(catalogue, seed=seed, dimensions=dimensions)
    size = len(catalogue)
    nearest = np.empty((size, count), dtype=np.int64)
    for start in range(0, size, 1000):
        likeness = vectors[start : start + 1000] @ vectors.T
        rows = np.arange(len(likeness))
        likeness[rows, start + rows] = -np.inf
        best = np.argpartition(-likeness, count, axis=1)[:, :count]
        order = np.argsort(-likeness[rows[:, None], best], axis=1, kind="stable")
        nearest[start : start + 1000] = best[rows[:, None], order]
    return nearest
