"""Vectors of the works, round those of their themes, with near-duplicates; written in binary, then indexed."""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tests.bench.recommendations.catalogue import ID_OF_A_WORK
from tests.bench.recommendations.themes import Theme

Floats = NDArray[np.float32]

SPREAD = 0.8  # the length of what is a work's own, beside its theme's 1
DUPLICATES = 0.1  # so many are nearly the same as an earlier work of their theme
OF_A_DUPLICATE = 0.01
AT_ONCE = 20_000


def write_vectors(works: int, about: Sequence[Theme], *, seed: int) -> dict[str, float]:
    """Vectors in every space that is present, and its index; answers seconds and bytes, by name.

    A work's vector is its theme's caption, as the space's own encoder reads it, and something of its own.
    """
    from django.db import connection

    from recommendations.encoders import Space, encoder_for, facts_of, present_spaces
    from recommendations.services.spaces import register_space

    figures: dict[str, float] = {}
    stream = np.random.default_rng(seed)
    for space in [*present_spaces(), Space.PALETTE]:
        facts = facts_of(space)
        if space == Space.PALETTE:
            centres = np.abs(stream.standard_normal((len(about), facts.dimensions))).astype(np.float32)
            centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        else:
            centres = encoder_for(space).encode_texts([theme.english for theme in about])
        registered = register_space(space=space, facts=facts)
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [registered.index_name])
            (definition,) = cursor.fetchone()
            # An index that grows row by row costs many times one that is built over all rows.
            cursor.execute(f"DROP INDEX {registered.index_name}")
        began = time.monotonic()
        _copy(works, centres, space=str(Space(space).value), version=facts.version, stream=stream)
        figures[f"{space}_load_s"] = time.monotonic() - began
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '3GB'; SET max_parallel_maintenance_workers = 2")
            cursor.execute(definition)
            figures[f"{space}_index_s"] = time.monotonic() - began
            cursor.execute("SELECT pg_relation_size(%s::regclass)", [registered.index_name])
            figures[f"{space}_index_bytes"] = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE recommendations_embedding")
        cursor.execute("SELECT pg_total_relation_size('recommendations_embedding')")
        figures["embeddings_bytes"] = cursor.fetchone()[0]
    return figures


def _copy(works: int, centres: Floats, *, space: str, version: str, stream: np.random.Generator) -> None:
    from django.db import connection

    kept: Floats = np.zeros_like(centres)
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(
            "COPY recommendations_embedding (work_id, space, version, vector, made_at) FROM STDIN (FORMAT BINARY)"
        ) as copy,
    ):
        copy.write(_SIGNATURE)
        for start in range(1, works + 1, AT_ONCE):
            numbers = np.arange(start, min(start + AT_ONCE, works + 1))
            themes = numbers % len(centres)
            own = stream.standard_normal((len(numbers), centres.shape[1])).astype(np.float32)
            own *= SPREAD / np.linalg.norm(own, axis=1, keepdims=True)
            vectors = centres[themes] + own
            again = (stream.random(len(numbers)) < DUPLICATES) & kept[themes].any(axis=1)
            vectors[again] = kept[themes[again]] + OF_A_DUPLICATE * own[again]
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            kept[themes] = vectors
            copy.write(_rows(numbers, vectors.astype(">f4"), space.encode(), version.encode()))
        copy.write(_END)


# PostgreSQL's documentation of COPY, "Binary Format": a signature, flags and the length of no extension; then rows;
# then a row of -1 fields.
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END = struct.pack(">h", -1)
_FIELDS = 5
_POSTGRES_EPOCH_US = 946_684_800_000_000  # 2000-01-01, from which timestamps count


def _rows(numbers: NDArray[np.int64], vectors: NDArray[np.float32], space: bytes, version: bytes) -> bytes:
    moment = struct.pack(">iq", 8, int(time.time() * 1e6) - _POSTGRES_EPOCH_US)
    named = struct.pack(">i", len(space)) + space + struct.pack(">i", len(version)) + version
    width = vectors.shape[1]
    head = struct.pack(">ihh", 4 + 4 * width, width, 0)
    begin = struct.pack(">hi", _FIELDS, 16)
    return b"".join(
        begin + UUID(ID_OF_A_WORK.format(number)).bytes + named + head + vector.tobytes() + moment
        for number, vector in zip(numbers.tolist(), vectors, strict=True)
    )
