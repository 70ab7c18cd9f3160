"""What a viewer did lately, and what that says of her taste."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from marketplace.core.clock import now
from recommendations.models import Event
from recommendations.ranking import decayed
from recommendations.viewers import Viewer

Kind = Event.Kind

EVENTS_READ = 200
WORKS_OF_TASTE = 40
HALF_LIFE_DAYS = 14.0
MEMORY_DAYS = 120
WEIGHTS = {
    Kind.VIEWED: 1.0,
    Kind.LIKED: 4.0,
    Kind.SAVED: 4.0,
    Kind.CARTED: 5.0,
    Kind.BOUGHT: 6.0,
}
TAKES_BACK = {Kind.UNLIKED: Kind.LIKED, Kind.UNSAVED: Kind.SAVED, Kind.UNHIDDEN: Kind.HIDDEN}
# Somebody who stays so long with a work says as much as by two looks.
LONG_STAY_S = 60
WEIGHT_OF_A_LONG_STAY = 2.0


@dataclass(frozen=True, slots=True)
class PastAct:
    """Something that a viewer did with a work and did not take back; ``seconds`` of staying alone."""

    work_id: UUID
    kind: str
    seconds: int | None
    happened_at: datetime

    @property
    def weight(self) -> float:
        """What it says of a taste when it has just happened; hiding says nothing of what is liked."""
        if self.kind == Kind.DWELT:
            return WEIGHT_OF_A_LONG_STAY * min(self.seconds or 0, LONG_STAY_S) / LONG_STAY_S
        return WEIGHTS.get(Kind(self.kind), 0.0)


def acts_of(viewer: Viewer, *, since: datetime | None = None) -> list[PastAct]:
    """What the viewer did in the last MEMORY_DAYS and after ``since``, the newest first; one query."""
    first = now() - timedelta(days=MEMORY_DAYS)
    rows = (
        Event.objects.filter(viewer=viewer.key, happened_at__gte=max(first, since or first))
        .filter(kind__in=[*WEIGHTS, Kind.DWELT, Kind.HIDDEN, *TAKES_BACK])
        .order_by("-happened_at")
        .values_list("work_id", "kind", "seconds", "happened_at")[:EVENTS_READ]
    )
    acts: list[PastAct] = []
    taken_back: set[tuple[UUID, str]] = set()
    for work_id, kind, seconds, happened_at in rows:
        if kind in TAKES_BACK:
            taken_back.add((work_id, TAKES_BACK[Kind(kind)]))
        elif (work_id, kind) not in taken_back:
            acts.append(PastAct(work_id, kind, seconds, happened_at))
    return acts


def taste_of(acts: Sequence[PastAct], *, without: Collection[UUID] = ()) -> dict[UUID, float]:
    """The works that the viewer likes most by her ``acts``, the strongest first: work -> weight, above 0."""
    at = now()
    weights: dict[UUID, float] = {}
    for act in acts:
        weight = decayed(act.weight, at=act.happened_at, now=at, half_life_days=HALF_LIFE_DAYS)
        weights[act.work_id] = weights.get(act.work_id, 0.0) + weight
    liked = sorted(((w, key) for key, w in weights.items() if w > 0 and key not in without), key=lambda pair: -pair[0])
    return {key: weight for weight, key in liked[:WORKS_OF_TASTE]}
