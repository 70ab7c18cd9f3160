"""What is like a work."""

from uuid import UUID

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from recommendations.ranking import diversified
from recommendations.selectors.feeds.candidates import pool_of
from recommendations.selectors.feeds.contents import ContentSpaces, contents_of
from recommendations.selectors.feeds.near import Search, candidates_near, is_cut
from recommendations.selectors.feeds.sources import Found
from recommendations.selectors.filters import new_to
from recommendations.selectors.neighbours import nearest_works
from recommendations.selectors.steering import wanted
from recommendations.steering import UNSTEERED, Steering
from recommendations.versions import of_one_version
from recommendations.viewers import Viewer

# Relevance to difference: what is shown beside a work should be like it first of all.
BALANCE = 0.85
CANDIDATES_PER_PLACE = 8


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
    own = contents_of([work.pk], spaces).get(work.pk)
    if own is None:
        return []
    works = wanted(new_to(Work.objects.listed().open_to(access), viewer), steering)
    sought = limit * CANDIDATES_PER_PLACE
    here = [part for part in spaces.slices if own[part].any()]
    versions = [space for space, part in zip(spaces.spaces, spaces.slices, strict=True) if own[part].any()]
    searches = [
        Search(space, version, own[part], sought)
        for (space, version, _dimensions), part in zip(versions, here, strict=True)
    ]
    found = candidates_near(searches)
    pool = pool_of(Found(near=found), works, without=[work.pk], spaces=spaces)
    if len(pool.keys) < limit and is_cut(searches, found):
        others = works.exclude(pk=work.pk)
        near = [
            [near.work_id for near in nearest_works(space=each.space, vector=each.vector, works=others, limit=sought)]
            for each in searches
        ]
        pool = pool_of(Found(near=near), works, without=[work.pk], spaces=spaces)
    if not pool.keys:
        return []
    part = spaces.leading(own[None])
    vectors = pool.content[:, part]
    # The place among candidates and the likeness itself, alike in weight: places alone would not tell a near neighbour
    # from the best of the far ones.
    relevance = pool.fused / pool.fused.max() + vectors @ own[part]
    return diversified(pool.keys, relevance.tolist(), vectors, limit=limit, balance=BALANCE)
