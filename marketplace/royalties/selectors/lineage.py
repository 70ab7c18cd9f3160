"""Reads on what a work was made from, and what it owes."""

from uuid import UUID

from django.db.models import QuerySet

from marketplace.catalog.models import Work
from marketplace.royalties.models import LineageShare, RemixTerms
from marketplace.royalties.splitting import GENERATIONS, Parent


def remix_share_of(work: Work) -> int:
    """What a work that is made from ``work`` now will owe it, in basis points."""
    terms = RemixTerms.objects.filter(work=work).first()
    return terms.basis_points if terms else 0


def lineage_of(work: Work) -> dict[UUID, list[Parent]]:
    """For ``work`` and those before it, whom each was made from; one query a generation, at most GENERATIONS."""
    lineage: dict[UUID, list[Parent]] = {}
    asked, open_ = {work.pk}, {work.pk}
    for _number in range(GENERATIONS):
        rows = LineageShare.objects.filter(child__in=open_).order_by("pk")
        found = rows.values_list("child_id", "child__artist_id", "parent_id", "parent__artist_id", "basis_points")
        parents = set()
        for child_id, child_artist, parent_id, artist_id, basis_points in found:
            is_own = child_artist == artist_id
            lineage.setdefault(child_id, []).append(Parent(parent_id, artist_id, basis_points, is_own))
            parents.add(parent_id)
        open_ = parents - asked
        asked |= open_
        if not open_:
            break
    return lineage


def parents_shown(work: Work) -> "QuerySet[LineageShare]":
    """The works that ``work`` was made from and that everybody may see, with their texts."""
    rows = LineageShare.objects.filter(child=work, parent__status=Work.Status.LISTED)
    return rows.select_related("parent__artist").prefetch_related("parent__texts").order_by("pk")
