"""The administrators' page: workers, models, queue, waiting times and failures, in a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, FloatField, Min, Q, Sum
from django.db.models.functions import Coalesce
from pydantic import ValidationError

from generation.engine import contract
from generation.models import GenerationJob, JobAttempt, WorkerReport
from generation.selectors.waiting import ALIVE_WITHIN_S
from marketplace.core.clock import now

# A worker whose last report is older is shown as gone; between the two it is late.
GONE_AFTER_S = 60.0
MOST_WORKERS_SHOWN = 200
ALIVE, LATE, GONE = "alive", "late", "gone"


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One worker. ``report`` is None where what it says of itself does not follow the contract."""

    name: str
    state: str
    reported_at: datetime
    report: contract.WorkerReport | None


@dataclass(frozen=True, slots=True)
class LoadedModelLine:
    """A model that living workers hold in memory: on how many, and the largest memory that it takes (MiB)."""

    name: str
    version: str
    workers: int
    memory_mib: int


@dataclass(frozen=True, slots=True)
class QueueLine:
    """The jobs of one model: waiting by age, running, and the seconds of work that wait."""

    model: str
    running: int
    waiting: int
    under_a_minute: int
    under_ten_minutes: int
    older: int
    oldest_at: datetime | None
    expected_s: float


@dataclass(frozen=True, slots=True)
class Window:
    """What happened since a moment. Waiting times in seconds, None where nothing began. ``estimate_error``: the median
    of the deviations of the making's time from what was told before, as a share; None where nothing was finished.
    """

    since: datetime
    began: int
    waited_p50_s: float | None
    waited_p95_s: float | None
    finished: int
    failures: list[tuple[str, int]]
    estimate_error: float | None

    @property
    def estimate_percent(self) -> str:
        """For the page."""
        return f"{100 * self.estimate_error:.0f} %" if self.estimate_error is not None else "—"


@dataclass(frozen=True, slots=True)
class Overview:
    """All of the page."""

    workers: list[WorkerLine]
    loaded: list[LoadedModelLine]
    queue: list[QueueLine]
    hour: Window
    day: Window
    parked: int

    @property
    def alive(self) -> int:
        """How many workers live."""
        return sum(line.state == ALIVE for line in self.workers)

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return sum(line.waiting for line in self.queue)


_TIMES = """
SELECT count(*) FILTER (WHERE started_at >= %(since)s),
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - created_at))
           FILTER (WHERE started_at >= %(since)s),
       count(*) FILTER (WHERE state = 'finished' AND ended_at >= %(since)s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(extract(epoch FROM ended_at - started_at) / expected_s - 1))
           FILTER (WHERE state = 'finished' AND ended_at >= %(since)s AND attempt = 1 AND expected_s > 0)
  FROM generation_generationjob
 WHERE started_at >= %(since)s OR ended_at >= %(since)s
"""


def overview() -> Overview:
    """As it is now. Seven queries, however many workers and jobs there are."""
    moment = now()
    workers = _workers(moment)
    return Overview(
        workers=workers,
        loaded=_loaded(workers),
        queue=_queue(moment),
        hour=_window(moment - timedelta(hours=1)),
        day=_window(moment - timedelta(days=1)),
        parked=GenerationJob.objects.filter(state=GenerationJob.State.PARKED).count(),
    )


def _workers(moment: datetime) -> list[WorkerLine]:
    lines = []
    for row in WorkerReport.objects.order_by("-reported_at", "worker")[:MOST_WORKERS_SHOWN]:
        silent_s = (moment - row.reported_at).total_seconds()
        state = ALIVE if silent_s <= ALIVE_WITHIN_S else LATE if silent_s <= GONE_AFTER_S else GONE
        try:
            report = contract.WorkerReport.model_validate(row.report)
        except ValidationError:
            # A worker of another release, or a stranger's: that it lives is known all the same.
            report = None
        lines.append(WorkerLine(row.worker, state, row.reported_at, report))
    return lines


def _loaded(workers: list[WorkerLine]) -> list[LoadedModelLine]:
    count: Counter[tuple[str, str]] = Counter()
    memory: dict[tuple[str, str], int] = {}
    for line in workers:
        for model in line.report.models if line.state == ALIVE and line.report else []:
            key = (model.name, model.version)
            count[key] += 1
            memory[key] = max(memory.get(key, 0), model.memory_mib)
    return [LoadedModelLine(*key, workers=count[key], memory_mib=memory[key]) for key in sorted(count)]


def _queue(moment: datetime) -> list[QueueLine]:
    waits = Q(state=GenerationJob.State.QUEUED)
    minute, ten_minutes = moment - timedelta(minutes=1), moment - timedelta(minutes=10)
    rows = (
        GenerationJob.objects.filter(state__in=GenerationJob.ACTIVE)
        .order_by("model__name", "model__version")
        .values("model__name", "model__version")
        .annotate(
            running=Count("id", filter=~waits),
            waiting=Count("id", filter=waits),
            under_a_minute=Count("id", filter=waits & Q(created_at__gt=minute)),
            under_ten_minutes=Count("id", filter=waits & Q(created_at__lte=minute, created_at__gt=ten_minutes)),
            older=Count("id", filter=waits & Q(created_at__lte=ten_minutes)),
            oldest_at=Min("created_at", filter=waits),
            seconds=Coalesce(Sum("expected_s", filter=waits), 0.0, output_field=FloatField()),
        )
    )
    return [
        QueueLine(
            model=f"{row['model__name']} {row['model__version']}",
            running=row["running"],
            waiting=row["waiting"],
            under_a_minute=row["under_a_minute"],
            under_ten_minutes=row["under_ten_minutes"],
            older=row["older"],
            oldest_at=row["oldest_at"],
            expected_s=row["seconds"],
        )
        for row in rows
    ]


def _window(since: datetime) -> Window:
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, {"since": since})
        began, waited, finished, error = cursor.fetchone()
    p50, p95 = (float(seconds) for seconds in waited) if waited and began else (None, None)
    failures = (
        JobAttempt.objects.filter(ended_at__gte=since)
        .order_by("error_code")
        .values_list("error_code")
        .annotate(count=Count("id"))
    )
    return Window(
        since=since,
        began=began,
        waited_p50_s=p50,
        waited_p95_s=p95,
        finished=finished,
        failures=sorted(failures, key=lambda line: -line[1]),
        estimate_error=float(error) if error is not None else None,
    )
