"""Rows written by COPY: vectors in PostgreSQL's binary form, everything else as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import psycopg
from numpy.typing import NDArray

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COLUMNS = "(work_id, space, version, made_at, vector)"
_END = b"\xff\xff"


def copy_vectors(
    connection: psycopg.Connection, ids: NDArray[np.uint8], vectors: NDArray[np.float32], *, space: str, version: str
) -> None:
    """Write ``vectors`` (N, dimensions) of the works ``ids`` (N, 16) as one version of a space."""
    dimensions = vectors.shape[1]
    record = np.dtype(
        [
            ("fields", ">i2"),
            *(("id_size", ">i4"), ("id", "u1", 16)),
            *(("space_size", ">i4"), ("space", f"S{len(space)}")),
            *(("version_size", ">i4"), ("version", f"S{len(version)}")),
            *(("made_size", ">i4"), ("made", ">i8")),
            *(("vector_size", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"), ("numbers", ">f4", dimensions)),
        ]
    )
    rows = np.zeros(len(vectors), dtype=record)
    rows["fields"] = 5
    rows["id_size"], rows["id"] = 16, ids
    rows["space_size"], rows["space"] = len(space), space.encode()
    rows["version_size"], rows["version"] = len(version), version.encode()
    rows["made_size"] = 8  # the moment that PostgreSQL counts from, 2000
    rows["vector_size"], rows["dimensions"], rows["numbers"] = 4 + 4 * dimensions, dimensions, vectors
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY recommendations_embedding {_COLUMNS} FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(_SIGNATURE)
        copy.write(rows.tobytes())
        copy.write(_END)


def copy_rows(connection: psycopg.Connection, target: str, rows: Iterable[Sequence[object]]) -> None:
    """``target``: a table and its columns."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
