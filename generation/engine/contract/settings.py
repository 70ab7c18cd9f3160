"""The parts of a request: what grows, what a tool is told, what leads, how near to another seed, which LoRA files."""

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generation.engine.contract.kinds import ControlKind, Kind
from generation.engine.contract.limits import (
    LARGEST_ADAPTER_WEIGHT,
    LARGEST_SEED,
    MOST_EXTENSION,
    SMALLEST_ADAPTER_WEIGHT,
    Sha256,
)
from generation.engine.picture_tools.restoring.kinds import DamageKind


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
