"""What a worker says of a picture that it made, and of a job that it gave up."""

from enum import StrEnum
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from generation.engine.contract.kinds import Kind
from generation.engine.contract.limits import MOST_ADAPTERS, MOST_AT_ONCE, MOST_PICTURES, Sha256
from generation.engine.contract.messages import Message
from generation.engine.contract.settings import AdapterUsed, Control, Extension, ToolSettings, Variation


class Recipe(Message):
    """How one picture was made: enough to make it again with the same weights.

    The last fields say how the machine ran it. Rounding depends on them, and nothing else does: a picture made again
    at the same place of a batch of the same size, with as many threads, by the same build on the same kind of
    device, has the same pixels (``pipelines.again``). What stood in the batch's other places changes nothing. Recipes
    from before these fields have batch size 1, and 0 or nothing for what nobody wrote down.
    """

    kind: Kind
    prompt: str
    negative_prompt: str
    language: str
    width: int
    height: int
    steps: int
    guidance: float
    strength: float | None
    scheduler: str
    seed: int
    model: str
    model_version: str
    weights_sha256: Sha256
    parent_input_sha256: Sha256 | None
    mask_sha256: Sha256 | None = None
    extension: Extension | None = None
    variation: Variation | None = None
    painted_side: int | None = None
    reference_sha256: Sha256 | None = None
    tool: ToolSettings | None = None
    control: Control | None = None
    control_sha256: Sha256 | None = None
    adapters: tuple[AdapterUsed, ...] = Field(default=(), max_length=MOST_ADAPTERS)

    method: str = Field(default="", max_length=200, description="Of a tool: what did it, a network or a library.")
    batch_size: int = Field(default=1, ge=1, le=MOST_AT_ONCE)
    batch_index: int = Field(default=0, ge=0, lt=MOST_AT_ONCE)
    threads: int = Field(default=0, ge=0, le=4096)
    build: str = Field(default="", max_length=200)
    device: Literal["", "cpu", "cuda"] = ""
    dtype: Literal["", "float32", "float16", "bfloat16"] = ""

    @model_validator(mode="after")
    def _place_lies_in_the_batch(self) -> Self:
        if self.batch_index >= self.batch_size:
            raise ValueError("batch_index lies outside the batch")
        return self

    @property
    def as_ordered(self) -> dict[str, object]:
        """All but how the machine ran it: two recipes that agree here order the same picture."""
        return self.model_dump(mode="json", exclude=set(_HOW_IT_RAN))


_HOW_IT_RAN = ("method", "batch_size", "batch_index", "threads", "build", "device", "dtype")


class PictureResult(Message):
    """One picture that lies in the store.

    ``render_s``: its share of the batch's seconds, and the encoding of its file.
    """

    job_id: UUID
    attempt: int = Field(ge=1)
    index: int = Field(ge=0, lt=MOST_PICTURES)
    storage_key: str
    sha256: Sha256
    size_bytes: int = Field(gt=0)
    media_type: Literal["image/png"] = "image/png"
    width: int
    height: int
    render_s: float = Field(ge=0)
    device: str = "cpu"
    recipe: Recipe
    record: "StoredRecord | None" = None


class StoredRecord(Message):
    """Which pixels of a restored picture survived: a PNG of its size in the store
    (``picture_tools.restoring.record``).
    """

    storage_key: str
    sha256: Sha256
    size_bytes: int = Field(gt=0)


class FailureCode(StrEnum):
    """Why a worker gave a job up. The first group may work when tried again."""

    STORE_UNREACHABLE = "store_unreachable"
    OUT_OF_MEMORY = "out_of_memory"
    INTERNAL = "internal"
    REQUEST_UNREADABLE = "request_unreadable"
    INPUT_UNREADABLE = "input_unreadable"
    NOTHING_STANDS_OUT = "nothing_stands_out"
    MODEL_MISSING = "model_missing"
    MODEL_UNSUITABLE = "model_unsuitable"
    ADAPTER_UNREADABLE = "adapter_unreadable"
    ADAPTER_UNSUITABLE = "adapter_unsuitable"
    TIME_LIMIT = "time_limit"

    @property
    def is_retryable(self) -> bool:
        """Whether another attempt may end better."""
        return self in {FailureCode.STORE_UNREACHABLE, FailureCode.OUT_OF_MEMORY, FailureCode.INTERNAL}
