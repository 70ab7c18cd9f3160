"""Fills a shop with works, artists, offers, words, people and what they did, by statements over whole tables.

The rows are those that the services write; they are made in bulk because a million works would take the services a
week. Works of one theme carry its words and tags; their vectors lie round the theme's (`vectors`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.recommendations.themes import Theme, themes

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# Every so many works carry a tag that keeps a hundredth or a thousandth of the shop.
RARE_TAGS = {"bench-hundredth": 100, "bench-thousandth": 1000}
WORKS_OF_AN_ARTIST = 40
EVENTS_OF_A_PERSON = 30
THEMES_OF_A_PERSON = 3
EVENT_DAYS = 25

# Keys of one form: a kind and a number, in the order of time as UUIDv7 is.
_ID = "('00000000-0000-7{kind}-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


ID_OF_A_WORK = "00000000-0000-7004-8000-{:012x}"


def key(kind: str, number: str) -> str:
    """The SQL of the id of the ``number``-th row of a kind (three hexadecimal digits)."""
    return _ID.format(kind=kind, number=number)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a shop is."""

    works: int
    people: int

    @property
    def artists(self) -> int:
        """Each of WORKS_OF_AN_ARTIST works."""
        return max(10, self.works // WORKS_OF_AN_ARTIST)


def fill(size: Size) -> list[Theme]:
    """Write everything but vectors; answers the themes, of which work n has the (n modulo their number)-th."""
    from django.db import connection, transaction

    about = themes()
    with transaction.atomic(), connection.cursor() as cursor:
        _people(cursor, size)
        _works(cursor, size, about)
        _tags(cursor, size, about)
        _offers(cursor, size)
        _documents(cursor, size, about)
        _acts(cursor, size, len(about))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return about


def _people(cursor: CursorWrapper, size: Size) -> None:
    cursor.execute(
        f"""
        INSERT INTO accounts_user (id, password, is_superuser, email, display_name, language, pseudonym, is_staff,
                                   is_guest, is_active, date_joined)
        SELECT {key("001", "n")}, '!', false, 'bench' || n || '@example.org', 'Person ' || n, 'en', {key("002", "n")},
               false, false, true, now() - interval '200 days'
        FROM generate_series(1, %(people)s + %(artists)s) AS n;
        INSERT INTO accounts_artist (id, user_id, handle, name, bio, created_at)
        SELECT {key("003", "n")}, {key("001", "(%(people)s + n)")}, 'bench-' || n, 'Painter ' || n, '',
               now() - interval '200 days'
        FROM generate_series(1, %(artists)s) AS n;
        INSERT INTO recommendations_feedsettings (viewer, consent, is_personal, novelty, diversity, changed_at)
        SELECT 'p:' || replace({key("002", "n")}::text, '-', ''), 'given', true, 50, 30, now()
        FROM generate_series(1, %(people)s) AS n
        """,
        {"people": size.people, "artists": size.artists},
    )


def _works(cursor: CursorWrapper, size: Size, about: Sequence[Theme]) -> None:
    cursor.execute("CREATE TEMPORARY TABLE bench_theme (theme int PRIMARY KEY, english text, chinese text)")
    cursor.executemany(
        "INSERT INTO bench_theme VALUES (%s, %s, %s)", [(n, one.english, one.chinese) for n, one in enumerate(about)]
    )
    cursor.execute(
        f"""
        INSERT INTO catalog_work (id, artist_id, slug, medium, status, status_before_hiding, sold_exclusively, audience,
                                  members_level, language, made_by_model, created_at, published_at)
        SELECT {key("004", "n")}, {key("003", "(1 + n %% %(artists)s)")}, 'bench-' || n,
               CASE WHEN n %% 10 < 7 THEN 'image' WHEN n %% 10 < 9 THEN 'animation' ELSE 'panorama' END, 'listed', '',
               n %% 200 = 7, 'everyone', 1, CASE WHEN n %% 3 = 0 THEN 'zh-hans' ELSE 'en' END,
               CASE WHEN n %% 4 = 0 THEN '' ELSE 'atelier-image-' || (1 + n %% 2) END, at, at
        FROM (SELECT n, now() - (%(works)s - n + 1) * (interval '150 days' / %(works)s) AS at
              FROM generate_series(1, %(works)s) AS n) AS made;
        INSERT INTO catalog_worktext (work_id, language, title, description)
        SELECT {key("004", "n")}, CASE WHEN n %% 3 = 0 THEN 'zh-hans' ELSE 'en' END,
               CASE WHEN n %% 3 = 0 THEN t.chinese ELSE t.english END || ' ' || n, ''
        FROM generate_series(1, %(works)s) AS n JOIN bench_theme t ON t.theme = n %% %(themes)s;
        INSERT INTO catalog_workversion (id, work_id, number, is_current, created_at)
        SELECT {key("005", "n")}, {key("004", "n")}, 1, true, now() FROM generate_series(1, %(works)s) AS n;
        INSERT INTO catalog_workfile (id, version_id, role, media_type, sha256, size_bytes, storage_key, width, height,
                                      created_at)
        SELECT {key("006", "(2 * n + part)")}, {key("005", "n")}, 'preview',
               CASE part WHEN 0 THEN 'image/webp' ELSE 'image/avif' END, lpad(to_hex(2 * n + part), 64, '0'), 20000,
               'previews/bench/' || n || '-' || part, 512, 512, now()
        FROM generate_series(1, %(works)s) AS n, generate_series(0, 1) AS part;
        INSERT INTO recommendations_workcolour (work_id, colour, aspect, measured_at)
        SELECT {key("004", "n")}, (ARRAY['red','orange','yellow','green','blue','violet','pink','dark','light','grey'])
               [1 + (n * 7) %% 10], (ARRAY['wide','tall','square'])[1 + n %% 3], now()
        FROM generate_series(1, %(works)s) AS n
        """,
        {"works": size.works, "artists": size.artists, "themes": len(about)},
    )


def _tags(cursor: CursorWrapper, size: Size, about: Sequence[Theme]) -> None:
    from marketplace.catalog.models import Tag, TagLabel

    labels = {tag[0]: tag for theme in about for tag in theme.tags}
    labels |= {slug: (slug, slug.replace("-", " "), slug.replace("bench-", "标签")) for slug in RARE_TAGS}
    tags = {slug: Tag(slug=slug, concept="") for slug in labels}
    Tag.objects.bulk_create(tags.values())
    TagLabel.objects.bulk_create(
        TagLabel(tag=tags[slug], language=language, label=label, preferred=True)
        for slug, english, chinese in labels.values()
        for language, label in (("en", english), ("zh-hans", chinese))
    )
    carried = [(n, str(tags[tag[0]].pk)) for n, theme in enumerate(about) for tag in theme.tags]
    cursor.execute(
        f"""
        INSERT INTO catalog_worktag (work_id, tag_id)
        SELECT {key("004", "n")}, tag::uuid
        FROM jsonb_to_recordset(%(carried)s) AS c (theme int, tag text)
        JOIN generate_series(1, %(works)s) AS n ON n %% %(themes)s = c.theme
        """,
        {
            "carried": json.dumps([{"theme": n, "tag": tag} for n, tag in carried]),
            "works": size.works,
            "themes": len(about),
        },
    )
    for slug, every in RARE_TAGS.items():
        cursor.execute(
            f"INSERT INTO catalog_worktag (work_id, tag_id) SELECT {key('004', 'n')}, %s "
            "FROM generate_series(1, %s) AS n WHERE n %% %s = 3",
            [tags[slug].pk, size.works, every],
        )


def _offers(cursor: CursorWrapper, size: Size) -> None:
    cursor.execute(
        f"""
        INSERT INTO licensing_licenceoffer (id, work_id, terms_id, price_minor, currency, is_active, created_at)
        SELECT {key("007", "(4 * n + place)")}, {key("004", "n")}, terms.id, 500 + (n * 37) %% 9500 + 2000 * place,
               'USD', true, now()
        FROM generate_series(1, %(works)s) AS n
        JOIN (SELECT id, (row_number() OVER (ORDER BY code) - 1)::int AS place FROM licensing_licenceterms
              WHERE is_current LIMIT 3) AS terms ON terms.place <= n %% 3
        """,
        {"works": size.works},
    )


def _documents(cursor: CursorWrapper, size: Size, about: Sequence[Theme]) -> None:
    """The first work of each theme is indexed as the shop does it; the others get the same words."""
    from uuid import UUID

    from recommendations.services.documents import WorkWords, write_documents
    from recommendations.services.spelling import remember_words

    first = []
    for n, theme in enumerate(about):
        number = n or len(about)
        if number > size.works:
            continue
        labels = [label for _slug, *both in theme.tags for label in both]
        words = WorkWords(titles=[theme.chinese if number % 3 == 0 else theme.english], labels=labels)
        remember_words(words)
        first.append((UUID(ID_OF_A_WORK.format(number)), words))
    write_documents(first)
    cursor.execute(
        f"""
        INSERT INTO recommendations_searchdocument (work_id, document, indexed_at)
        SELECT {key("004", "n")}, d.document, now()
        FROM generate_series(%(themes)s + 1, %(works)s) AS n
        JOIN recommendations_searchdocument d
          ON d.work_id = {key("004", "(1 + (n - 1) %% %(themes)s)")}
        """,
        {"works": size.works, "themes": len(about)},
    )


def _acts(cursor: CursorWrapper, size: Size, number_of_themes: int) -> None:
    """Each person looks at, likes, saves and buys works of a few themes; popularity is counted as the shop does it."""
    from datetime import timedelta

    from marketplace.core.clock import now
    from recommendations.partitions import ensure_months
    from recommendations.services import refresh_popularity

    today = now().date()
    ensure_months(cursor, first=today - timedelta(days=EVENT_DAYS + 1), last=today)
    cursor.execute(
        f"""
        INSERT INTO recommendations_event (id, kind, work_id, viewer, once_key, happened_at, happened_on)
        SELECT {key("008", "(p * 1000 + e)")}, kind, {key("004", "work")},
               'p:' || replace({key("002", "p")}::text, '-', ''), 'bench:' || p || ':' || e, at,
               (at AT TIME ZONE 'UTC')::date
        FROM (
            SELECT p, e,
                   (ARRAY['viewed','viewed','viewed','viewed','viewed','liked','liked','saved','carted','bought'])
                       [1 + (p + e) %% 10] AS kind,
                   -- A theme of hers, and among its works rather the popular ones (the square of a number below 1).
                   1 + least(%(works)s - 1, (((p * 7919 + (e %% {THEMES_OF_A_PERSON}) * 104729) %% %(themes)s)
                       + %(themes)s * floor(power(random(), 2) * (%(works)s / %(themes)s)))::int) AS work,
                   now() - random() * interval '{EVENT_DAYS} days' AS at
            FROM generate_series(1, %(people)s) AS p, generate_series(1, {EVENTS_OF_A_PERSON}) AS e
        ) AS done
        """,
        {"works": size.works, "people": size.people, "themes": number_of_themes},
    )
    refresh_popularity()
