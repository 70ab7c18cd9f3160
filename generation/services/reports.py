"""What a worker says about a picture, held against the picture itself and against the job.

The recipe ends in Content Credentials that the site signs, and every picture is paid for: so nothing of it is believed.
Only the scheduler's name, a tool's method, what a restoration's record says, how the machine ran it (batch, threads,
build, device, format), and the weights' hash of a model whose hash nobody registered, cannot be compared.
"""

import hashlib
import io
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError

from generation.engine import contract
from generation.engine.picture_tools.restoring.record import RecordUnreadable, RestorationRecord
from generation.errors import ReportUnusable
from generation.models import GenerationJob
from marketplace.blobs import jobs_store
from marketplace.core.blobs import BlobNotFound

# Noise of the largest size that can be ordered, which no PNG makes smaller.
LARGEST_RECORD_BYTES = 8 * 1024 * 1024
LARGEST_PICTURE_BYTES = 64 * 1024 * 1024


def read_report(job_id: UUID, key: str) -> contract.PictureResult:
    """The report under ``key``, whole, with the picture that it describes. Raises ReportUnusable.

    Needs the store but no lock; `require_ordered` then compares it with the job.
    """
    if not key.startswith(contract.results_prefix(job_id)) or ".." in key:
        raise ReportUnusable(f"{key} is no result of job {job_id}")
    store = jobs_store()
    try:
        result = contract.PictureResult.model_validate_json(store.get(key))
        expected = contract.picture_key(job_id, result.index, result.sha256)
        if result.job_id != job_id or result.storage_key != expected:
            raise ReportUnusable(f"{key} names the picture of another job")
        data = store.get(result.storage_key)
    except ValidationError as error:
        raise ReportUnusable(f"{key} does not follow the contract: {error.errors()[0]['msg']}") from error
    except BlobNotFound as error:
        raise ReportUnusable(f"a picture of job {job_id} is missing: {error.message}") from error
    _check_picture(data, result)
    if result.record is not None:
        _check_record(result.record, result)
    return result


def require_ordered(job: GenerationJob, result: contract.PictureResult) -> None:
    """Raises ReportUnusable unless ``result`` is a picture that ``job`` ordered, made as it was ordered."""
    if result.index >= job.count:
        raise ReportUnusable(f"job {job.id} has no picture {result.index}")
    if (result.width, result.height) != (job.width, job.height):
        raise ReportUnusable(
            f"picture {result.index} of job {job.id} is {result.width}×{result.height}, not {job.width}×{job.height}"
        )
    if (result.record is not None) != (job.kind == GenerationJob.Kind.RESTORE):
        raise ReportUnusable(f"job {job.id} is a {job.kind}, and restorations alone have a record")
    told = result.recipe.model_dump(mode="json")
    wrong = [name for name, value in _ordered(job, result.index).items() if told[name] != value]
    if wrong:
        raise ReportUnusable(f"picture {result.index} of job {job.id} was not made as ordered: {', '.join(wrong)}")


def _ordered(job: GenerationJob, index: int) -> dict[str, object]:
    ordered: dict[str, object] = {
        "kind": job.kind,
        "prompt": job.prompt,
        "negative_prompt": job.negative_prompt,
        "language": job.language,
        "width": job.width,
        "height": job.height,
        "steps": job.steps,
        "guidance": job.guidance,
        "strength": job.strength,
        "seed": contract.seed_of(job.seed, index),
        "model": job.model.name,
        "model_version": job.model.version,
        "parent_input_sha256": job.input_sha256 or None,
        "mask_sha256": job.mask_sha256 or None,
        "extension": job.extension,
        "variation": None if job.variation is None else {"base_seed": job.base_seed, "amount": job.variation},
        "painted_side": job.painted_side,
        "reference_sha256": job.reference_sha256 or None,
        "tool": job.tool,
        "control": job.control,
        "control_sha256": job.control_sha256 or None,
        "adapters": job.adapters or [],
    }
    if job.model.weights_sha256:
        ordered["weights_sha256"] = job.model.weights_sha256
    return ordered


def _check_record(record: contract.StoredRecord, result: contract.PictureResult) -> None:
    if record.storage_key != contract.record_key(result.job_id, result.index, record.sha256):
        raise ReportUnusable(f"{record.storage_key} is no record of picture {result.index} of job {result.job_id}")
    if record.size_bytes > LARGEST_RECORD_BYTES:
        raise ReportUnusable(f"{record.storage_key} is larger than any record")
    try:
        data = jobs_store().get(record.storage_key)
    except BlobNotFound as error:
        raise ReportUnusable(f"the record of a picture of job {result.job_id} is missing: {error.message}") from error
    if hashlib.sha256(data).hexdigest() != record.sha256 or len(data) != record.size_bytes:
        raise ReportUnusable(f"{record.storage_key} has another content than reported")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as header:
            if header.size != (result.width, result.height):
                raise ReportUnusable(f"{record.storage_key} has another size than its picture")
        RestorationRecord.from_png(data)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        RecordUnreadable,
    ) as error:
        raise ReportUnusable(f"{record.storage_key}: {error}") from error


def _check_picture(data: bytes, result: contract.PictureResult) -> None:
    if len(data) != result.size_bytes or len(data) > LARGEST_PICTURE_BYTES:
        raise ReportUnusable(f"{result.storage_key} has another size than reported")
    if hashlib.sha256(data).hexdigest() != result.sha256:
        raise ReportUnusable(f"{result.storage_key} has another content than reported")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if picture.size != (result.width, result.height):
                raise ReportUnusable(f"{result.storage_key} is {picture.width}×{picture.height}, not as reported")
            if max(picture.size) > contract.LARGEST_ENLARGED_SIDE:
                raise ReportUnusable(f"{result.storage_key} is larger than any picture that can be ordered")
            # The header alone says nothing about the pixels; its size was bounded above, so decoding is too.
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ReportUnusable(f"{result.storage_key} is no PNG picture") from error
