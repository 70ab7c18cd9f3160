"""Search: words in both languages and the meaning of the query in two spaces, fused by reciprocal rank."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, Work
from recommendations.errors import QueryUnusable
from recommendations.selectors.filters import WorkFilter, tags_with_labels_in
from recommendations.selectors.full_text import works_by_words
from recommendations.selectors.fusion import fused
from recommendations.selectors.meaning import works_by_meaning
from recommendations.selectors.neighbours import EXACT_BELOW_SHARE
from recommendations.selectors.shelves import newest_first

MAX_QUERY_LETTERS = 200


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
    found = _found(query, named, works, exact=_keeps_few(works, filters))
    pages = max(1, -(-len(found) // page_size))
    page = min(max(page, 1), pages)
    return SearchResult(
        found[(page - 1) * page_size : page * page_size], len(found), page, pages, [tag for tag, _label in named]
    )


def _found(query: str, named: list[tuple[Tag, str]], works: QuerySet[Work], *, exact: bool) -> list[UUID]:
    """All of ``works`` that a query finds, best first. ``named``: the tags that it names, and by which label."""
    hits = works_by_words(query=query, labels=[label for _tag, label in named], works=works)
    meaning = works_by_meaning(query=query, tags=[tag for tag, _label in named], works=works, exact=exact)
    return fused(hits, meaning)


def _keeps_few(works: QuerySet[Work], filters: WorkFilter) -> bool:
    """Whether what was narrowed down to, and what is open to the viewer, is so little that looking at all is faster."""
    if filters.is_empty and not Work.objects.listed().not_for_everyone().exists():
        return False
    return works.count() < EXACT_BELOW_SHARE * Work.objects.listed().count()
