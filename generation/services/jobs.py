"""Making and cancelling a job."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from pydantic import ValidationError

from generation.edits import Beginning
from generation.engine import contract
from generation.errors import JobEndedAlready, JobNotFound, SettingsUnusable
from generation.models import GenerationJob, GenerationModel
from generation.services.ending import end_job
from generation.services.fair_order import place, priority_of
from generation.speeds import expected_seconds
from marketplace.accounts.models import User
from marketplace.blobs import jobs_store
from marketplace.core.ids import new_id

FROM_WORDS = Beginning()


@transaction.atomic
def create_job(
    *,
    owner: User,
    model: GenerationModel,
    prompt: str,
    language: str,
    width: int,
    height: int,
    count: int,
    seed: int,
    steps: int,
    guidance: float,
    negative_prompt: str = "",
    beginning: Beginning = FROM_WORDS,
    adapters: tuple[contract.Adapter, ...] = (),
    submission: UUID | None = None,
    job_id: UUID | None = None,
    weight: float = 1.0,
) -> GenerationJob:
    """Store the request and put the job in the queue, in the caller's transaction.

    ``weight`` is the owner's share of the workers against others' (`services.fair_order`).
    ``adapters`` are LoRA files that lie in the jobs' store already.
    ``beginning`` makes it image to image, an edit or variations. A second call with the same ``submission`` gives
    the first one's job. Raises SettingsUnusable; nothing is in the queue
    then. The request is stored before the commit: after a rollback an object remains that nothing names,
    never a job without its request.
    """
    if submission is not None:
        earlier = GenerationJob.objects.filter(owner=owner, submission=submission).first()
        if earlier is not None:
            return earlier
    job_id = job_id or new_id()
    files = {
        contract.input_key(job_id): beginning.input_png,
        contract.mask_key(job_id): beginning.mask_png,
        contract.reference_key(job_id): beginning.reference_png,
        contract.control_key(job_id): beginning.control_png,
    }
    hashes = {key: hashlib.sha256(data).hexdigest() for key, data in files.items() if data is not None}
    input_key, mask_key, reference_key, control_key = (key if data is not None else None for key, data in files.items())
    try:
        request = contract.GenerationRequest(
            kind=beginning.kind,
            prompt=prompt,
            negative_prompt=negative_prompt,
            language=language,  # type: ignore[arg-type]  # pydantic checks it
            width=width,
            height=height,
            count=count,
            seed=seed,
            steps=steps,
            guidance=guidance,
            strength=beginning.strength,
            input_key=input_key,
            input_sha256=hashes.get(input_key or ""),
            mask_key=mask_key,
            mask_sha256=hashes.get(mask_key or ""),
            reference_key=reference_key,
            reference_sha256=hashes.get(reference_key or ""),
            tool=beginning.tool,
            control=beginning.control,
            control_key=control_key,
            control_sha256=hashes.get(control_key or ""),
            extension=beginning.extension,
            variation=beginning.variation,
            painted_side=beginning.painted_side,
            adapters=adapters,
            model=model.name,
            model_version=model.version,
            weights_sha256=model.weights_sha256 or None,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise SettingsUnusable(
            _("These settings cannot be used: %(fault)s") % {"fault": f"{where} {fault['msg']}".strip()},
            way_out=_("Correct them and try again."),
        ) from error
    job = GenerationJob(
        id=job_id,
        owner=owner,
        submission=submission or job_id,
        model=model,
        kind=request.kind.value,
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        language=request.language,
        width=request.width,
        height=request.height,
        count=request.count,
        seed=request.seed,
        steps=request.steps,
        guidance=request.guidance,
        strength=request.strength,
        input_sha256=request.input_sha256 or "",
        mask_sha256=request.mask_sha256 or "",
        reference_sha256=request.reference_sha256 or "",
        tool=request.tool.model_dump(mode="json") if request.tool is not None else None,
        control=request.control.model_dump(mode="json") if request.control is not None else None,
        control_sha256=request.control_sha256 or "",
        extension=request.extension.model_dump() if request.extension is not None else None,
        base_seed=request.variation.base_seed if request.variation is not None else None,
        variation=request.variation.amount if request.variation is not None else None,
        painted_side=request.painted_side,
        adapters=[adapter.used.model_dump(mode="json") for adapter in request.adapters] or None,
        steps_total=request.steps_run * request.count,
    )
    job.expected_s = expected_seconds(job)
    store = jobs_store()
    for key, data in files.items():
        if data is not None:
            store.put(key, data, media_type="image/png")
    store.put(contract.request_key(job_id), contract.as_json(request).encode(), media_type="application/json")
    place(job, cost_s=job.expected_s, weight=weight)
    job.save(force_insert=True)
    put_in_queue(job)
    return job


def put_in_queue(job: GenerationJob, *, wait_s: int = 0) -> None:
    """Defer the job's present attempt in the caller's transaction, at the job's place in the fair order, and remember
    the queue's row.
    """
    later = {"seconds": wait_s} if wait_s else None
    job.queue_job_id = app.configure_task(
        contract.RENDER_TASK, queue=contract.QUEUE, priority=priority_of(job), schedule_in=later
    ).defer(
        job_id=str(job.id),
        attempt=job.attempt,
        request_key=contract.request_key(job.id),
        # After a crash it is tried alone, so that a job that kills workers takes no others with it.
        shape="" if job.crashes or contract.Kind(job.kind).runs_alone else _shape_of(job),
    )
    job.save(update_fields=["queue_job_id"])


def _shape_of(job: GenerationJob) -> str:
    return contract.batch_shape(
        kind=job.kind,
        model=job.model.name,
        model_version=job.model.version,
        width=job.width,
        height=job.height,
        steps=job.steps,
        guidance=job.guidance,
        strength=job.strength,
        adapters=[(adapter["sha256"], adapter["weight"]) for adapter in job.adapters or []],
        control=contract.Control.model_validate(job.control) if job.control is not None else None,
    )


@transaction.atomic
def cancel_job(*, owner: User, job_id: UUID) -> GenerationJob:
    """Stop a job of ``owner``'s that waits or runs. What was delivered stays delivered.

    The worker hears of it at its next step. Raises JobNotFound (also for another's job) and JobEndedAlready.
    """
    job = GenerationJob.objects.select_for_update(of=("self",), no_key=True).filter(owner=owner, id=job_id).first()
    if job is None:
        raise JobNotFound(way_out=_("Look in your studio for your jobs."))
    if not job.is_active:
        raise JobEndedAlready(way_out=_("Its pictures are in your studio."))
    if job.queue_job_id is not None:
        # A row that runs is only marked, and its worker hears of it at once.
        app.job_manager.cancel_job_by_id(job.queue_job_id, abort=True)
    end_job(job, GenerationJob.State.CANCELLED)
    return job
