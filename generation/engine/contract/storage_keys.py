"""Where everything of a job lies in the jobs' store."""

from uuid import UUID


def request_key(job_id: UUID) -> str:
    """Where the request of a job lies."""
    return f"{job_prefix(job_id)}request.json"


def input_key(job_id: UUID) -> str:
    """Where the input picture of a job lies."""
    return f"{job_prefix(job_id)}input.png"


def mask_key(job_id: UUID) -> str:
    """Where the mask of a job lies (PNG, one channel)."""
    return f"{job_prefix(job_id)}mask.png"


def adapter_key(adapter_id: UUID, sha256: str) -> str:
    """Where a LoRA file lies that a job was ordered with; later orders find it there."""
    return f"jobs/adapters/{adapter_id}/{sha256}.safetensors"


def picture_key(job_id: UUID, index: int, sha256: str) -> str:
    """Where a picture lies; its content is in its name, so no late writer can change what was recorded."""
    return f"{job_prefix(job_id)}pictures/{index}-{sha256}.png"


def reference_key(job_id: UUID) -> str:
    """Where the picture lies whose style or colours a job takes."""
    return f"{job_prefix(job_id)}reference.png"


def control_key(job_id: UUID) -> str:
    """Where the picture lies that leads a job's composition."""
    return f"{job_prefix(job_id)}control.png"


def record_key(job_id: UUID, index: int, sha256: str) -> str:
    """Where the record of a restored picture lies."""
    return f"{job_prefix(job_id)}records/{index}-{sha256}.png"


def result_key(job_id: UUID, index: int, attempt: int) -> str:
    """Where the PictureResult of picture ``index`` lies; written after the picture, so what has one is
    whole.
    """
    return f"{results_prefix(job_id)}{index}-{attempt}.json"


def results_prefix(job_id: UUID) -> str:
    """All PictureResults of a job lie under this."""
    return f"{job_prefix(job_id)}results/"


def preview_key(job_id: UUID) -> str:
    """Where the small picture of the moment lies (WebP)."""
    return f"{job_prefix(job_id)}preview.webp"


def job_prefix(job_id: UUID) -> str:
    """Everything of a job lies under this."""
    return f"jobs/{job_id}/"
