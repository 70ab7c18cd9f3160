"""How many works each choice of a filter would keep, for the present query and the other filters.

A handful of queries, however many works there are.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from marketplace.licensing.models import LicenceOffer
from recommendations.among import Among, array_of
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
# All facets of one set of works in one pass over it: by facet its rows, (facet, value, label, works).
_PARTS = {
    "medium": "SELECT 'medium', medium, medium, count(*) FROM kept GROUP BY medium",
    "model": "SELECT 'model', model, model, count(*) FROM kept GROUP BY model",
    "aspect": "SELECT 'aspect', aspect, aspect, count(*) FROM kept GROUP BY aspect",
    "colour": "SELECT 'colour', colour, colour, count(*) FROM kept GROUP BY colour",
    "artist": """
        SELECT 'artist', a.handle, a.name, one.works
        FROM (SELECT artist_id, count(*) AS works FROM kept GROUP BY artist_id) AS one
        JOIN accounts_artist a ON a.id = one.artist_id
    """,
    "origin": """
        SELECT 'origin', r.source, r.source, count(*)
        FROM kept JOIN catalog_workversion v ON v.work_id = kept.id AND v.is_current
        JOIN provenance_provenancerecord r ON r.version_id = v.id GROUP BY r.source
    """,
    "licence": """
        SELECT 'licence', code, code, count(*) FROM (
            SELECT DISTINCT t.code, offers.work_id FROM offers JOIN licensing_licenceterms t ON t.id = offers.terms_id
        ) AS sold GROUP BY code
    """,
    "price": """
        SELECT 'price', band::text, band::text, count(*) FROM (
            SELECT DISTINCT width_bucket(price_minor::bigint, ARRAY[{lows}]::bigint[]) AS band, work_id FROM offers
        ) AS sold GROUP BY band
    """,
}
_COUNT = """
WITH kept AS MATERIALIZED (
    SELECT w.id, w.medium, w.model, w.artist_id, c.aspect, c.colour
    FROM ({works}) w LEFT JOIN recommendations_workcolour c ON c.work_id = w.id {among}
), offers AS (
    SELECT o.work_id, o.terms_id, o.price_minor FROM kept JOIN licensing_licenceoffer o ON o.work_id = kept.id
    WHERE o.is_active
)
SELECT facet, value, label, works FROM ({parts}) AS counted ORDER BY facet, works DESC, value
"""
_MOST_OF_ONE = """(
    SELECT * FROM ({part}) AS one (facet, value, label, works)
    WHERE value <> '' ORDER BY works DESC, value LIMIT {most}
)"""
# Those of what is sold.
_OF_OFFERS = ("licence", "price")
# The bands lie side by side: where each but the first begins says all.
_LOWS = ", ".join(str(low) for low, _high in PRICE_BANDS[1:])
_MOST = {name: _MOST_OF_ONE.format(part=part.format(lows=_LOWS), most=MOST_CHOICES) for name, part in _PARTS.items()}


def facets_of(found: list[UUID] | None, filters: WorkFilter, access: Access = STRANGER) -> Facets:
    """The facets of ``found`` (what the query finds without any filter; None: the whole shop).

    A facet's own filter is left out of its counts, so that one sees what choosing otherwise would give.
    """
    names = [name for name in _PARTS if name not in _OF_OFFERS or not _narrows_offers(filters)]
    choices = _counted(found, filters, access, names)
    prices = _bands({int(choice.value): choice.count for choice in choices.pop("price", [])})
    by_source = {choice.value: choice.count for choice in choices["origin"]}
    counts = {origin: sum(by_source.get(source, 0) for source in sources) for origin, sources in SOURCES.items()}
    choices["origin"] = [Choice(origin, origin, count) for origin, count in counts.items() if count]
    if _narrows_offers(filters):
        choices["licence"] = _licences(found, filters, access)
        prices = _prices(found, filters, access)
    return Facets(choices, prices)


def _narrows_offers(filters: WorkFilter) -> bool:
    """Whether licences and prices are counted of some offers alone."""
    return bool(filters.licence) or filters.price_from_minor is not None or filters.price_to_minor is not None


def _bands(counts: dict[int, int]) -> list[PriceBand]:
    """By the place of each band; those without works are left out."""
    return [PriceBand(low, high, counts[at]) for at, (low, high) in enumerate(PRICE_BANDS) if counts.get(at)]


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
    return works if found is None else works.filter(Among(F("pk"), found))


def _counted(
    found: list[UUID] | None, filters: WorkFilter, access: Access, facets: list[str]
) -> dict[str, list[Choice]]:
    """One query for each set of works: facets that narrow nothing look at the same ones."""
    under: dict[WorkFilter, list[str]] = {}
    for name in facets:
        under.setdefault(filters.without(FIELDS[name]), []).append(name)
    choices: dict[str, list[Choice]] = {name: [] for name in facets}
    ids = None if found is None else array_of(found)
    for names in under.values():
        works = filters.without(FIELDS[names[0]]).works(access)
        among = "" if ids is None else "WHERE w.id = ANY(%s::uuid[])"
        try:
            kept = works.order_by().values("id", "medium", "artist_id", model=F("made_by_model"))
            sql, params = kept.query.sql_with_params()
        except EmptyResultSet:
            continue
        with connection.cursor() as cursor:
            parts = " UNION ALL ".join(_MOST[name] for name in names)
            cursor.execute(
                _COUNT.format(works=sql, among=among, parts=parts), params if ids is None else [*params, ids]
            )
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


def _prices(found: list[UUID] | None, filters: WorkFilter, access: Access) -> list[PriceBand]:
    works = _under(found, filters.without(FIELDS["licence"]), "price", access)
    offers: QuerySet[LicenceOffer] = filters.without(FIELDS["price"]).offers().filter(work__in=works)
    counts = offers.aggregate(
        **{
            f"band_{place}": Count("work", distinct=True, filter=_between(low, high))
            for place, (low, high) in enumerate(PRICE_BANDS)
        }
    )
    return _bands({place: counts[f"band_{place}"] for place in range(len(PRICE_BANDS))})


def _between(low: int | None, high: int | None) -> Q:
    from_there = Q(price_minor__gte=low) if low is not None else Q()
    return from_there & Q(price_minor__lte=high) if high is not None else from_there
