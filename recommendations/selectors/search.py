"""Search: words in both languages and the meaning of the query in two spaces, fused by reciprocal rank."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, TagLabel, Work
from recommendations.encoders import Space, encoder_for, present_spaces
from recommendations.errors import QueryUnusable
from recommendations.ranking import fused_by_reciprocal_rank
from recommendations.selectors.filters import WorkFilter, tags_with_labels_in
from recommendations.selectors.neighbours import EXACT_BELOW_SHARE, nearest_works
from recommendations.selectors.shelves import newest_first
from recommendations.words import has_chinese, terms_of_query

log = logging.getLogger(__name__)

MAX_QUERY_LETTERS = 200
BY_WORDS, BY_MEANING = 400, 80
# Looked at on 48 works and seven queries with MiniLM: "sunset" keeps 6 of 27 works above the floor of 0.3, all dusk or
# dawn; "city" keeps the three cities; "cat" finds none.
NEAR_THE_BEST = 0.7
# Words that were written say more than nearness of meaning; nearness in the picture says more than that of titles.
WEIGHTS = {"words": 2.0, Space.PICTURE: 1.0, Space.TEXT: 0.7}

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
SELECT work_id FROM hits WHERE matched * 2 >= (SELECT max(matched) FROM hits)
ORDER BY matched DESC, rank DESC, work_id DESC LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``work_ids``: this page's, best first; ``total``: all that were found; ``tags``: those the query names."""

    work_ids: list[UUID]
    total: int
    page: int
    pages: int
    tags: list[Tag]


def search_works(
    *,
    query: str,
    filters: WorkFilter | None = None,
    page: int = 1,
    page_size: int = 24,
    access: Access = STRANGER,
) -> SearchResult:
    """Listed works for ``query``, in English, Chinese or both; without a query all that pass, newest first.

    Only works that ``access`` opens.

    Found are works that hold the query's words (titles, descriptions, artist, and tags by their labels in both
    languages), and works near the query's meaning in the text space and in the picture space. Raises QueryUnusable.
    """
    filters = filters or WorkFilter()
    query = " ".join(query.split())
    if len(query) > MAX_QUERY_LETTERS:
        raise QueryUnusable(
            _("A search can have %(most)d letters.") % {"most": MAX_QUERY_LETTERS}, way_out=_("Use fewer words.")
        )
    works = filters.works(access)
    if not query:
        tags: list[Tag] = []
        total = works.count()
        pages = max(1, -(-total // page_size))
        page = min(max(page, 1), pages)
        return SearchResult(
            newest_first(works, offset=(page - 1) * page_size, limit=page_size), total, page, pages, tags
        )
    named = tags_with_labels_in(query)
    rankings = {"words": by_words(query, [label for _tag, label in named], works)}
    rankings |= by_meaning(query, [tag for tag, _label in named], works, exact=_keeps_few(works, filters))
    fused = list(fused_by_reciprocal_rank(list(rankings.values()), [WEIGHTS[source] for source in rankings]))
    pages = max(1, -(-len(fused) // page_size))
    page = min(max(page, 1), pages)
    return SearchResult(
        fused[(page - 1) * page_size : page * page_size], len(fused), page, pages, [tag for tag, _label in named]
    )


def by_words(query: str, labels: list[str], works: QuerySet[Work]) -> list[UUID]:
    """Works that hold the query's words, most of them first."""
    terms = terms_of_query(query)
    terms += [("simple", label) for label in labels if has_chinese(label) and ("simple", label) not in terms]
    if not terms:
        return []
    sql, params = works.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_WORDS.format(works=sql, limit=BY_WORDS),
            [[config for config, _word in terms], [word for _config, word in terms], *params],
        )
        return [row[0] for row in cursor.fetchall()]


def _keeps_few(works: QuerySet[Work], filters: WorkFilter) -> bool:
    """Whether what was narrowed down to, and what is open to the viewer, is so little that looking at all is faster."""
    if filters.is_empty and not Work.objects.listed().not_for_everyone().exists():
        return False
    return works.count() < EXACT_BELOW_SHARE * Work.objects.listed().count()


def by_meaning(query: str, tags: list[Tag], works: QuerySet[Work], *, exact: bool = False) -> dict[str, list[UUID]]:
    """``works`` near the query, by space. A space is silent below its own floor of similarity, and far below its best.

    ``exact``: by looking at each of them.
    """
    found: dict[str, list[UUID]] = {}
    present = present_spaces()
    for space in (Space.PICTURE, Space.TEXT):
        if space not in present:
            continue
        encoder = encoder_for(space)
        text = _in_languages_of(encoder.facts.languages, query, tags)
        if not text:
            continue
        vector = encoder.encode_texts([text])[0]
        near = nearest_works(space=space, vector=vector, works=works, limit=BY_MEANING, exact=exact)
        least = max([encoder.facts.similarity_floor, *(NEAR_THE_BEST * n.similarity for n in near[:1])])
        found[space] = [n.work_id for n in near if n.similarity >= least]
    return found


def _in_languages_of(languages: tuple[str, ...], query: str, tags: list[Tag]) -> str:
    """The query as the space's encoder can read it: its own words, or, for a Chinese query and an encoder of English
    alone, the English labels of the tags that it names."""
    if not has_chinese(query) or any(language.startswith("zh") for language in languages):
        return query
    labels = TagLabel.objects.filter(tag__in=tags, language="en", preferred=True).values_list("label", flat=True)
    return ", ".join(labels)
