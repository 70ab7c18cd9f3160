"""Works that hold a query's words, by PostgreSQL's full text search."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.words import has_chinese, terms_of_query

MOST_HITS = 400

# Of the query's words count those that a document holds. Works with less than half of the best one's words are left
# out, so that one common word of a long query does not bring everything.
_BY_WORDS = """
WITH terms AS (
    SELECT DISTINCT plainto_tsquery(config::regconfig, word) AS q
    FROM unnest(%s::text[], %s::text[]) AS given (config, word)
), hits AS (
    SELECT d.work_id, count(*) AS matched, sum(ts_rank(d.document, terms.q)) AS rank
    FROM terms JOIN recommendations_searchdocument d ON d.document @@ terms.q
    WHERE numnode(terms.q) > 0 AND d.work_id IN ({works})
    GROUP BY d.work_id
)
SELECT work_id, matched, rank FROM hits WHERE matched * 2 >= (SELECT max(matched) FROM hits)
ORDER BY matched DESC, rank DESC, work_id DESC LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class WordHit:
    """``matched``: how many of the query's words the work holds; ``rank``: the sum of ts_rank over them."""

    work_id: UUID
    matched: int
    rank: float


def works_by_words(*, query: str, labels: list[str], works: QuerySet[Work]) -> list[WordHit]:
    """``works`` that hold the query's words, most of them first; at most MOST_HITS.

    ``labels``: of the tags that the query names; a Chinese one counts as one word, whatever the segmenter cuts.
    """
    terms = terms_of_query(query)
    terms += [("simple", label) for label in labels if has_chinese(label) and ("simple", label) not in terms]
    if not terms:
        return []
    sql, params = works.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_WORDS.format(works=sql, limit=MOST_HITS),
            [[config for config, _word in terms], [word for _config, word in terms], *params],
        )
        return [WordHit(work_id, int(matched), float(rank)) for work_id, matched, rank in cursor.fetchall()]
