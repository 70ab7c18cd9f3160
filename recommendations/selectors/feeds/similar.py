"""What is like a work."""

from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from recommendations.among import array_of
from recommendations.ranking import diversified, fused_by_reciprocal_rank
from recommendations.selectors.feeds.candidates import LOOKED_AT
from recommendations.selectors.feeds.contents import ContentSpaces, contents_of
from recommendations.selectors.feeds.near import Search, candidates_near, is_cut
from recommendations.selectors.filters import new_to
from recommendations.selectors.neighbours import nearest_works
from recommendations.selectors.steering import wanted
from recommendations.steering import UNSTEERED, Steering
from recommendations.versions import of_one_version
from recommendations.viewers import Viewer

# Relevance to difference: what is shown beside a work should be like it first of all.
BALANCE = 0.85
CANDIDATES_PER_PLACE = 8
_AMONG = "SELECT w.id FROM ({works}) w WHERE w.id = ANY(%s::uuid[])"


@of_one_version()
def similar_works(
    *,
    work: Work,
    limit: int,
    viewer: Viewer | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works like ``work`` in picture and words, not all the same, that ``access`` opens and ``steering`` leaves.

    Empty where it has no vectors yet. Four queries; two more for each space where a filter left too few of the
    nearest.
    """
    spaces = ContentSpaces.present()
    (own,) = contents_of([work.pk], spaces)
    if not own.any():
        return []
    works = wanted(new_to(Work.objects.listed().open_to(access), viewer), steering).exclude(pk=work.pk)
    sought = limit * CANDIDATES_PER_PLACE
    searches = [
        Search(space, version, own[part], sought)
        for (space, version, _dimensions), part in zip(spaces.spaces, spaces.slices, strict=True)
        if own[part].any()
    ]
    found = candidates_near(searches)
    fused = _fused(found, works)
    if len(fused) < limit and is_cut(searches, found):
        near = [nearest_works(space=each.space, vector=each.vector, works=works, limit=sought) for each in searches]
        fused = _fused([[neighbour.work_id for neighbour in each] for each in near], works)
    if not fused:
        return []
    keys = list(fused)[:LOOKED_AT]
    # Likeness is told by one space alone: what was near in the other has zeros there where it has nothing.
    leading = spaces.spaces[spaces.slices.index(spaces.leading(own[None]))]
    own_there = own[spaces.leading(own[None])]
    vectors = contents_of(keys, ContentSpaces((leading,)))
    places = np.array([fused[key] for key in keys], dtype=np.float32)
    # The place among candidates and the likeness itself, alike in weight: places alone would not tell a near neighbour
    # from the best of the far ones.
    relevance = places / places.max() + vectors @ own_there
    return diversified(keys, relevance.tolist(), vectors, limit=limit, balance=BALANCE)


def _fused(near: list[list[UUID]], works: QuerySet[Work]) -> dict[UUID, float]:
    """Those of ``near``, lists with the nearest first, that are among ``works``: their scores by reciprocal rank, the
    best first. One query."""
    asked = {key for each in near for key in each}
    try:
        sql, params = works.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_AMONG.format(works=sql), [*params, array_of(asked)])
        shown = {key for (key,) in cursor.fetchall()}
    return fused_by_reciprocal_rank([[key for key in each if key in shown] for each in near])
