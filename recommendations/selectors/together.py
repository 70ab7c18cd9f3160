"""Works that go together: what others bought beside them, else what is like them."""

from collections.abc import Sequence
from math import sqrt
from uuid import UUID

from django.db.models import Count

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from recommendations.models import Event, WorkPopularity
from recommendations.selectors.feeds import similar_works
from recommendations.selectors.filters import new_to
from recommendations.selectors.steering import wanted
from recommendations.steering import UNSTEERED, Steering
from recommendations.viewers import Viewer

# One buyer of both says nothing, and would show one person's purchases to all.
LEAST_BUYERS = 2
BUYERS_READ, CANDIDATES, WORKS_READ = 1000, 200, 5


def bought_together(
    *,
    works: Sequence[UUID],
    limit: int,
    viewer: Viewer | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works that the buyers of ``works`` bought too, at least LEAST_BUYERS of them. Three queries at most.

    In the order of the cosine of both sets of buyers: what everybody buys does not go with everything. Not the
    viewer's own, nor what she holds a licence in, hid or muted (``steering``).
    """
    bought = Event.objects.filter(kind=Event.Kind.BOUGHT)
    buyers = list(bought.filter(work__in=list(works)).order_by("-happened_at").values_list("viewer")[:BUYERS_READ])
    if len(buyers) < LEAST_BUYERS:
        return []
    shown = wanted(new_to(Work.objects.listed().open_to(access), viewer), steering).exclude(pk__in=list(works))
    both = (
        bought.filter(viewer__in=[key for (key,) in buyers], work__in=shown)
        .values("work")
        .annotate(buyers=Count("viewer", distinct=True))
        .filter(buyers__gte=LEAST_BUYERS)
        .order_by("-buyers", "-work")
        .values_list("work", "buyers")[:CANDIDATES]
    )
    counts = dict(both)
    popularity = WorkPopularity.objects.filter(work__in=list(counts))
    all_buyers = dict(popularity.values_list("work", "buyers"))
    score = {key: count / sqrt(max(count, all_buyers.get(key, 0))) for key, count in counts.items()}
    return sorted(counts, key=lambda key: (-score[key], -counts[key], key))[:limit]


def goes_with(
    *,
    work: Work,
    limit: int,
    viewer: Viewer | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """What goes with a work: bought together with it, then like it."""
    together = bought_together(works=[work.pk], limit=limit, viewer=viewer, access=access, steering=steering)
    if len(together) < limit:
        sought = limit + len(together)
        together += similar_works(work=work, limit=sought, viewer=viewer, access=access, steering=steering)
    return list(dict.fromkeys(together))[:limit]


def after_purchase(
    *,
    works: Sequence[Work],
    limit: int,
    viewer: Viewer | None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """What to show to somebody who has just bought ``works``: bought together with any of them, then what is like
    each of the first WORKS_READ, in turn."""
    own = {work.pk for work in works}
    found = bought_together(works=list(own), limit=limit, viewer=viewer, access=access, steering=steering)
    if len(found) < limit:
        like = [
            similar_works(work=one, limit=limit, viewer=viewer, access=access, steering=steering)
            for one in works[:WORKS_READ]
        ]
        found += [row[place] for place in range(limit) for row in like if place < len(row)]
    return [key for key in dict.fromkeys(found) if key not in own][:limit]
