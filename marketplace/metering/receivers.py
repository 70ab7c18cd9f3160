"""What is used, when the rooms below say that something happened."""

from typing import Any

from generation.models import GenerationOutput
from marketplace.metering.resources import Resource
from marketplace.metering.services import record_usage

# A worker is a stranger: more than a day for one picture it does not get paid for.
_LONGEST_MS = 86_400_000


def meter_picture(*, output: GenerationOutput, **_more: Any) -> None:
    """A picture was delivered: its share of the worker's seconds, by the job's owner and model, on its device."""
    job = output.job
    record_usage(
        resource=Resource.CPU if output.device.startswith("cpu") else Resource.GPU,
        object_ref=f"job:{job.pk}:{output.index}",
        quantity=round(min(output.render_s * 1000, _LONGEST_MS)),
        owner_id=job.owner_id,
        model_id=job.model_id,
        device=output.device,
    )
