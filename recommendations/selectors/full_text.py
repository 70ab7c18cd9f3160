"""Works that hold a query's words, by PostgreSQL's full text search."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.among import IdArray, array_of
from recommendations.words import has_chinese, terms_of_query

MOST_HITS = 400
# Of works that hold the query's words so many are ranked, the newest ones: a word that every tenth work of a large shop
# holds says little of any of them, and what it means decides. Small shops never come near.
MOST_RANKED = 2000

# Of the query's words count those that a document holds. Works with less than half of the best one's words are left
# out, so that one common word of a long query does not bring everything.
_BY_WORDS = """
WITH terms AS (
    SELECT DISTINCT q FROM (
        SELECT plainto_tsquery(config::regconfig, word) AS q
        FROM unnest(%(configs)s::text[], %(words)s::text[]) AS given (config, word)
    ) AS read WHERE numnode(q) > 0
), {hits}
SELECT work_id, matched, rank FROM hits WHERE matched * 2 >= (SELECT max(matched) FROM hits)
ORDER BY matched DESC, rank DESC, work_id DESC LIMIT {limit}
"""
_AMONG = """
SELECT d.work_id, of_terms.matched, of_terms.rank
FROM recommendations_searchdocument d CROSS JOIN LATERAL (
    SELECT count(*) AS matched, sum(ts_rank(d.document, terms.q)) AS rank FROM terms WHERE d.document @@ terms.q
) AS of_terms
WHERE of_terms.matched > 0 AND d.work_id IN ({works})
"""
_THESE = f"hits AS ({_AMONG.format(works='SELECT unnest(%(ids)s::uuid[])')})"
# What holds all of the words is found and ranked in one reading of its document. Only where that is little are those
# looked at that hold some.
_ANY = """all_words AS MATERIALIZED (
    SELECT work_id, (SELECT sum(ts_rank(document, terms.q)) FROM terms) AS rank
    FROM recommendations_searchdocument
    WHERE document @@ {all_words} AND work_id IN ({works}) ORDER BY work_id DESC LIMIT {most}
), hits AS (
    SELECT work_id, (SELECT count(*) FROM terms) AS matched, rank FROM all_words
    UNION ALL {others}
)"""
_OTHERS = """
(SELECT unnest(%(ids)s::uuid[]) {some_words}) EXCEPT SELECT work_id FROM all_words
"""
# One for each word: PostgreSQL knows how common a word is where it stands in the statement, and reads the newest
# documents for a common one.
_SOME_WORDS = """
UNION (
    SELECT work_id FROM recommendations_searchdocument
    WHERE (SELECT count(*) FROM all_words) < {enough} AND document @@ {word} AND work_id IN ({works})
    ORDER BY work_id DESC LIMIT {most}
)
"""


@dataclass(frozen=True, slots=True)
class WordHit:
    """``matched``: how many of the query's words the work holds; ``rank``: the sum of ts_rank over them."""

    work_id: UUID
    matched: int
    rank: float


def works_by_words(
    *, query: str, labels: list[str], works: QuerySet[Work] | IdArray, near: Sequence[UUID] = ()
) -> list[WordHit]:
    """``works`` that hold the query's words, most of them first; at most MOST_HITS.

    ``labels``: of the tags that the query names; a Chinese one counts as one word, whatever the segmenter cuts.
    ``near``: some of ``works`` that are looked at in any case, however many others hold the words.
    """
    terms = terms_of_query(query)
    terms += [("simple", label) for label in labels if has_chinese(label) and ("simple", label) not in terms]
    if not terms:
        return []
    params: dict[str, Any] = {"configs": [config for config, _word in terms], "words": [word for _, word in terms]}
    if isinstance(works, QuerySet):
        hits = _of_any(terms, works, params)
        params["ids"] = array_of(near)
    else:
        hits = _THESE
        params["ids"] = works
    with connection.cursor() as cursor:
        # In one message, so that the setting holds for this statement alone: starting processes that look at works in
        # parallel takes longer than they save.
        cursor.execute(
            "SELECT set_config('max_parallel_workers_per_gather', '0', true); "
            + _BY_WORDS.format(hits=hits, limit=MOST_HITS),
            params,
        )
        cursor.nextset()  # past what set_config answers
        return [WordHit(work_id, int(matched), float(rank)) for work_id, matched, rank in cursor.fetchall()]


def _of_any(terms: list[tuple[str, str]], works: QuerySet[Work], params: dict[str, Any]) -> str:
    """The newest of ``works`` that hold all of the words, and of those that hold some where those are few."""
    sql, values = works.order_by().values("pk").query.sql_with_params()
    names = [f"work_{place}" for place in range(len(values))]
    placeholders = iter(names)
    named = re.sub("%s", lambda _found: f"%({next(placeholders)})s", sql)
    params |= dict(zip(names, values, strict=True))
    each = []
    for place, (config, word) in enumerate(terms):
        params |= {f"config_{place}": config, f"word_{place}": word}
        each.append(f"plainto_tsquery(%(config_{place})s::regconfig, %(word_{place})s)")
    # What holds some of one word holds all.
    several = each if len(each) > 1 else []
    some_words = [_SOME_WORDS.format(enough=MOST_HITS, word=word, works=named, most=MOST_RANKED) for word in several]
    others = _OTHERS.format(some_words="".join(some_words))
    return _ANY.format(
        all_words=f"({' && '.join(each)})", works=named, most=MOST_RANKED, others=_AMONG.format(works=others)
    )
