"""What the shop hands to a training: events, works and their content as a folder of numbers. No row is held twice."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction

from recommendations.encoders import Space, facts_of, present_spaces
from recommendations.engine.feed.contract import KINDS
from recommendations.engine.training import data
from recommendations.models import Event
from recommendations.services.popularity import HALF_LIFE_DAYS, WEIGHTS

CHUNK = 5000
# How pgvector sends a vector (vector_send): a head of four bytes, then big-endian numbers of four.
_HEAD, _SENT = 4, np.dtype(">f4")
Kind = Event.Kind

# Numbers for works, artists and media that hold for the whole of the transaction.
_NUMBER_WORKS = """
CREATE TEMPORARY TABLE training_work ON COMMIT DROP AS
SELECT id AS work_id, row_number() OVER (ORDER BY id) - 1 AS number, artist_id,
       dense_rank() OVER (ORDER BY artist_id) - 1 AS artist, dense_rank() OVER (ORDER BY medium) - 1 AS medium,
       floor(extract(epoch FROM published_at))::bigint AS published_at
FROM catalog_work WHERE published_at IS NOT NULL;
CREATE UNIQUE INDEX ON training_work (work_id);
CREATE UNIQUE INDEX ON training_work (number);
ANALYZE training_work
"""
_WORKS = "SELECT work_id, artist, medium, published_at FROM training_work ORDER BY number"
_CONTENT = """
SELECT w.number - %(first)s, e.space, vector_send(e.vector::vector)
FROM training_work w JOIN recommendations_embedding e ON e.work_id = w.work_id
WHERE w.number >= %(first)s AND w.number < %(first)s + %(chunk)s
  AND (e.space, e.version) IN (SELECT * FROM unnest(%(spaces)s::text[], %(versions)s::text[]))
"""
# Acts that the viewer took back later are left out. Viewers get numbers, so that no pseudonym leaves the database.
_EVENTS = """
SELECT dense_rank() OVER (ORDER BY e.viewer) - 1, w.number, a.artist, e.kind, coalesce(e.seconds, 0),
       floor(extract(epoch FROM e.happened_at))::bigint
FROM recommendations_event e
LEFT JOIN training_work w ON w.work_id = e.work_id
LEFT JOIN (SELECT DISTINCT artist_id, artist FROM training_work) a ON a.artist_id = e.artist_id
WHERE (e.kind = ANY(%(kinds)s) AND w.number IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM recommendations_event back
          WHERE back.viewer = e.viewer AND back.work_id = e.work_id AND back.happened_at >= e.happened_at
            AND back.kind = CASE e.kind WHEN 'liked' THEN 'unliked' WHEN 'saved' THEN 'unsaved'
                                        WHEN 'hidden' THEN 'unhidden' END))
   OR (e.kind IN ('followed', 'unfollowed') AND a.artist IS NOT NULL)
ORDER BY e.happened_at, e.id
"""


@transaction.atomic
def write_training_data(*, folder: Path, version: str) -> data.Facts:
    """Write the folder that `engine.training.data` describes, for models that will be called ``version``.

    Only what events there are: consent and opt-outs decided before what is kept (``recommendations.consent``).
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER_WORKS)
    works, artists = _write_works(folder)
    spaces = tuple(
        (space.value, facts.version, facts.dimensions)
        for space in (Space.PICTURE, Space.TEXT)
        if space in present_spaces()
        for facts in [facts_of(space)]
    )
    _write_content(folder, works=works, spaces=spaces)
    viewers, events = _write_events(folder)
    facts = data.Facts(
        version=version,
        spaces=spaces,
        viewers=viewers,
        works=works,
        artists=artists,
        events=events,
        popularity_weights={kind: WEIGHTS[kind] for kind in KINDS if kind in WEIGHTS},
        popularity_half_life_days=HALF_LIFE_DAYS,
    )
    data.write_facts(folder, facts)
    return facts


def _rows(statement: str, values: dict[str, Any] | None = None) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in chunks, by a cursor that the server keeps."""
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(CHUNK):
            yield rows


def _write_works(folder: Path) -> tuple[int, int]:
    """How many works and artists there are."""
    works, last_artist = 0, -1
    with (folder / data.WORKS).open("wb") as file:
        for rows in _rows(_WORKS):
            chunk = np.zeros(len(rows), dtype=data.WORK)
            ids, artists, media, published = zip(*rows, strict=True)
            chunk["id"] = np.frombuffer(b"".join(key.bytes for key in ids), dtype=np.uint8).reshape(-1, 16)
            chunk["artist"], chunk["medium"], chunk["published_at"] = artists, media, published
            chunk.tofile(file)
            works, last_artist = works + len(rows), max(last_artist, *artists)
    return works, last_artist + 1


def _write_content(folder: Path, *, works: int, spaces: tuple[tuple[str, str, int], ...]) -> None:
    begins: dict[str, slice] = {}
    width = 0
    for space, _version, dimensions in spaces:
        begins[space] = slice(width, width + dimensions)
        width += dimensions
    wanted: dict[str, Any] = {
        "chunk": CHUNK,
        "spaces": list(begins),
        "versions": [version for _space, version, _size in spaces],
    }
    with (folder / data.CONTENT).open("wb") as file, connection.cursor() as cursor:
        for first in range(0, works if width else 0, CHUNK):
            content = np.zeros((min(CHUNK, works - first), width), dtype=np.float16)
            cursor.execute(_CONTENT, wanted | {"first": first})
            for place, space, sent in cursor.fetchall():
                content[place, begins[space]] = np.frombuffer(sent, dtype=_SENT, offset=_HEAD)
            content.astype("<f2").tofile(file)


def _write_events(folder: Path) -> tuple[int, int]:
    """How many viewers and acts there are."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    last_viewer, count = -1, 0
    with (folder / data.EVENTS).open("wb") as events, (folder / data.FOLLOWS).open("wb") as follows:
        for rows in _rows(_EVENTS, {"kinds": list(KINDS)}):
            acts = [
                (viewer, work, places[kind], seconds, at)
                for viewer, work, _artist, kind, seconds, at in rows
                if kind in places
            ]
            others = [
                (viewer, artist, kind == Kind.FOLLOWED, at)
                for viewer, _work, artist, kind, _seconds, at in rows
                if kind not in places
            ]
            np.array(acts, dtype=data.EVENT).tofile(events)
            np.array(others, dtype=data.FOLLOW).tofile(follows)
            last_viewer = max(last_viewer, *(row[0] for row in rows))
            count += len(acts)
    return last_viewer + 1, count
