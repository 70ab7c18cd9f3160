"""Vectors of works in the three spaces, clustered as those of real works are.

A text's or picture's vector is the sum of what the shipped encoder says of its concepts' labels, and a deviation of
its own, most of which lies in a few directions. Works of a series lie close together; most have one and the same text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommendations.encoders import Space, encoder_for, facts_of
from recommendations.palette import palette_of_colour
from tests.bench.large_shop.topics import Wording, all_concepts

Vectors = NDArray[np.float32]
DIRECTIONS = 48
# How long a work's deviation is beside the mean of its concepts, which has length 1.
DEVIATION = {Space.TEXT: 0.6, Space.PICTURE: 0.9}
WITHIN_A_SERIES = 0.05
SAME_TEXT = 0.7
COLOURS = 64


def _unit(vectors: Vectors) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


class VectorMaker:
    """Makes vectors of works in chunks; the same for the same seed."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        labels = sorted({label for concept in all_concepts() for label in concept.english})
        self._place = {label: place for place, label in enumerate(labels)}
        self._of_labels = {space: encoder_for(space).encode_texts(labels) for space in (Space.TEXT, Space.PICTURE)}
        self._directions = {space: self._spread(facts_of(space).dimensions) for space in (Space.TEXT, Space.PICTURE)}
        colours = chance.integers(0, 256, (COLOURS, 3))
        self._palettes = np.stack([palette_of_colour((int(r), int(g), int(b))) for r, g, b in colours]) ** 2

    def _spread(self, dimensions: int) -> Vectors:
        """(directions, dimensions): falling lengths, squares summing to about 1."""
        rows = min(DIRECTIONS, dimensions)
        lengths = np.arange(1, rows + 1) ** -0.5
        found = _unit(self._chance.standard_normal((rows, dimensions)).astype(np.float32))
        return (found * (lengths / np.linalg.norm(lengths))[:, None]).astype(np.float32)

    def make(self, wordings: Sequence[Wording], base: NDArray[np.int64]) -> dict[str, Vectors]:
        """By space (N, dimensions); ``base``: for each work the first of its series, itself where it has none."""
        return {
            Space.TEXT: self._of_words(Space.TEXT, wordings, base),
            Space.PICTURE: self._of_words(Space.PICTURE, wordings, base),
            Space.PALETTE: self._of_colours(wordings, base),
        }

    def _of_words(self, space: str, wordings: Sequence[Wording], base: NDArray[np.int64]) -> Vectors:
        of_labels, directions = self._of_labels[space], self._directions[space]
        places = np.array([[self._place[label] for label in wording.labels] for wording in wordings])
        mean = _unit(of_labels[places].sum(1) + np.float32(1e-6))
        count = len(wordings)
        vectors = _unit(mean + DEVIATION[Space(space)] * self._noise(count, directions))
        near = _unit(vectors[base] + WITHIN_A_SERIES * self._noise(count, directions))
        in_series = base != np.arange(count)
        if space == Space.TEXT:
            same = in_series & (self._chance.random(count) < SAME_TEXT)
            near[same] = vectors[base][same]
        vectors[in_series] = near[in_series]
        return vectors

    def _noise(self, count: int, directions: Vectors) -> Vectors:
        drawn: Vectors = self._chance.standard_normal((count, len(directions)), dtype=np.float32) @ directions
        return drawn

    def _of_colours(self, wordings: Sequence[Wording], base: NDArray[np.int64]) -> Vectors:
        count = len(wordings)
        # A topic's palette: three colours that its last concept chooses, in shares of the work's own.
        first = np.array([wording.concepts[-1] * 7 + wording.concepts[1] for wording in wordings])[base]
        shares = self._chance.dirichlet((2.0, 1.0, 0.6, 0.4), count).astype(np.float32)[base]
        own = self._chance.integers(0, COLOURS, count)[base]
        parts = [first % COLOURS, (first * 5 + 11) % COLOURS, (first * 3 + 29) % COLOURS, own]
        histogram = sum(self._palettes[part] * shares[:, place, None] for place, part in enumerate(parts))
        varied = histogram * np.exp(0.15 * self._chance.standard_normal(histogram.shape, dtype=np.float32))
        return _unit(np.sqrt(varied))


def series(count: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """For each of ``count`` works the first of its series: about a sixth are in series of 2 to some dozens."""
    base = np.arange(count)
    for begin in np.flatnonzero(chance.random(count) < 0.02):
        base[begin : begin + 2 + int(chance.exponential(6.0))] = begin
    # A series that began inside another goes on with that one's first work.
    return base[base]
