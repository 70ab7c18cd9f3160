"""Writing usage down, once for each object."""

from datetime import datetime
from uuid import UUID

from marketplace.core.clock import now
from marketplace.metering.models import UsageRecord
from marketplace.metering.resources import Resource


def record_usage(
    *,
    resource: Resource,
    object_ref: str,
    quantity: int,
    owner_id: UUID | None,
    model_id: UUID | None = None,
    device: str = "",
    at: datetime | None = None,
) -> None:
    """Record ``quantity`` whole units of ``resource`` (see ``resources``).

    A repetition for the same object changes nothing, whatever it says.
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
        raise ValueError(f"a quantity is a whole number of units, not {quantity!r}")
    made = UsageRecord(
        resource=resource,
        object_ref=object_ref,
        quantity=quantity,
        owner_id=owner_id,
        model_id=model_id,
        device=device[:80],
        happened_at=at or now(),
    )
    UsageRecord.objects.bulk_create([made], ignore_conflicts=True)
