"""How much of a sale's net goes to whom. Integers only; every split adds up (largest remainder).

First the lineage, generation by generation: of what a work gets, each work that it was made from gets its share, and of
that the same rule gives to those before. Then the collaborators, of what the lineage leaves.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.core.money import split_by_largest_remainder
from marketplace.royalties.models import MOST_OF_A_REMIX

GENERATIONS = 8
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Parent:
    """A work that another was made from, its artist, and what it is owed. ``is_own``: of the same artist."""

    work_id: UUID
    artist_id: UUID
    basis_points: int
    is_own: bool


Lineage = Mapping[UUID, Sequence[Parent]]


def owed_by(work_id: UUID, lineage: Lineage) -> list[Parent]:
    """Whom a sale of ``work_id`` owes, together at most half: what is above that is reduced in proportion.

    A work of the same artist is passed over for those that it was itself made from. Who is found twice counts once,
    with the larger share. By the works' ids.
    """
    found: dict[UUID, Parent] = {}
    passed = {work_id}
    open_ = [work_id]
    while open_:
        for parent in lineage.get(open_.pop(), ()):
            if parent.is_own:
                if parent.work_id not in passed:
                    passed.add(parent.work_id)
                    open_.append(parent.work_id)
            elif parent.work_id not in found or found[parent.work_id].basis_points < parent.basis_points:
                found[parent.work_id] = parent
    owed = [found[key] for key in sorted(found) if found[key].basis_points]
    together = [parent.basis_points for parent in owed]
    if sum(together) <= MOST_OF_A_REMIX:
        return owed
    reduced = split_by_largest_remainder(MOST_OF_A_REMIX, together)
    return [
        Parent(parent.work_id, parent.artist_id, points, parent.is_own)
        for parent, points in zip(owed, reduced, strict=True)
    ]


def lineage_amounts(net_minor: int, work_id: UUID, lineage: Lineage) -> dict[UUID, int]:
    """What each artist before ``work_id`` keeps of a sale that leaves ``net_minor``, in minor units.

    It goes up GENERATIONS of works, and ends where a share is less than one minor unit. Works cannot lead back to
    themselves (a file is there before what is made from it); if some did, the count of generations ends it.
    """
    kept: dict[UUID, int] = defaultdict(int)
    artists: dict[UUID, UUID] = {}
    generation = {work_id: net_minor}
    for number in range(GENERATIONS + 1):
        before: dict[UUID, int] = defaultdict(int)
        for child in sorted(generation):
            owed = owed_by(child, lineage) if number < GENERATIONS else []
            owed = [parent for parent in owed if parent.work_id != work_id]
            weights = [parent.basis_points for parent in owed]
            *given, rest = split_by_largest_remainder(generation[child], [*weights, _WHOLE - sum(weights)])
            for parent, amount in zip(owed, given, strict=True):
                artists[parent.work_id] = parent.artist_id
                before[parent.work_id] += amount
            if child != work_id:
                kept[artists[child]] += rest
        generation = {key: amount for key, amount in before.items() if amount}
    return {artist_id: amount for artist_id, amount in kept.items() if amount}


def collaborators_amounts(left_minor: int, shares: Mapping[UUID, int]) -> dict[UUID, int]:
    """What each collaborator gets of ``left_minor``; ``shares``: basis points by artist, at most the whole together."""
    artists = sorted(shares)
    weights = [shares[artist_id] for artist_id in artists]
    amounts = split_by_largest_remainder(left_minor, [*weights, _WHOLE - sum(weights)])
    return {artist_id: amount for artist_id, amount in zip(artists, amounts, strict=False) if amount}
