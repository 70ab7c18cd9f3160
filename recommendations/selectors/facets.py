"""How many works each choice of a filter would keep, for the present query and the other filters.

A handful of queries, however many works there are.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from marketplace.licensing.models import LicenceOffer
from marketplace.provenance.models import ProvenanceRecord
from recommendations.origins import SOURCES
from recommendations.selectors.filters import WorkFilter

MOST_CHOICES = 12
# In minor units: from and to, both included; None is open.
PRICE_BANDS: tuple[tuple[int | None, int | None], ...] = (
    (None, 999),
    (1000, 2499),
    (2500, 4999),
    (5000, 9999),
    (10000, None),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """``value``: of the facet's filter; ``label``: for an artist the name, elsewhere as the value; ``count``: works."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Works that have an offer from ``from_minor`` to ``to_minor``, both included; None is open."""

    from_minor: int | None
    to_minor: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """``choices`` by facet (medium, licence, aspect, model, artist, colour, origin), most works first (an origin by how
    much of it people made); none without works."""

    choices: dict[str, list[Choice]]
    prices: list[PriceBand]


# The fields of WorkFilter that a facet chooses.
FIELDS: dict[str, tuple[str, ...]] = {
    "medium": ("medium",),
    "licence": ("licence",),
    "price": ("price_from_minor", "price_to_minor"),
    "aspect": ("aspect",),
    "model": ("model",),
    "artist": ("artist_handle",),
    "colour": ("colour",),
    "origin": ("origin",),
    "tag": ("tag_slug",),
}
_OF_WORKS = ("medium", "aspect", "model", "artist", "colour")
# All facets of one set of works in one pass over it.
_COUNT = """
WITH kept AS MATERIALIZED (
    SELECT w.medium, w.made_by_model AS model, w.artist_id, c.aspect, c.colour
    FROM catalog_work w LEFT JOIN recommendations_workcolour c ON c.work_id = w.id WHERE w.id IN ({works})
)
SELECT facet, value, label, works FROM (
    SELECT facet, value, label, works, row_number() OVER (PARTITION BY facet ORDER BY works DESC, value) AS place
    FROM (
        SELECT 'medium' AS facet, medium AS value, medium AS label, count(*) AS works FROM kept GROUP BY medium
        UNION ALL SELECT 'model', model, model, count(*) FROM kept GROUP BY model
        UNION ALL SELECT 'aspect', aspect, aspect, count(*) FROM kept GROUP BY aspect
        UNION ALL SELECT 'colour', colour, colour, count(*) FROM kept GROUP BY colour
        UNION ALL SELECT 'artist', a.handle, a.name, one.works
                  FROM (SELECT artist_id, count(*) AS works FROM kept GROUP BY artist_id) AS one
                  JOIN accounts_artist a ON a.id = one.artist_id
    ) AS counted WHERE value <> '' AND facet = ANY(%s)
) AS placed WHERE place <= %s ORDER BY facet, place
"""


def facets_of(found: list[UUID] | None, filters: WorkFilter, access: Access = STRANGER) -> Facets:
    """The facets of ``found`` (what the query finds without any filter; None: the whole shop).

    A facet's own filter is left out of its counts, so that one sees what choosing otherwise would give.
    """
    choices = _counted(found, filters, access)
    choices["licence"] = _licences(found, filters, access)
    choices["origin"] = _origins(found, filters, access)
    return Facets(choices, _prices(found, filters, access))


def lifting(found: list[UUID] | None, filters: WorkFilter, access: Access = STRANGER) -> dict[str, int]:
    """By facet that narrows: how many works there would be without it, where there would be any, most first."""
    counts = {
        name: _under(found, filters, name, access).count()
        for name, fields in FIELDS.items()
        if any(getattr(filters, field) not in ("", None) for field in fields)
    }
    return {name: count for name, count in sorted(counts.items(), key=lambda entry: -entry[1]) if count}


def _under(found: list[UUID] | None, filters: WorkFilter, facet: str, access: Access) -> QuerySet[Work]:
    """What passes all filters but the facet's own."""
    works = filters.without(FIELDS[facet]).works(access)
    return works if found is None else works.filter(pk__in=found)


def _counted(found: list[UUID] | None, filters: WorkFilter, access: Access) -> dict[str, list[Choice]]:
    """One query for each set of works: facets that narrow nothing look at the same ones."""
    under: dict[WorkFilter, list[str]] = {}
    for name in _OF_WORKS:
        under.setdefault(filters.without(FIELDS[name]), []).append(name)
    choices: dict[str, list[Choice]] = {name: [] for name in _OF_WORKS}
    for names in under.values():
        works = _under(found, filters, names[0], access)
        try:
            sql, params = works.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        with connection.cursor() as cursor:
            cursor.execute(_COUNT.format(works=sql), [*params, names, MOST_CHOICES])
            for name, value, label, works_there in cursor.fetchall():
                choices[name].append(Choice(value, label, works_there))
    return choices


def _licences(found: list[UUID] | None, filters: WorkFilter, access: Access) -> list[Choice]:
    # The price narrows the offers and not the works alone: a commercial licence up to 50, as the filter means it.
    works = _under(found, filters.without(FIELDS["price"]), "licence", access)
    rows = (
        filters.without(FIELDS["licence"])
        .offers()
        .filter(work__in=works)
        .order_by()
        .values_list("terms__code")
        .annotate(works=Count("work", distinct=True))
        .order_by("-works", "terms__code")[:MOST_CHOICES]
    )
    return [Choice(code, code, count) for code, count in rows]


def _origins(found: list[UUID] | None, filters: WorkFilter, access: Access) -> list[Choice]:
    records = ProvenanceRecord.objects.filter(
        version__is_current=True, version__work__in=_under(found, filters, "origin", access)
    )
    by_source = dict(records.order_by().values_list("source").annotate(works=Count("pk")))
    counts = {origin: sum(by_source.get(source, 0) for source in sources) for origin, sources in SOURCES.items()}
    return [Choice(origin, origin, count) for origin, count in counts.items() if count]


def _prices(found: list[UUID] | None, filters: WorkFilter, access: Access) -> list[PriceBand]:
    works = _under(found, filters.without(FIELDS["licence"]), "price", access)
    offers: QuerySet[LicenceOffer] = filters.without(FIELDS["price"]).offers().filter(work__in=works)
    counts = offers.aggregate(
        **{
            f"band_{place}": Count("work", distinct=True, filter=_between(low, high))
            for place, (low, high) in enumerate(PRICE_BANDS)
        }
    )
    bands = [PriceBand(low, high, counts[f"band_{place}"]) for place, (low, high) in enumerate(PRICE_BANDS)]
    return [band for band in bands if band.count]


def _between(low: int | None, high: int | None) -> Q:
    from_there = Q(price_minor__gte=low) if low is not None else Q()
    return from_there & Q(price_minor__lte=high) if high is not None else from_there
