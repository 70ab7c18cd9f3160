"""Works' content: their vectors in the spaces that a feed looks at, side by side."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from recommendations.encoders import Space, facts_of, present_spaces
from recommendations.engine.feed.contract import Parts

Content = NDArray[np.float32]

# How pgvector sends a vector (vector_send): its dimensions and a reserved number of two bytes each, then big-endian
# numbers of four. Numbers that were written as text would take ten times as long to read.
_HEAD = 4
_SENT = np.dtype(">f4")


@dataclass(frozen=True, slots=True)
class ContentSpaces:
    """The spaces of a content vector: (space, version, dimensions), the picture's first, then the text's."""

    spaces: tuple[tuple[str, str, int], ...]

    @classmethod
    def present(cls) -> "ContentSpaces":
        """The present versions of the spaces whose encoders are here."""
        found = [space for space in (Space.PICTURE, Space.TEXT) if space in present_spaces()]
        facts = [(space, facts_of(space)) for space in found]
        return cls(tuple((str(space.value), fact.version, fact.dimensions) for space, fact in facts))

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


def contents_of(works: Collection[UUID], spaces: ContentSpaces) -> dict[UUID, Content]:
    """The content of each of ``works`` that has a vector in any of ``spaces``, zeros where one lacks; one query."""
    if not works or not spaces.spaces:
        return {}
    slices = {space: part for (space, *_), part in zip(spaces.spaces, spaces.slices, strict=True)}
    versions = [version for _space, version, _dimensions in spaces.spaces]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT work_id, space, vector_send(vector) FROM recommendations_embedding "
            "WHERE work_id = ANY(%s) AND (space, version) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
            [list(works), list(slices), versions],
        )
        rows: Sequence[tuple[UUID, str, bytes]] = cursor.fetchall()
    found: dict[UUID, Content] = {}
    for work_id, space, sent in rows:
        content = found.setdefault(work_id, np.zeros(spaces.width, dtype=np.float32))
        content[slices[space]] = vector_sent(sent)
    return found


def vector_sent(sent: bytes) -> Content:
    """The vector that pgvector's ``vector_send`` sent."""
    return np.frombuffer(sent, dtype=_SENT, offset=_HEAD).astype(np.float32)
