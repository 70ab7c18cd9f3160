"""LoRA files chosen for an order, each with its weight."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from generation.engine import contract
from generation.engine.contract import LARGEST_ADAPTER_WEIGHT, MOST_ADAPTERS, SMALLEST_ADAPTER_WEIGHT
from generation.models import GenerationJob
from marketplace.accounts.models import User
from marketplace.studio.loras.errors import LoraChoiceUnusable, LoraMissing
from marketplace.studio.models import Lora

USUAL_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class ChosenLora:
    """One of an artist's files and how much it weighs in her pictures, 0.05 to 2."""

    lora: Lora
    weight: float = USUAL_WEIGHT

    @property
    def adapter(self) -> contract.Adapter:
        """As the worker is told of it."""
        return contract.Adapter(
            name=self.lora.name, sha256=self.lora.sha256, weight=self.weight, key=self.lora.jobs_key
        )


def choose_loras(*, user: User, wanted: Sequence[tuple[UUID, float]]) -> tuple[ChosenLora, ...]:
    """``wanted`` of ``user``'s files, id and weight, in that order.

    Raises LoraMissing (also for another's) and LoraChoiceUnusable.
    """
    if len(wanted) > MOST_ADAPTERS or len({lora_id for lora_id, _weight in wanted}) != len(wanted):
        raise LoraChoiceUnusable(
            _("A picture takes %(most)d different LoRA files at most.") % {"most": MOST_ADAPTERS},
            way_out=_("Choose each once, and leave the others out."),
        )
    if not all(SMALLEST_ADAPTER_WEIGHT <= weight <= LARGEST_ADAPTER_WEIGHT for _lora_id, weight in wanted):
        raise LoraChoiceUnusable(
            _("A LoRA weighs from %(least)s to %(most)s.")
            % {"least": f"{SMALLEST_ADAPTER_WEIGHT:g}", "most": f"{LARGEST_ADAPTER_WEIGHT:g}"},
            way_out=_("1 is as it was trained."),
        )
    mine = Lora.objects.filter(owner=user).in_bulk([lora_id for lora_id, _weight in wanted])
    if len(mine) != len(wanted):
        raise lora_is_gone()
    return tuple(ChosenLora(mine[lora_id], weight) for lora_id, weight in wanted)


def loras_of_job(*, user: User, job: GenerationJob) -> tuple[ChosenLora, ...]:
    """The files that ``job`` was ordered with. Raises LoraMissing where one was removed since."""
    return loras_named(user=user, used=[contract.AdapterUsed.model_validate(one) for one in job.adapters or []])


def loras_named(*, user: User, used: Sequence[contract.AdapterUsed]) -> tuple[ChosenLora, ...]:
    """``user``'s files that a recipe names by their hashes. Raises LoraMissing where she has one of them no more."""
    if not used:
        return ()
    mine = {lora.sha256: lora for lora in Lora.objects.filter(owner=user, sha256__in=[one.sha256 for one in used])}
    for one in used:
        if one.sha256 not in mine:
            raise LoraMissing(
                _("This picture was made with the LoRA “%(name)s”, which is not there any more.") % {"name": one.name},
                way_out=_("Upload the file again under LoRA files."),
            )
    return tuple(ChosenLora(mine[one.sha256], one.weight) for one in used)


def without_triggers(words: str, chosen: Sequence[ChosenLora]) -> str:
    """``words`` without the trigger words of the chosen files, which the model itself need not know."""
    for one in chosen:
        for trigger in sorted(one.lora.triggers, key=len, reverse=True):
            pattern = rf"(?<![A-Za-z0-9_]){re.escape(trigger)}(?![A-Za-z0-9_])"
            words = re.sub(pattern, " ", words, flags=re.IGNORECASE)
    return words


def lora_is_gone() -> LoraMissing:
    """One that was chosen was removed."""
    return LoraMissing(
        _("A LoRA that was chosen is not there any more."), way_out=_("Look at your list and choose again.")
    )
