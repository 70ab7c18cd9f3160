"""Works with artists, texts, tags, offers, files and search documents: staged rows, then one statement a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recommendations.models import WorkColour
from recommendations.services.documents import WorkWords, weighed
from tests.bench.large_shop.topics import Wording, all_concepts

WORKS_OF_AN_ARTIST = 50
# Of rare media a work in a hundred and one in a thousand: what the filters of the benchmark keep.
MEDIA = {"image": 0.889, "animation": 0.06, "music": 0.04, "model_3d": 0.01, "panorama": 0.001}
MODELS = ("atelier-image-2 2.0", "atelier-image-1 1.0", "", "atelier-style-1 1.0")
OLDEST_DAYS = 700.0

STAGE = """
CREATE UNLOGGED TABLE bench_work (
    number bigint, id uuid, artist bigint, topic int, language text, title_en text, title_zh text, description text,
    medium text, colour text, aspect text, model text, price bigint, age_days float8, concepts text[],
    a_other text, a_zh text, b_other text, b_zh text, d_other text, d_zh text)
"""
ARTISTS = """
INSERT INTO accounts_user (password, is_superuser, id, email, display_name, language, pseudonym, is_staff, is_active,
                           date_joined)
SELECT '!', false, bench_id(1, n), 'artist-' || n || '@example.org', 'Artist ' || n, 'en', bench_id(2, n), false, true,
       now() FROM generate_series(%(first)s::bigint, %(last)s::bigint) n;
INSERT INTO accounts_artist (id, user_id, handle, name, bio, created_at)
SELECT bench_id(3, n), bench_id(1, n), 'artist-' || n, 'Artist ' || n, '', now()
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n;
"""
# By table, from the staged rows.
SPREAD = {
    "catalog_work": """
        INSERT INTO catalog_work (id, artist_id, slug, medium, status, sold_exclusively, language, made_by_model,
                                  created_at, published_at)
        SELECT id, bench_id(3, artist), 'work-' || number, medium, 'listed', false, language, model,
               now() - age_days * interval '1 day', now() - age_days * interval '1 day' FROM bench_work""",
    "catalog_worktext": """
        INSERT INTO catalog_worktext (work_id, language, title, description)
        SELECT id, 'en', title_en, description FROM bench_work WHERE title_en <> ''
        UNION ALL SELECT id, 'zh-hans', title_zh, '' FROM bench_work WHERE title_zh <> ''""",
    "catalog_worktag": """
        INSERT INTO catalog_worktag (work_id, tag_id) SELECT b.id, t.id
        FROM bench_work b, unnest(concepts) AS carried JOIN catalog_tag t ON t.concept = carried""",
    "catalog_workversion": """
        INSERT INTO catalog_workversion (id, work_id, number, is_current, created_at)
        SELECT bench_id(5, number), id, 1, true, now() FROM bench_work""",
    "catalog_workfile": """
        INSERT INTO catalog_workfile (id, version_id, role, media_type, sha256, size_bytes, storage_key, width, height,
                                      created_at)
        SELECT bench_id(6 + kind, number), bench_id(5, number), 'preview', 'image/' || suffix,
               md5(number::text) || md5(suffix || number), 40000,
               'previews/' || left(md5(number::text), 2) || '/' || number || '.' || suffix, 512, 512, now()
        FROM bench_work, (VALUES (0, 'webp'), (1, 'avif')) AS kinds (kind, suffix)""",
    "licensing_licenceoffer": """
        INSERT INTO licensing_licenceoffer (id, work_id, terms_id, price_minor, currency, is_active, created_at)
        SELECT bench_id(8 + kind, number), b.id, t.id, price * (1 + 3 * kind), 'USD', true, now()
        FROM bench_work b, (VALUES (0, 'personal'), (1, 'commercial')) AS kinds (kind, code)
        JOIN licensing_licenceterms t ON t.code = kinds.code AND t.is_current""",
    "recommendations_workcolour": """
        INSERT INTO recommendations_workcolour (work_id, colour, aspect, measured_at)
        SELECT id, colour, aspect, now() FROM bench_work""",
    "recommendations_searchdocument": """
        INSERT INTO recommendations_searchdocument (work_id, document, indexed_at)
        SELECT id,
            setweight(to_tsvector('english', a_other), 'A') || setweight(to_tsvector('simple', a_zh), 'A') ||
            setweight(to_tsvector('english', b_other), 'B') || setweight(to_tsvector('simple', b_zh), 'B') ||
            setweight(to_tsvector('english', d_other), 'D') || setweight(to_tsvector('simple', d_zh), 'D'), now()
        FROM bench_work""",
}
# Ids that grow with their number, as those that the shop gives do; a series of numbers for each table.
IDS = """
CREATE OR REPLACE FUNCTION bench_id(series int, number bigint) RETURNS uuid IMMUTABLE LANGUAGE sql
RETURN ('00000000-0000-7000-80' || lpad(to_hex(series), 2, '0') || '-' || lpad(to_hex(number), 12, '0'))::uuid
"""


@dataclass(frozen=True)
class Chunk:
    """Works whose numbers begin at ``first``: the topic and the wording of each."""

    first: int
    topics: NDArray[np.int64]
    wordings: list[Wording]
    chance: np.random.Generator

    def ids(self) -> NDArray[np.uint8]:
        """(N, 16): the bytes of the works' ids, as `work_id` and IDS make them (series 0)."""
        found = np.zeros((len(self.wordings), 16), dtype=np.uint8)
        found[:, 6], found[:, 8] = 0x70, 0x80
        numbers = np.arange(self.first, self.first + len(self.wordings), dtype=">u8")
        found[:, 8:] |= numbers.view(np.uint8).reshape(-1, 8)
        return found

    def rows(self, total: int) -> Iterator[tuple[object, ...]]:
        """The staged rows, in the order of STAGE's columns; ``total``: of all works, the newest last."""
        count = len(self.wordings)
        artists = max(1, total // WORKS_OF_AN_ARTIST)
        # A few artists make much, most make little.
        artist = np.minimum((artists * self.chance.random(count) ** 1.6).astype(np.int64), artists - 1)
        medium = self.chance.choice(list(MEDIA), count, p=np.array(list(MEDIA.values())) / sum(MEDIA.values()))
        colour = self.chance.choice([c.value for c in WorkColour.Colour], count)
        aspect = self.chance.choice(["wide", "tall", "square"], count, p=[0.4, 0.25, 0.35])
        model = self.chance.choice(MODELS, count, p=[0.6, 0.2, 0.15, 0.05])
        price = np.round(300 * np.exp(self.chance.exponential(0.9, count))).astype(np.int64)
        written = self.chance.choice(["both", "en", "zh"], count, p=[0.3, 0.45, 0.25])
        known = all_concepts()
        for place, wording in enumerate(self.wordings):
            number = self.first + place
            title_en = wording.title_en if written[place] != "zh" else ""
            title_zh = wording.title_zh if written[place] != "en" else ""
            description = f"{wording.labels[1]} and {wording.labels[2]}, made in a series." if title_en else ""
            words = weighed(
                WorkWords(
                    titles=[title for title in (title_en, title_zh) if title],
                    descriptions=[description],
                    labels=_labels(wording.concepts),
                    artist=[f"Artist {artist[place]}", f"artist-{artist[place]}"],
                )
            )
            age = OLDEST_DAYS * (1 - (number + 0.5) / total)
            yield (
                *(number, work_id(number), int(artist[place]), int(self.topics[place])),
                *("zh-hans" if written[place] == "zh" else "en", title_en, title_zh, description, medium[place]),
                *(
                    colour[place],
                    aspect[place],
                    model[place],
                    int(price[place]),
                    age,
                    [known[key].key for key in wording.concepts],
                    *words,
                ),
            )


@lru_cache(maxsize=4096)
def _labels(numbers: tuple[int, ...]) -> tuple[str, ...]:
    known = [all_concepts()[number] for number in numbers]
    return tuple(label for concept in known for label in (*concept.english, *concept.chinese))


def work_id(number: int) -> str:
    """The id of a work by its number."""
    return f"00000000-0000-7000-8000-{number:012x}"
