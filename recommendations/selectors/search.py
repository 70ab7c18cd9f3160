"""Search: words in both languages and the meaning of the query in two spaces, fused by reciprocal rank."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, Work
from recommendations.among import IdArray, array_of
from recommendations.encoders import Space
from recommendations.errors import QueryUnusable
from recommendations.palette import Colour, Floats, palette_of_colour
from recommendations.selectors.facets import Facets, facets_of, lifting
from recommendations.selectors.filters import WorkFilter, tags_with_labels_in
from recommendations.selectors.full_text import WordHit, works_by_words
from recommendations.selectors.fusion import fused
from recommendations.selectors.kept import counted_lately, is_large_shop, keep
from recommendations.selectors.meaning import NearInSpace, near_in_spaces, works_by_meaning
from recommendations.selectors.shelves import newest_first
from recommendations.selectors.spelling import corrected
from recommendations.versions import of_one_version

MAX_QUERY_LETTERS = 200
# Looking at so many takes about as long as a walk that goes on until enough of one work in fifty have passed.
FEW = 2000
_FEW = "SELECT count(*), array_agg(id)::text FROM ({works} LIMIT %s) AS kept"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``work_ids``: this page's, best first; ``total``: all that were found; ``tags``: those the query names.

    ``corrected``: what was searched for instead of a query with slips of the finger; empty where it was searched for
    as it stands. ``facets``: where they were asked for; then also, with nothing found, ``lifted``: by facet, how many
    works there would be without that filter.
    """

    work_ids: list[UUID]
    total: int
    page: int
    pages: int
    tags: list[Tag]
    corrected: str = ""
    facets: Facets | None = None
    lifted: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColourWish:
    """A colour that the works should show, and how much it counts beside the words (0 to 1)."""

    colour: Colour
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query that is not empty, or a colour: what is looked for among any works."""

    query: str
    named: list[tuple[Tag, str]]
    wish: ColourWish | None

    def among(self, works: QuerySet[Work] | IdArray) -> list[UUID]:
        """All of ``works`` that it finds, best first."""
        hits, near = self._found(works)
        if not self.query:
            return list(near[Space.PALETTE].similarities)
        return fused(hits, near, palette=self._palette)

    def everywhere(self, access: Access) -> list[UUID]:
        """All works that it finds and that ``access`` opens, in no order."""
        hits, near = self._found(Work.objects.listed().open_to(access))
        return list({*(hit.work_id for hit in hits), *(key for each in near.values() for key in each.similarities)})

    def _found(self, works: QuerySet[Work] | IdArray) -> tuple[list[WordHit], dict[str, NearInSpace]]:
        """By words, and by space what is near; without words what is near the colour."""
        if not self.query:
            assert self.wish is not None
            return [], near_in_spaces(vectors={Space.PALETTE: palette_of_colour(self.wish.colour)}, works=works)
        tags, labels = [tag for tag, _label in self.named], [label for _tag, label in self.named]
        meaning = works_by_meaning(query=self.query, tags=tags, works=works)
        near = list({key for space in meaning.values() for key in space.similarities})
        return works_by_words(query=self.query, labels=labels, works=works, near=near), meaning

    @property
    def key(self) -> Hashable:
        """The same for what finds the same."""
        return "found", self.query, self.wish

    @property
    def _palette(self) -> tuple[Floats, float] | None:
        return (palette_of_colour(self.wish.colour), self.wish.weight) if self.wish else None


@of_one_version()
def search_works(
    *,
    query: str,
    filters: WorkFilter | None = None,
    page: int = 1,
    page_size: int = 24,
    access: Access = STRANGER,
    colour: ColourWish | None = None,
    with_facets: bool = False,
) -> SearchResult:
    """Listed works for ``query``, in English, Chinese or both; without a query all that pass, newest first.

    Only works that ``access`` opens.

    Found are works that hold the query's words (titles, descriptions, artist, and tags by their labels in both
    languages), and works near the query's meaning in the text space and in the picture space. A word that no document
    holds is taken for a slip of the finger where a likely one is at hand. With a ``colour`` works whose palette is near
    it come first; without a query they alone are found. Raises QueryUnusable.
    """
    filters = filters or WorkFilter()
    query = " ".join(query.split())
    if len(query) > MAX_QUERY_LETTERS:
        raise QueryUnusable(
            _("A search can have %(most)d letters.") % {"most": MAX_QUERY_LETTERS}, way_out=_("Use fewer words.")
        )
    works = filters.works(access)
    found: list[UUID] | None = None
    everywhere: list[UUID] | None = None
    asked = _Asked("", [], colour)
    instead = ""
    if query or colour:
        instead = corrected(query, Work.objects.listed().open_to(access)) if query else ""
        asked = _Asked(instead or query, tags_with_labels_in(instead or query) if query else [], colour)
        few = _few_of(works, filters)
        found = everywhere = asked.among(works if few is None else few)
        if with_facets and not filters.is_empty:
            everywhere = counted_lately(asked.key, access, asked.everywhere, of_a_query=True)
        elif filters.is_empty and access.is_everybodys and is_large_shop():
            keep(asked.key, found, of_a_query=True)
    total = counted_lately(("works", filters), access, _total_of(filters)) if found is None else len(found)
    pages = max(1, -(-total // page_size))
    page = min(max(page, 1), pages)
    start = (page - 1) * page_size
    return SearchResult(
        newest_first(works, offset=start, limit=page_size) if found is None else found[start : start + page_size],
        total,
        page,
        pages,
        [tag for tag, _label in asked.named],
        instead,
        _facets(asked, everywhere, filters, access) if with_facets else None,
        lifting(everywhere, filters, access) if with_facets and not total else {},
    )


def _total_of(filters: WorkFilter) -> Callable[[Access], int]:
    return lambda access: filters.works(access).count()


def _facets(asked: _Asked, found: list[UUID] | None, filters: WorkFilter, access: Access) -> Facets:
    """Of what was found, or of all works that pass; in a large shop as they were counted lately.

    What a member found without a filter is counted for her alone: works that others do not see took places in it.
    """
    if found is not None and filters.is_empty and not access.is_everybodys:
        return facets_of(found, filters, access)
    return counted_lately(
        ("facets", asked.key, filters),
        access,
        lambda one: facets_of(found, filters, one),
        of_a_query=found is not None,
    )


def _few_of(works: QuerySet[Work], filters: WorkFilter) -> IdArray | None:
    """The works themselves where what was narrowed down to is so little that looking at each is faster than walking
    through indexes of all; else None."""
    if filters.is_empty and not Work.objects.listed().not_for_everyone().exists():
        return None
    try:
        sql, params = works.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return array_of([])
    with connection.cursor() as cursor:
        cursor.execute(_FEW.format(works=sql), [*params, FEW + 1])
        number, ids = cursor.fetchone()
    return IdArray(ids or "{}") if number <= FEW else None
