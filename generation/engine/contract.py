"""What the web side and the generation worker say to each other. Plain values: no torch, no Django.

Requests and results lie as JSON in the jobs' store; a queue's row names only their keys.
``CONTRACT_VERSION`` grows when a field changes its meaning; a worker refuses a version that it does not
know, in words.
"""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generation.engine.picture_tools.restoring.kinds import DamageKind

CONTRACT_VERSION: Final = 1

QUEUE = "generation"
RENDER_TASK = "generation.render"
# What the worker may defer for the web side, and nothing else (its database role enforces this list).
PICTURE_TASK = "generation.record_picture"
FINISHED_TASK = "generation.record_finished"
FAILED_TASK = "generation.record_failed"
OUTCOME_QUEUE = "default"
OUTCOME_TASKS = (PICTURE_TASK, FINISHED_TASK, FAILED_TASK)

SIDE_MULTIPLE = 64
SMALLEST_SIDE = 128
LARGEST_SIDE = 1024
MOST_PICTURES = 8
# Pictures that a worker may denoise at once, of one job or of several.
MOST_AT_ONCE = 64
MOST_STEPS = 100
# An edit keeps its picture's own size, which may be any within these.
SMALLEST_EDITED_SIDE = 64
LARGEST_EDITED_SIDE = 2048
MOST_EXTENSION = 512
# Of what a tool enlarges: the result's longer side in pixels.
LARGEST_ENLARGED_SIDE = 4096
# Tools have no denoising steps; their progress is told in as many parts.
TOOL_STEPS = 20
LARGEST_SEED = 2**32 - 1
MOST_ADAPTERS = 3
SMALLEST_ADAPTER_WEIGHT = 0.05
LARGEST_ADAPTER_WEIGHT = 2.0

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Side = Annotated[int, Field(ge=SMALLEST_EDITED_SIDE, le=LARGEST_ENLARGED_SIDE)]


def seed_of(first: int, index: int) -> int:
    """The seed of picture `index` of a job that begins with seed `first`; after the largest comes 0."""
    return (first + index) % (LARGEST_SEED + 1)


class Kind(StrEnum):
    """What is made from what."""

    TEXT_TO_IMAGE = "text_to_image"
    IMAGE_TO_IMAGE = "image_to_image"
    VARIATIONS = "variations"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    UPSCALE = "upscale"
    RESTORE = "restore"
    COLOURIZE = "colourize"
    STYLE_TRANSFER = "style_transfer"
    PALETTE_TRANSFER = "palette_transfer"
    BACKGROUND_REMOVAL = "background_removal"

    @property
    def is_edit(self) -> bool:
        """Whether the result is the input's size, most of it pixel by pixel."""
        return self in {Kind.INPAINT, Kind.OUTPAINT}

    @property
    def is_tool(self) -> bool:
        """Whether a picture tool makes it, without words and without chance."""
        return self in TOOLS

    @property
    def runs_alone(self) -> bool:
        """Whether its pictures share no batch with others."""
        return self.is_edit or self.is_tool

    @property
    def needs_input(self) -> bool:
        """Whether it begins with a picture."""
        return self.is_edit or self.is_tool or self is Kind.IMAGE_TO_IMAGE


TOOLS: Final = (
    Kind.UPSCALE,
    Kind.RESTORE,
    Kind.COLOURIZE,
    Kind.STYLE_TRANSFER,
    Kind.PALETTE_TRANSFER,
    Kind.BACKGROUND_REMOVAL,
)


class Extension(BaseModel):
    """By how many pixels a picture grows at each side."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    left: int = Field(default=0, ge=0, le=MOST_EXTENSION)
    top: int = Field(default=0, ge=0, le=MOST_EXTENSION)
    right: int = Field(default=0, ge=0, le=MOST_EXTENSION)
    bottom: int = Field(default=0, ge=0, le=MOST_EXTENSION)

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if not (self.left or self.top or self.right or self.bottom):
            raise ValueError("at least one side must grow")
        return self


class ToolSettings(BaseModel):
    """What a picture tool is told: ``factor`` to enlarge; ``damage`` to restore; ``amount`` of style or palette, 1 all.

    A cut-out and colours have nothing to tell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: Literal[2, 4] | None = None
    damage: tuple[DamageKind, ...] = ()
    amount: float | None = Field(default=None, gt=0.0, le=1.0)

    def fault_for(self, kind: "Kind") -> str:
        """What is missing or too much for ``kind``; empty where nothing is."""
        told = {"factor": self.factor is not None, "damage": bool(self.damage), "amount": self.amount is not None}
        needed = _TOOLS_ASK.get(kind, "")
        for name, is_told in told.items():
            if is_told != (name == needed):
                return f"{kind.value} {'needs' if name == needed else 'takes no'} {name}"
        return "a kind of damage is named twice" if len(set(self.damage)) < len(self.damage) else ""


_TOOLS_ASK: Final[dict[Kind, str]] = {
    Kind.UPSCALE: "factor",
    Kind.RESTORE: "damage",
    Kind.STYLE_TRANSFER: "amount",
    Kind.PALETTE_TRANSFER: "amount",
}


class ControlKind(StrEnum):
    """What of a picture the composition follows: its edges, the lines of a sketch as drawn, or its depth as given
    (bright is near).
    """

    EDGES = "edges"
    SKETCH = "sketch"
    DEPTH = "depth"

    @property
    def part(self) -> str:
        """The part of a model that does it (``control/PART`` in its folder, ``controls`` of its card)."""
        return "depth" if self is ControlKind.DEPTH else "lines"


class Control(BaseModel):
    """How a picture's composition is led: by what, and how strongly; ``scale`` 1 is as it was trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ControlKind
    scale: float = Field(default=1.0, ge=0.05, le=2.0)


class Variation(BaseModel):
    """How near the noise of another seed a picture begins: ``amount`` 0 is that seed's, 1 the picture's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_seed: int = Field(ge=0, le=LARGEST_SEED)
    amount: float = Field(gt=0.0, le=1.0)


class AdapterUsed(BaseModel):
    """A LoRA file that a picture was made with: the artist's name for it, its content, and how much it weighs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    sha256: Sha256
    weight: float = Field(ge=SMALLEST_ADAPTER_WEIGHT, le=LARGEST_ADAPTER_WEIGHT)


class Adapter(AdapterUsed):
    """The same, and where the file (safetensors) lies in the jobs' store."""

    key: str = Field(min_length=1, max_length=200)

    @property
    def used(self) -> AdapterUsed:
        """What a recipe says of it."""
        return AdapterUsed(name=self.name, sha256=self.sha256, weight=self.weight)


def batch_shape(
    *,
    kind: str,
    model: str,
    model_version: str,
    width: int,
    height: int,
    steps: int,
    guidance: float,
    strength: float | None,
    adapters: Iterable[tuple[str, float]] = (),
    control: Control | None = None,
) -> str:
    """What must be equal for pictures to be denoised in one batch, as a short stable text.

    Prompts, seeds and input pictures may differ; whatever shapes the tensors or the schedule may not, nor may the
    LoRA files (SHA-256 and weight of each, in order), which change the model, nor what leads the composition.
    """
    equal = [kind, model, model_version, f"{width}x{height}", str(steps), repr(float(guidance))]
    if strength is not None:
        equal.append(repr(float(strength)))
    equal += [f"{sha256}*{float(weight)!r}" for sha256, weight in adapters]
    if control is not None:
        equal.append(f"{control.kind.value}*{control.scale!r}")
    return " ".join(equal)


class Go(StrEnum):
    """The database's answer to a report of progress: go on, or stop and why."""

    ON = "go"
    CANCELLED = "cancelled"
    STALE = "stale"


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    contract: Literal[1] = CONTRACT_VERSION


_INPUT = ("input_key", "input_sha256")
_MASK = ("mask_key", "mask_sha256")
_REFERENCE = ("reference_key", "reference_sha256")
_CONTROL = ("control", "control_key", "control_sha256")
_OPTIONAL = (*_CONTROL, "strength", *_INPUT, *_MASK, *_REFERENCE, "extension", "variation", "painted_side", "tool")
_NEEDED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TEXT_TO_IMAGE: (),
    Kind.IMAGE_TO_IMAGE: ("strength", *_INPUT),
    Kind.VARIATIONS: ("variation",),
    Kind.INPAINT: ("strength", *_INPUT, *_MASK, "painted_side"),
    Kind.OUTPAINT: (*_INPUT, "extension", "painted_side"),
    Kind.UPSCALE: (*_INPUT, "tool"),
    Kind.RESTORE: (*_INPUT, "tool"),
    Kind.COLOURIZE: (*_INPUT, "tool"),
    Kind.STYLE_TRANSFER: (*_INPUT, *_REFERENCE, "tool"),
    Kind.PALETTE_TRANSFER: (*_INPUT, *_REFERENCE, "tool"),
    Kind.BACKGROUND_REMOVAL: (*_INPUT, "tool"),
}
# A painted mask says where damage is, or roughly what is cut out; a reference, whose colours a picture gets.
_ALLOWED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TEXT_TO_IMAGE: _CONTROL,
    Kind.RESTORE: _MASK,
    Kind.BACKGROUND_REMOVAL: _MASK,
    Kind.COLOURIZE: _REFERENCE,
}


class GenerationRequest(_Message):
    """One order of ``count`` pictures. Sides are in pixels; multiples of 64 unless a picture is edited.

    ``seed`` is the first picture's; picture ``i`` (from 0) has ``seed + i`` modulo 2**32. ``strength`` (0,
    1] says how far image to image moves away from the input: 0.2 keeps nearly all, 1.0 nearly nothing.
    ``input_key`` names the input in the jobs' store, ``input_sha256`` its content, ``mask_key`` and ``mask_sha256``
    the same of what is painted anew (bright is painted); an edit is painted with a longer side of ``painted_side``.
    ``control`` leads the composition by the picture under ``control_key``. A tool gets ``tool``, no words, and
    TOOL_STEPS; ``reference_key`` names the picture whose style or colours it takes.
    """

    kind: Kind = Kind.TEXT_TO_IMAGE
    prompt: str = Field(default="", max_length=500)
    negative_prompt: str = Field(default="", max_length=500)
    language: Literal["en", "zh-hans"] = "en"
    width: Side = 256
    height: Side = 256
    count: int = Field(default=1, ge=1, le=MOST_PICTURES)
    seed: int = Field(ge=0, le=LARGEST_SEED)
    steps: int = Field(default=20, ge=1, le=MOST_STEPS)
    guidance: float = Field(default=4.0, ge=1.0, le=20.0)
    strength: float | None = Field(default=None, gt=0.0, le=1.0)
    input_key: str | None = None
    input_sha256: Sha256 | None = None
    mask_key: str | None = None
    mask_sha256: Sha256 | None = None
    reference_key: str | None = None
    reference_sha256: Sha256 | None = None
    extension: Extension | None = None
    variation: Variation | None = None
    tool: ToolSettings | None = None
    control: Control | None = None
    control_key: str | None = None
    control_sha256: Sha256 | None = None
    painted_side: int | None = Field(default=None, ge=SMALLEST_SIDE, le=LARGEST_SIDE, multiple_of=SIDE_MULTIPLE)
    adapters: tuple[Adapter, ...] = Field(default=(), max_length=MOST_ADAPTERS)
    model: str = Field(min_length=1, max_length=200)
    model_version: str = Field(min_length=1, max_length=80)
    weights_sha256: Sha256 | None = Field(
        default=None, description="What the registry says of the weights, if it does."
    )

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needed, allowed = _NEEDED[self.kind], _ALLOWED.get(self.kind, ())
        for name in _OPTIONAL:
            is_given = getattr(self, name) is not None
            if is_given != (name in needed) and name not in allowed:
                raise ValueError(f"{self.kind.value} {'needs' if name in needed else 'takes no'} {name}")
        if (self.mask_key is None) != (self.mask_sha256 is None):
            raise ValueError("a mask has a key and a hash")
        if (self.reference_key is None) != (self.reference_sha256 is None):
            raise ValueError("a reference has a key and a hash")
        if len({self.control is None, self.control_key is None, self.control_sha256 is None}) > 1:
            raise ValueError("control has a kind, a key and a hash")
        if self.kind.is_tool:
            self._suits_a_tool()
        elif not self.prompt:
            raise ValueError("prompt is empty")
        if self.kind is not Kind.UPSCALE and max(self.width, self.height) > LARGEST_EDITED_SIDE:
            raise ValueError(f"sides are at most {LARGEST_EDITED_SIDE} pixels")
        if not (self.kind.is_edit or self.kind.is_tool):
            for side in (self.width, self.height):
                if side % SIDE_MULTIPLE or not SMALLEST_SIDE <= side <= LARGEST_SIDE:
                    raise ValueError(
                        f"sides are multiples of {SIDE_MULTIPLE} from {SMALLEST_SIDE} to {LARGEST_SIDE} pixels"
                    )
        if len({adapter.sha256 for adapter in self.adapters}) != len(self.adapters):
            raise ValueError("a LoRA file is named twice")
        return self

    def _suits_a_tool(self) -> None:
        if self.prompt or self.negative_prompt or self.adapters:
            raise ValueError(f"{self.kind.value} takes no words and no adapters")
        if self.count != 1 or self.steps != TOOL_STEPS:
            raise ValueError(f"{self.kind.value} makes one picture in {TOOL_STEPS} parts")
        assert self.tool is not None, "checked before"
        if fault := self.tool.fault_for(self.kind):
            raise ValueError(fault)

    def seed_of(self, index: int) -> int:
        """The seed of picture ``index`` (from 0)."""
        return seed_of(self.seed, index)

    @property
    def batch_shape(self) -> str:
        """Pictures of requests with equal shapes may be denoised in one batch (``batch_shape`` above); an edit's region
        is its own, so it is painted alone, and tools take one picture at a time.
        """
        if self.kind.runs_alone:
            return ""
        return batch_shape(
            kind=self.kind.value,
            model=self.model,
            model_version=self.model_version,
            width=self.width,
            height=self.height,
            steps=self.steps,
            guidance=self.guidance,
            strength=self.strength,
            adapters=[(adapter.sha256, adapter.weight) for adapter in self.adapters],
            control=self.control,
        )

    @property
    def steps_run(self) -> int:
        """Denoising steps that one picture takes: image to image skips the part that ``strength`` keeps."""
        if self.strength is None:
            return self.steps
        return max(1, min(self.steps, int(self.steps * self.strength)))


class Recipe(_Message):
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


class PictureResult(_Message):
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


class StoredRecord(_Message):
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


class ModelInMemory(_Message):
    """A model that a worker holds ready. ``memory_mib``: its weights."""

    name: str
    version: str
    memory_mib: int = Field(ge=0)


class WarmUp(_Message):
    """What a worker measured at its start: one batch of a model's own size, made when all was warm."""

    name: str = Field(max_length=200)
    version: str = Field(max_length=80)
    side_px: int = Field(ge=SMALLEST_EDITED_SIDE, le=LARGEST_EDITED_SIDE)
    steps: int = Field(ge=1, le=MOST_STEPS)
    pictures: int = Field(ge=1, le=MOST_AT_ONCE)
    seconds: float = Field(gt=0, allow_inf_nan=False)


class WorkerReport(_Message):
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


def as_json(message: GenerationRequest | PictureResult) -> str:
    """For the store, without what is at its default: a release that does not know a new field reads every message that
    does not use it.
    """
    told = message.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"contract": CONTRACT_VERSION, **told}, ensure_ascii=False)


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
