"""Where candidates of a personal feed come from. What may be shown to the viewer is asked afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.db import connection

from marketplace.catalog.models import Work
from recommendations.engine.feed.contract import Floats
from recommendations.models import RelatedWorks
from recommendations.ranking import mean_direction
from recommendations.selectors.feeds.contents import ContentSpaces
from recommendations.selectors.feeds.near import Search, candidates_near, is_cut
from recommendations.viewers import Viewer

NEAR_TASTE = 120  # neighbours of the mean direction, of which the popular ones are popular in her region of taste
NEAR_EACH = 30
EFFORT_EACH = 50  # for one of several works: what is missed near one is near the mean, or another
STRONGEST = 3  # so many of the works that say most of her taste are looked around one by one
FOLLOWED, POPULAR, NEW, FOLLOWS = 40, 60, 40, 1000
RELATED_READ = 20

_FOR_ALL = """
(SELECT 'popular', work_id FROM recommendations_workpopularity WHERE score > 0 ORDER BY score DESC LIMIT {popular})
UNION ALL (SELECT 'new', w.id FROM ({listed}) w ORDER BY w.published_at DESC, w.id DESC LIMIT {new})
"""
_OF_FOLLOWED = """
UNION ALL (
    SELECT 'followed', w.id FROM ({listed}) w
    WHERE w.artist_id IN (SELECT artist_id FROM accounts_follow WHERE follower_id = %s)
    ORDER BY w.published_at DESC, w.id DESC LIMIT {followed}
)
UNION ALL (SELECT 'follows', artist_id FROM accounts_follow WHERE follower_id = %s ORDER BY id DESC LIMIT {follows})
"""


@dataclass(frozen=True, slots=True)
class Tie:
    """That people took two works together: how strongly, and with which work of the viewer's."""

    weight: float
    cause: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates by source. ``near``: for each vector that was looked around, the nearest first; ``is_near_cut``:
    whether there may be more near ones. ``follows``: artists."""

    near: list[list[UUID]] = field(default_factory=list)
    is_near_cut: bool = False
    followed: frozenset[UUID] = frozenset()
    popular: frozenset[UUID] = frozenset()
    new: frozenset[UUID] = frozenset()
    follows: frozenset[UUID] = frozenset()
    taste: dict[UUID, Tie] = field(default_factory=dict)
    bought: dict[UUID, Tie] = field(default_factory=dict)

    @property
    def all(self) -> set[UUID]:
        """Every candidate once."""
        return {
            *(key for each in self.near for key in each),
            *self.followed,
            *self.popular,
            *self.new,
            *self.taste,
            *self.bought,
        }


def sources_of(
    *,
    viewer: Viewer,
    taste: Mapping[UUID, float],
    contents: Mapping[UUID, Floats],
    spaces: ContentSpaces,
    sequence: Floats | None,
    recommender: UUID | None,
) -> Found:
    """Candidates from every source, unfiltered; ``taste``: her works, the strongest first.

    ``sequence`` (width): what the sequence model says of her, looked around too. ``recommender``: whose item-to-item
    lists are read.
    """
    searches = _searches(taste, contents, spaces, sequence)
    near = candidates_near(searches)
    related = _related(taste, recommender) if recommender else {}
    lists = _lists(viewer)
    return Found(
        near=near,
        is_near_cut=is_cut(searches, near),
        followed=frozenset(key for source, key in lists if source == "followed"),
        popular=frozenset(key for source, key in lists if source == "popular"),
        new=frozenset(key for source, key in lists if source == "new"),
        follows=frozenset(key for source, key in lists if source == "follows"),
        taste=related.get(RelatedWorks.Kind.TASTE, {}),
        bought=related.get(RelatedWorks.Kind.BOUGHT, {}),
    )


def _searches(
    taste: Mapping[UUID, float], contents: Mapping[UUID, Floats], spaces: ContentSpaces, sequence: Floats | None
) -> list[Search]:
    """In each space: around the mean of her works, what the sequence model expects, and her strongest works."""
    searches: list[Search] = []
    for (space, version, _dimensions), part in zip(spaces.spaces, spaces.slices, strict=True):
        own = {key: contents[key][part] for key in taste if key in contents and contents[key][part].any()}
        if not own:
            continue
        mean = mean_direction(np.stack(list(own.values())), [taste[key] for key in own])
        searches.append(Search(space, version, mean, NEAR_TASTE))
        if sequence is not None and (length := float(np.linalg.norm(sequence[part]))) > 0:
            searches.append(Search(space, version, sequence[part] / length, NEAR_TASTE))
        if len(own) > 1:
            searches += [
                Search(space, version, vector, NEAR_EACH, EFFORT_EACH) for vector in list(own.values())[:STRONGEST]
            ]
    return searches


def _related(taste: Mapping[UUID, float], recommender: UUID) -> dict[str, dict[UUID, Tie]]:
    rows = RelatedWorks.objects.filter(
        recommender=recommender, work__in=list(taste)[:RELATED_READ], kind__in=RelatedWorks.Kind.values
    ).values_list("kind", "work_id", "others", "weights")
    sums: dict[str, dict[UUID, float]] = {}
    best: dict[tuple[str, UUID], tuple[float, UUID]] = {}
    for kind, work_id, others, weights in rows:
        for other, weight in zip(others, weights, strict=True):
            said = weight * taste[work_id]
            sums.setdefault(kind, {})[other] = sums.get(kind, {}).get(other, 0.0) + said
            best[kind, other] = max(best.get((kind, other), (0.0, work_id)), (said, work_id))
    return {
        kind: {
            other: Tie(total, best[kind, other][1])
            for other, total in sorted(of_kind.items(), key=lambda pair: (-pair[1], pair[0]))
        }
        for kind, of_kind in sums.items()
    }


def _lists(viewer: Viewer) -> Sequence[tuple[str, UUID]]:
    """Popular works, new works, followed artists and new works of theirs: (source, work or artist), in no order.

    One query.
    """
    listed, params = Work.objects.listed().values("id", "artist_id", "published_at").query.sql_with_params()
    statement, values = _FOR_ALL.format(listed=listed, popular=POPULAR, new=NEW), [*params]
    if viewer.user_id is not None:
        statement += _OF_FOLLOWED.format(listed=listed, followed=FOLLOWED, follows=FOLLOWS)
        values += [*params, viewer.user_id, viewer.user_id]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[str, UUID]] = cursor.fetchall()
    return found
