"""The feed of the front page."""

from django.conf import settings

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.exploration import generator_for
from recommendations.selectors.exploration import Direction
from recommendations.selectors.feeds.anybody import for_anybody, mixed_in, picked, unknown
from recommendations.selectors.feeds.explored import with_explored
from recommendations.selectors.feeds.personal import personal_feed
from recommendations.selectors.feeds.recommendation import Recommendation
from recommendations.selectors.feeds.taste import acts_of, taste_of
from recommendations.selectors.filters import new_to
from recommendations.selectors.steering import steering_of, wanted
from recommendations.steering import Steering
from recommendations.versions import of_one_version
from recommendations.viewers import Viewer


@of_one_version()
def home_feed(
    *, viewer: Viewer | None, limit: int, access: Access = STRANGER, steering: Steering | None = None
) -> list[Recommendation]:
    """``limit`` listed works for the viewer, each with its reason; popular ones mixed with new for a stranger.

    Never hers, never one that she holds a licence in, never one that she has just looked at, hid or muted, never one
    that her ``access`` does not open. ``steering``: her wishes where they were read already. With ``is_personal`` off
    what she did and picked counts for nothing.
    """
    wishes = steering_of(viewer) if steering is None else steering
    acts = acts_of(viewer, since=wishes.taste_since) if viewer and wishes.is_personal else []
    taste = taste_of(acts, without=wishes.recently_hidden)
    works = wanted(new_to(Work.objects.listed().open_to(access), viewer), wishes)
    # Where the shop explores nothing, nothing is drawn.
    explores = settings.CONFIGURATION.exploration_share_percent > 0
    rng = generator_for(viewer.key if viewer and wishes.is_personal else "", now()) if explores else None
    feed: list[Recommendation] = []
    direction: Direction | None = None
    if viewer and taste:
        explored = wishes.explored(limit)
        feed, direction = personal_feed(
            viewer=viewer,
            works=works,
            acts=acts,
            taste=taste,
            limit=limit - explored,
            wishes=wishes,
            rng=rng,
        )
        if explored and feed:
            feed = mixed_in(feed, unknown(works, taste, feed, limit=explored))
    if len(feed) < limit and wishes.is_personal and wishes.picked_tags:
        shown = [*taste, *(entry.work_id for entry in feed)]
        feed += picked(works.exclude(pk__in=shown), wishes, limit=limit - len(feed))
    if len(feed) < limit:
        chosen = {entry.work_id for entry in feed}
        others = works.exclude(pk__in=list(taste)) if taste else works
        feed += [
            entry for entry in for_anybody(others, limit=limit + len(chosen), rng=rng) if entry.work_id not in chosen
        ]
    if rng is None:
        return feed[:limit]
    return with_explored(feed[:limit], works, taste, direction=direction, wishes=wishes, rng=rng)
