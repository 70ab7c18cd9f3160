"""Puts a picture in the jobs' store as the generation worker does, without the worker."""

import hashlib
import io

from PIL import Image

from generation.engine import contract
from generation.engine.picture_tools.restoring.record import RestorationRecord
from generation.models import GenerationJob
from marketplace.blobs import jobs_store


def png(width: int, height: int, colour: str = "teal") -> bytes:
    """A plain picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def put_record(job: GenerationJob, index: int, record: RestorationRecord) -> contract.StoredRecord:
    """Store the record of a restored picture."""
    data = record.to_png()
    sha256 = hashlib.sha256(data).hexdigest()
    key = contract.record_key(job.id, index, sha256)
    jobs_store().put(key, data, media_type="image/png")
    return contract.StoredRecord(storage_key=key, sha256=sha256, size_bytes=len(data))


def put_picture(
    job: GenerationJob,
    index: int,
    *,
    data: bytes | None = None,
    attempt: int = 1,
    recipe: dict[str, object] | None = None,
    **more,
) -> str:
    """Store picture ``index`` and its result, with these changes of the recipe; returns the result's key."""
    data = data if data is not None else png(job.width, job.height)
    sha256 = hashlib.sha256(data).hexdigest()
    told = contract.Recipe.model_validate(
        {
            "kind": contract.Kind(job.kind),
            "prompt": job.prompt,
            "negative_prompt": job.negative_prompt,
            "language": job.language,
            "width": job.width,
            "height": job.height,
            "steps": job.steps,
            "guidance": job.guidance,
            "strength": job.strength,
            "scheduler": "DPMSolverMultistepScheduler",
            "seed": (job.seed + index) % 2**32,
            "model": job.model.name,
            "model_version": job.model.version,
            "weights_sha256": "a" * 64,
            "parent_input_sha256": job.input_sha256 or None,
            "mask_sha256": job.mask_sha256 or None,
            "extension": job.extension,
            "variation": {"base_seed": job.base_seed, "amount": job.variation} if job.variation is not None else None,
            "painted_side": job.painted_side,
            "reference_sha256": job.reference_sha256 or None,
            "tool": job.tool,
            "control": job.control,
            "control_sha256": job.control_sha256 or None,
            "adapters": job.adapters or [],
            **(recipe or {}),
        }
    )
    result = contract.PictureResult(
        **{
            "job_id": job.id,
            "attempt": attempt,
            "index": index,
            "storage_key": contract.picture_key(job.id, index, sha256),
            "sha256": sha256,
            "size_bytes": len(data),
            "width": job.width,
            "height": job.height,
            "render_s": 2.0,
            "recipe": told,
            **more,
        }
    )
    jobs_store().put(contract.picture_key(job.id, index, sha256), data, media_type="image/png")
    key = contract.result_key(job.id, index, attempt)
    jobs_store().put(key, result.model_dump_json().encode(), media_type="application/json")
    return key
