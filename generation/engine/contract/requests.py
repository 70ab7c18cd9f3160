"""An order of pictures, as the worker gets it."""

from collections.abc import Iterable
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from generation.engine.contract.kinds import Kind
from generation.engine.contract.limits import (
    LARGEST_EDITED_SIDE,
    LARGEST_SEED,
    LARGEST_SIDE,
    MOST_ADAPTERS,
    MOST_PICTURES,
    MOST_STEPS,
    SIDE_MULTIPLE,
    SMALLEST_SIDE,
    TOOL_STEPS,
    Sha256,
    Side,
    seed_of,
)
from generation.engine.contract.messages import Message
from generation.engine.contract.settings import Adapter, Control, Extension, ToolSettings, Variation


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


class GenerationRequest(Message):
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
