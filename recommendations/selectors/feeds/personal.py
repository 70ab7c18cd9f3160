"""A feed from what a person did: candidates from many sources, ranked by the trained models, made diverse."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from marketplace.catalog.models import Work
from recommendations.exploration import in_turns
from recommendations.feed_models import present_model
from recommendations.ranking import at_most_per_group, diversified
from recommendations.selectors.exploration import Direction, direction_in
from recommendations.selectors.feeds.candidates import (
    acts_for_models,
    ages_of,
    candidates_for_models,
    last_acts,
    pool_of,
)
from recommendations.selectors.feeds.contents import ContentSpaces, known_works
from recommendations.selectors.feeds.recommendation import Reason, Recommendation
from recommendations.selectors.feeds.sources import Found, sources_of
from recommendations.selectors.feeds.taste import PastAct
from recommendations.selectors.neighbours import nearest_works
from recommendations.steering import Candidates as SteeredCandidates
from recommendations.steering import Steering, steered
from recommendations.viewers import Viewer

# An artist has no more than this share of a feed, and two places at least, as long as there are others.
MOST_OF_AN_ARTIST = 0.25
FURTHER_PER_PLACE = 5


def personal_feed(
    *,
    viewer: Viewer,
    works: QuerySet[Work],
    acts: Sequence[PastAct],
    taste: Mapping[UUID, float],
    limit: int,
    wishes: Steering,
    rng: np.random.Generator | None,
) -> tuple[list[Recommendation], Direction | None]:
    """``limit`` of ``works`` for what the viewer did (``acts``, the newest first; ``taste``: work -> weight).

    With ``rng`` those that are about as relevant take turns, the ones first that were shown less.

    Fewer, or none, where nothing that she dealt with has content. The same number of queries at any length. And where
    her taste points to; None where nothing tells.
    """
    spaces = ContentSpaces.present()
    read = list({*taste, *(act.work_id for act in last_acts(acts)), *wishes.recently_hidden})
    known = known_works(read, spaces)
    contents = {key: work.content for key, work in known.items() if work.content.any()}
    anchors = [key for key in taste if key in contents]
    if not anchors:
        return [], None
    present = present_model(spaces.spaces)
    hers = acts_for_models(acts, known, spaces)
    sequence = present.model.taste(hers) if present else None
    found = sources_of(
        viewer=viewer,
        taste=taste,
        contents=contents,
        spaces=spaces,
        sequence=sequence,
        recommender=present.version_id if present else None,
    )
    own = np.stack([contents[key] for key in anchors])
    part = spaces.leading(own)
    space = spaces.spaces[spaces.slices.index(part)][0]
    direction = direction_in(space, {key: contents[key][part] for key in anchors}, taste)
    mean = direction.vector if direction else np.zeros(own[:, part].shape[1], dtype=np.float32)
    pool = pool_of(found, works, without=list(taste), spaces=spaces)
    if len(pool.keys) < limit and found.is_near_cut:
        # Wishes or rights left out nearly all that is near: now look further, among those that pass alone.
        others = works.exclude(pk__in=list(taste))
        further = nearest_works(space=space, vector=mean, works=others, limit=limit * FURTHER_PER_PLACE)
        found = replace(found, near=[*found.near, [near.work_id for near in further]])
        pool = pool_of(found, works, without=list(taste), spaces=spaces)
    if not pool.keys:
        return [], direction
    vectors, likeness = pool.content[:, part], pool.content[:, part] @ own[:, part].T
    if present and sequence is not None:
        relevance = present.model.scores(hers, candidates_for_models(pool, found), taste=sequence)
    else:
        # Without a model the places in all sources and the likeness to her taste count alike: places alone would not
        # tell a near neighbour from the best of the far ones.
        relevance = pool.fused / pool.fused.max() + vectors @ mean
    hidden = [contents[key][part] for key in wishes.recently_hidden if key in contents]
    known_artists = {known[key].artist_id for key in anchors}
    seen_by = SteeredCandidates(
        relevance=relevance.tolist(),
        familiarity=likeness.max(1).tolist(),
        age_days=ages_of(pool).tolist(),
        is_known_artist=[fact.artist_id in known_artists for fact in pool.facts],
        likeness_to_hidden=(vectors @ np.stack(hidden).T).max(1).tolist() if hidden else [-1.0] * len(pool.keys),
    )
    merit = steered(seen_by, wishes)
    if rng is not None:
        shown = [fact.shown for fact in pool.facts]
        enough = settings.CONFIGURATION.exploration_first_views
        merit = in_turns(merit, shown, enough=enough, rng=rng, lean=wishes.lean)
    order = diversified(pool.keys, merit, vectors, limit=2 * limit, balance=wishes.balance)
    artists = {key: fact.artist_id for key, fact in zip(pool.keys, pool.facts, strict=True)}
    spread = at_most_per_group(order, artists, most=max(2, int(limit * MOST_OF_AN_ARTIST)))
    nearest = {key: anchors[place] for key, place in zip(pool.keys, likeness.argmax(1).tolist(), strict=True)}
    return [_told(key, found, nearest[key]) for key in spread[:limit]], direction


def _told(key: UUID, found: Found, nearest: UUID) -> Recommendation:
    """The reason that says most to a person, of those that are true."""
    if key in found.bought:
        return Recommendation(key, Reason.BOUGHT, because_of=found.bought[key].cause)
    if any(key in near for near in found.near):
        return Recommendation(key, Reason.LIKE, because_of=nearest)
    if key in found.taste:
        return Recommendation(key, Reason.TASTE, because_of=found.taste[key].cause)
    if key in found.followed:
        return Recommendation(key, Reason.FOLLOWED)
    return Recommendation(key, Reason.POPULAR if key in found.popular else Reason.NEW)
