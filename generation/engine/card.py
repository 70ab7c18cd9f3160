"""What a model's folder says about itself in ``atelier.json``. Torch-free: the shop reads it too."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CARD = "atelier.json"
INDEX = "model_index.json"
# Of a model that is another one with a LoRA file melted in.
CHANGES = "changes.safetensors"


class CardUnreadable(ValueError):
    """The folder is no model, or its card is wrong; the message says what to mend."""


class ModelCard(BaseModel):
    """Defaults of a model; every field may be left out. Sides in pixels."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str = Field(default="1", min_length=1, max_length=80)
    title: str = ""
    default_side: int = Field(default=256, ge=64)
    largest_side: int = Field(default=512, ge=64)
    default_steps: int = Field(default=20, ge=1, le=100)
    default_guidance: float = Field(default=4.0, ge=1.0, le=20.0)
    weights_sha256: str = ""
    quality: int = Field(default=50, ge=0, le=100, description="For its first entry in the registry.")
    is_offered: bool = Field(default=False, description="Whether the shop offers it beside its own model unasked.")
    controls: tuple[str, ...] = Field(default=(), description="What its composition can be led by: lines, depth.")
    tool: str = Field(default="", description="Of a picture tool: the contract's kind that it does.")
    base: str = Field(
        default="", pattern=r"^([A-Za-z0-9][\w.-]*)?$", description="The folder beside it that it changes."
    )
    base_version: str = Field(default="", max_length=80, description="The version of the base that it was made for.")


def read_card(folder: Path) -> ModelCard:
    """The card of the picture tool or of the diffusers model in ``folder``, which may have none: defaults then.

    Raises CardUnreadable.
    """
    path = folder / CARD
    try:
        card = ModelCard.model_validate(json.loads(path.read_text()) if path.is_file() else {})
    except (ValidationError, ValueError) as error:
        raise CardUnreadable(f"{path}: {error}") from error
    if card.base:
        _check_base(folder, card)
    elif not card.tool and not (folder / INDEX).is_file():
        raise CardUnreadable(f"{folder} holds no model (no {INDEX})")
    return card


def _check_base(folder: Path, card: ModelCard) -> None:
    if card.base == folder.name:
        raise CardUnreadable(f"{folder / CARD}: the model changes itself")
    base = read_card(folder.parent / card.base)
    if base.base or base.tool or base.version != card.base_version:
        raise CardUnreadable(
            f"{folder} changes the model {card.base} {card.base_version}; installed beside it is {base.version}"
        )
    if not (folder / CHANGES).is_file():
        raise CardUnreadable(f"{folder} holds no {CHANGES}, the matrices that change {card.base}")
