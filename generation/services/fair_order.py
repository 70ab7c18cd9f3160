"""The order in which waiting jobs are served: fair between artists, better plans first in proportion.

Self-clocked fair queueing (S. J. Golestani, INFOCOM 1994), the relative of start-time fair queueing (P. Goyal, H. Vin,
H. Cheng, SIGCOMM 1996) that serves by finish tags, so that a larger share is felt with the first job already. A job
gets, when it is ordered,

    tag = max(virtual time, the owner's last tag) + expected seconds / weight

and the smallest tag is served first. The virtual time is the largest tag of all jobs that have begun. So nobody waits
behind another's hundred (the hundred's tags grow one by one), nobody starves (the virtual time passes every tag), and
who was away brings neither debt nor savings. A job keeps its tag when it is tried again.

The queue's column ``priority`` (a 32-bit integer, the largest is served first) carries the tag: in hundredths of a
virtual second below ``QueueClock.base``. `advance_clock` moves the base on before the numbers run out.
"""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q

from generation.engine import contract
from generation.models import GenerationJob, QueueClock

PRIORITIES_PER_SECOND = 100
# 124 days of virtual time; the numbers end at twice that.
ADVANCE_AFTER_S = 2**30 / PRIORITIES_PER_SECOND
_LARGEST, _SMALLEST = 2**31 - 1, -(2**31)
# Advisory locks: whoever writes priorities shares the clock's; one order of an owner's is placed at a time.
_CLOCK_LOCK = 0x61746C73
_OWNER_LOCKS = 0x61746C74


def place(job: GenerationJob, *, cost_s: float, weight: float) -> None:
    """Give ``job`` its tag (not saved): ``cost_s`` expected seconds of making, ``weight`` > 0 the owner's share.

    In the caller's transaction, and until its end no other order of this owner is placed: two at once would
    take the same place.
    """
    if not weight > 0:
        raise ValueError(f"a share must be above 0, not {weight}")
    _lock_owner(job.owner_id)
    job.queue_tag = tag_after(job.owner_id, cost_s=cost_s, weight=weight)


def tag_after(owner_id: UUID, *, cost_s: float, weight: float) -> float:
    """The tag that the owner's next job would get now."""
    # What was cancelled before it began was never served and costs its owner nothing.
    own = GenerationJob.objects.filter(owner_id=owner_id).exclude(
        Q(state=GenerationJob.State.CANCELLED) & Q(started_at__isnull=True)
    )
    last = own.aggregate(last=Max("queue_tag"))["last"] or 0.0
    return max(virtual_time(), last) + cost_s / weight


def virtual_time() -> float:
    """The largest tag of all jobs that have begun, in virtual seconds; 0 before the first."""
    begun = GenerationJob.objects.filter(started_at__isnull=False)
    return begun.aggregate(latest=Max("queue_tag"))["latest"] or 0.0


def priority_of(job: GenerationJob) -> int:
    """What the queue's row of ``job`` carries. In the caller's transaction the clock stands until its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_CLOCK_LOCK])
    tag = job.queue_tag if job.queue_tag is not None else virtual_time()
    return max(_SMALLEST, min(_LARGEST, -round((tag - _base()) * PRIORITIES_PER_SECOND)))


@transaction.atomic
def advance_clock(*, after_s: float = ADVANCE_AFTER_S) -> bool:
    """Move the base to the virtual time where that is more than ``after_s`` ahead; the order stays as it is."""
    if virtual_time() - _base() <= after_s:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLOCK_LOCK])
        clock, _ = QueueClock.objects.get_or_create(id=QueueClock.ONLY)
        ahead = round((virtual_time() - clock.base) * PRIORITIES_PER_SECOND)
        clock.base += ahead / PRIORITIES_PER_SECOND
        clock.save(update_fields=["base"])
        cursor.execute(
            "UPDATE procrastinate_jobs SET priority = LEAST(priority::bigint + %s, %s)"
            " WHERE queue_name = %s AND status = 'todo'",
            [ahead, _LARGEST, contract.QUEUE],
        )
    return True


def _base() -> float:
    return QueueClock.objects.filter(id=QueueClock.ONLY).values_list("base", flat=True).first() or 0.0


def _lock_owner(owner_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_OWNER_LOCKS, str(owner_id)])
