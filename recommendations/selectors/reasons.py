"""Why a work is shown: what the viewer did with the work that caused it."""

from uuid import UUID

from recommendations.models import Event
from recommendations.viewers import Viewer

# The strongest first: of several acts the one is told that says most.
TOLD = (
    Event.Kind.BOUGHT,
    Event.Kind.LIKED,
    Event.Kind.SAVED,
    Event.Kind.CARTED,
    Event.Kind.DWELT,
    Event.Kind.VIEWED,
)


def acts_on(*, work_ids: list[UUID], viewer: Viewer | None) -> dict[UUID, str]:
    """For each of ``work_ids`` the strongest of the viewer's acts (an Event.Kind); one query, none for a stranger."""
    if viewer is None or not work_ids:
        return {}
    rows = (
        Event.objects.filter(viewer=viewer.key, work__in=work_ids, kind__in=TOLD)
        .order_by()
        .values_list("work_id", "kind")
        .distinct()
    )
    acts: dict[UUID, set[str]] = {}
    for work_id, kind in rows:
        acts.setdefault(work_id, set()).add(kind)
    return {key: next(kind.value for kind in TOLD if kind in kinds) for key, kinds in acts.items()}
