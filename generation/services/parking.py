"""Jobs that were set aside after three crashes: an administrator tries them again or gives them up.

When a job is set aside its artist is paid back what was not delivered. Tried again, it costs her nothing more: the
pictures that are made then are a present. Everything that an administrator does with one is kept (ParkedDecision).
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from generation.errors import JobNotFound, NotAdministrator, NotParked
from generation.models import GenerationJob, ParkedDecision
from generation.services.attempts import begin_next_attempt
from marketplace.accounts.models import User
from marketplace.core.clock import now

PERMISSION = "generation.change_parkedjob"


@transaction.atomic
def try_parked_again(*, administrator: User, job_id: UUID) -> GenerationJob:
    """Put the job in the queue again, alone, at its old place. Raises NotAdministrator, JobNotFound, NotParked."""
    job = _claimed(administrator, job_id, ParkedDecision.Action.TRY_AGAIN)
    job.ended_at, job.error_code = None, ""
    # One crash is kept: so it runs in no batch, and is set aside again after two more.
    job.crashes = 1
    job.state = GenerationJob.State.QUEUED
    job.save(update_fields=["ended_at", "error_code", "state"])
    begin_next_attempt(job)
    return job


@transaction.atomic
def give_up_parked(*, administrator: User, job_id: UUID) -> GenerationJob:
    """Let the job be failed for good. Raises NotAdministrator, JobNotFound, NotParked."""
    job = _claimed(administrator, job_id, ParkedDecision.Action.GIVE_UP)
    job.state = GenerationJob.State.FAILED
    job.save(update_fields=["state"])
    return job


@transaction.atomic
def open_parked_prompt(*, administrator: User, job_id: UUID) -> str:
    """The words of a job that is set aside; that they were read is written down. Raises as the others."""
    return _claimed(administrator, job_id, ParkedDecision.Action.READ_PROMPT).prompt


def _claimed(administrator: User, job_id: UUID, action: ParkedDecision.Action) -> GenerationJob:
    if not administrator.is_staff or not administrator.has_perm(PERMISSION):
        raise NotAdministrator
    job = (
        GenerationJob.objects.select_for_update(of=("self",), no_key=True)
        .select_related("model")
        .filter(id=job_id)
        .first()
    )
    if job is None:
        raise JobNotFound
    if job.state != GenerationJob.State.PARKED:
        raise NotParked(way_out=_("Somebody was faster. Look at the list again."))
    ParkedDecision.objects.create(job=job, administrator=administrator, action=action, decided_at=now())
    return job
