"""Works' content: their vectors in the spaces that a feed looks at, side by side."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from recommendations.among import array_of
from recommendations.encoders import Space
from recommendations.engine.feed.contract import Parts
from recommendations.versions import present_versions

Content = NDArray[np.float32]

# How pgvector sends a vector (vector_send): its dimensions and a reserved number of two bytes each, then big-endian
# numbers of four. Numbers that were written as text would take ten times as long to read.
_HEAD = 4
_SENT = np.dtype(">f4")

_KNOWN = """
SELECT w.id, w.artist_id, w.medium, e.space, vector_send(e.vector) FROM catalog_work w
LEFT JOIN recommendations_embedding e ON e.work_id = w.id
AND (e.space, e.version) IN (SELECT * FROM unnest(%s::text[], %s::text[])) WHERE w.id = ANY(%s::uuid[])
"""
_CONTENTS = """
SELECT asked.place - 1, e.space, vector_send(e.vector)
FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (work_id, place)
JOIN recommendations_embedding e ON e.work_id = asked.work_id
WHERE (e.space, e.version) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""


@dataclass(frozen=True, slots=True)
class ContentSpaces:
    """The spaces of a content vector: (space, version, dimensions), the picture's first, then the text's."""

    spaces: tuple[tuple[str, str, int], ...]

    @classmethod
    def present(cls) -> "ContentSpaces":
        """The present versions of both; what has none yet is left out. At most one query."""
        versions = present_versions()
        known = [(str(space.value), versions[space]) for space in (Space.PICTURE, Space.TEXT) if space in versions]
        return cls(tuple((space, one.version, one.dimensions) for space, one in known))

    @property
    def parts(self) -> Parts:
        """Where each lies in a content vector."""
        sizes = {space: dimensions for space, _version, dimensions in self.spaces}
        return Parts(picture=sizes.get(Space.PICTURE, 0), text=sizes.get(Space.TEXT, 0))

    @property
    def slices(self) -> tuple[slice, ...]:
        """Of each space, in order, where it lies."""
        ends = list(accumulate((dimensions for _space, _version, dimensions in self.spaces), initial=0))
        return tuple(slice(begin, end) for begin, end in pairwise(ends))

    def leading(self, content: Content) -> slice:
        """The first part in which any row of ``content`` (N, width) has something: likeness is told by it."""
        return next((part for part in self.slices if content[:, part].any()), self.slices[0])

    @property
    def width(self) -> int:
        """Numbers in a content vector."""
        return sum(dimensions for _space, _version, dimensions in self.spaces)


@dataclass(frozen=True, slots=True)
class KnownWork:
    """A work as a feed knows it; ``content`` (width) is zeros where it has no vector."""

    artist_id: UUID
    medium: str
    content: Content


def contents_of(works: Sequence[UUID], spaces: ContentSpaces) -> Content:
    """(N, width) the content of each of ``works``, zeros where it has no vector in any of ``spaces``; one query."""
    found = np.zeros((len(works), spaces.width), dtype=np.float32)
    if not works or not spaces.spaces:
        return found
    sent: dict[str, tuple[list[int], list[bytes]]] = {space: ([], []) for space, *_ in spaces.spaces}
    with connection.cursor() as cursor:
        cursor.execute(_CONTENTS, [array_of(works), *_named(spaces)])
        for place, space, vector in cursor.fetchall():
            places, vectors = sent[space]
            places.append(place)
            vectors.append(vector)
    for part, (places, vectors) in zip(spaces.slices, sent.values(), strict=True):
        if places:
            found[places, part] = vectors_sent(vectors)
    return found


def known_works(works: Collection[UUID], spaces: ContentSpaces) -> dict[UUID, KnownWork]:
    """What is known of ``works``, whatever became of them since; one query."""
    if not works:
        return {}
    slices = {space: part for (space, *_), part in zip(spaces.spaces, spaces.slices, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [*_named(spaces), array_of(works)])
        rows = cursor.fetchall()
    found: dict[UUID, KnownWork] = {}
    for work_id, artist_id, medium, space, sent in rows:
        work = found.setdefault(work_id, KnownWork(artist_id, medium, np.zeros(spaces.width, dtype=np.float32)))
        if sent is not None:
            work.content[slices[space]] = vectors_sent([sent])[0]
    return found


def _named(spaces: ContentSpaces) -> tuple[list[str], list[str]]:
    """The spaces and their versions, as statements take them."""
    return [space for space, *_ in spaces.spaces], [version for _space, version, _dimensions in spaces.spaces]


def vectors_sent(sent: Sequence[bytes]) -> Content:
    """(N, dimensions) the vectors that pgvector's ``vector_send`` sent, all of one length."""
    rows = np.frombuffer(b"".join(sent), dtype=np.uint8).reshape(len(sent), -1)
    return np.ascontiguousarray(rows[:, _HEAD:]).view(_SENT).astype(np.float32)
