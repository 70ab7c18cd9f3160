"""What a worker says of itself, and the answer to a report of progress."""

from enum import StrEnum

from pydantic import Field

from generation.engine.contract.limits import LARGEST_EDITED_SIDE, MOST_AT_ONCE, MOST_STEPS, SMALLEST_EDITED_SIDE
from generation.engine.contract.messages import Message


class Go(StrEnum):
    """The database's answer to a report of progress: go on, or stop and why."""

    ON = "go"
    CANCELLED = "cancelled"
    STALE = "stale"


class ModelInMemory(Message):
    """A model that a worker holds ready. ``memory_mib``: its weights."""

    name: str
    version: str
    memory_mib: int = Field(ge=0)


class WarmUp(Message):
    """What a worker measured at its start: one batch of a model's own size, made when all was warm."""

    name: str = Field(max_length=200)
    version: str = Field(max_length=80)
    side_px: int = Field(ge=SMALLEST_EDITED_SIDE, le=LARGEST_EDITED_SIDE)
    steps: int = Field(ge=1, le=MOST_STEPS)
    pictures: int = Field(ge=1, le=MOST_AT_ONCE)
    seconds: float = Field(gt=0, allow_inf_nan=False)


class WorkerReport(Message):
    """How a generation worker is, for the administrators' page and the shop's estimates. Times are seconds since 1970,
    UTC.

    ``batch_pictures`` is 0 while it waits; ``at_once`` is the setting, ``most_at_once`` are the batch sizes that memory
    has allowed so far, by shape, where that was less.
    """

    host: str = Field(max_length=200)
    pid: int
    started_at: float
    device: str = Field(max_length=200)
    build: str = Field(max_length=200)
    threads: int
    models: list[ModelInMemory]
    memory_mib: int = Field(ge=0)
    pictures_made: int = Field(ge=0)
    batches_made: int = Field(ge=0)
    jobs_failed: int = Field(ge=0)
    batch_pictures: int = Field(ge=0)
    batch_shape: str = ""
    batch_step: int = Field(default=0, ge=0)
    batch_steps: int = Field(default=0, ge=0)
    at_once: int = Field(default=1, ge=1, le=MOST_AT_ONCE)
    most_at_once: dict[str, int] = Field(default_factory=dict)
    warm_ups: list[WarmUp] = Field(default_factory=list, max_length=32)
    is_ending: bool = False
