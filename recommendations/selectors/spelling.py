"""What a query with slips of the finger was meant to be. Four queries, however many words the index has."""

import re

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Length

from marketplace.catalog.models import Work
from recommendations.models import IndexedWord
from recommendations.spelling import LONGEST, SHORTEST, deletes_of, edits_between, likeliest
from recommendations.words import MAX_TERMS, plain_words_in

# Words that share a form with one that was typed: what is compared, so that the time stays bounded.
_MOST_ALIKE = 1500
_MOST_TRIED = 6
# Documents in which a word is looked for before the index of all is asked.
NEWEST = 500

# PostgreSQL's own stop words have no lexemes, and are words. A common word stands in one of the newest documents: the
# index would first gather all that hold it.
_UNKNOWN = """
SELECT word FROM unnest(%s::text[]) AS given (word)
WHERE numnode(plainto_tsquery('english', word)) > 0 AND NOT EXISTS (
    SELECT 1 FROM (SELECT document FROM recommendations_searchdocument ORDER BY work_id DESC LIMIT %s) AS newest
    WHERE document @@ plainto_tsquery('english', word)
) AND NOT EXISTS (
    SELECT 1 FROM recommendations_searchdocument WHERE document @@ plainto_tsquery('english', word)
)
"""
_HELD = """
SELECT word, (SELECT count(*) FROM (
    SELECT 1 FROM recommendations_searchdocument d
    WHERE d.document @@ plainto_tsquery('english', word) AND d.work_id IN ({works}) LIMIT 200
) AS hits)
FROM unnest(%s::text[]) AS given (word)
"""


def corrected(query: str, works: QuerySet[Work]) -> str:
    """``query`` with each word that no document holds replaced by the likeliest word that some of ``works`` hold.

    Empty where nothing is to be corrected. Words of the index, short ones, numbers and Chinese are never touched.
    """
    typed = [word for word in dict.fromkeys(plain_words_in(query)) if SHORTEST <= len(word) <= LONGEST][:MAX_TERMS]
    unknown = _unknown_among(typed)
    if not unknown:
        return ""
    alike = _alike(unknown)
    tried = {word: likeliest(word, alike, most=_MOST_TRIED) for word in unknown}
    held = held_by(works, sorted({other for others in tried.values() for other in others}))
    meant = {word: best for word, others in tried.items() if (best := _best(word, others, held))}
    return _replaced(query, meant) if meant else ""


def _alike(unknown: list[str]) -> list[str]:
    """Words of the index that share a form with one of ``unknown``.

    PostgreSQL takes an overlap of arrays for far more rows than it finds, and would read the whole table: at 84,000
    words seconds instead of milliseconds.
    """
    forms = sorted({form for word in unknown for form in deletes_of(word)})
    words = IndexedWord.objects.filter(deletes__overlap=forms).order_by(Length("word"), "word")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
        found = list(words.values_list("word", flat=True)[:_MOST_ALIKE])
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")
    return found


def _best(word: str, others: list[str], held: dict[str, int]) -> str:
    """Of those that works hold the one with the fewest edits; of equal ones the one that most works hold."""
    ranked = sorted((edits_between(word, other), -held[other], other) for other in others if held.get(other))
    return ranked[0][2] if ranked else ""


def _unknown_among(words: list[str]) -> list[str]:
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [words, NEWEST])
        return [word for (word,) in cursor.fetchall()]


def held_by(works: QuerySet[Work], words: list[str]) -> dict[str, int]:
    """By word, how many of ``works`` hold it; counted up to a bound."""
    if not words:
        return {}
    sql, params = works.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(works=sql), [*params, words])
        return dict(cursor.fetchall())


def _replaced(query: str, meant: dict[str, str]) -> str:
    pattern = re.compile("|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in meant), re.IGNORECASE)
    return pattern.sub(lambda found: meant[found.group().lower()], query)
