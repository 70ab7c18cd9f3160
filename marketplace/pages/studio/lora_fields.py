"""The studio form's rows for LoRA files: which, and how much each weighs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.engine.contract import LARGEST_ADAPTER_WEIGHT, MOST_ADAPTERS, SMALLEST_ADAPTER_WEIGHT
from generation.models import GenerationModel
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.studio.loras.choices import USUAL_WEIGHT, ChosenLora, choose_loras
from marketplace.studio.loras.fitting import require_fit
from marketplace.studio.loras.selectors import loras_of
from marketplace.studio.models import Lora

ROWS = [(f"lora_{number}", f"lora_{number}_weight") for number in range(1, MOST_ADAPTERS + 1)]


def wanted_loras(data: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Of what was sent or is to be shown first: the rows in which a file is chosen, unchecked."""
    return [(data[lora], data.get(weight) or USUAL_WEIGHT) for lora, weight in ROWS if data.get(lora)]


def loras_of_address(user: User, named: Sequence[str]) -> dict[str, Any]:
    """The rows' first values for an address's ``lora=SHA256`` or ``lora=SHA256:WEIGHT``; what is gone is left out."""
    asked = [name.partition(":") for name in named[:MOST_ADAPTERS]]
    if not asked:
        return {}
    mine = {lora.sha256: lora for lora in loras_of(user).filter(sha256__in=[sha256 for sha256, _, _ in asked])}
    known = [(mine[sha256], weight) for sha256, _, weight in asked if sha256 in mine]
    return {
        name: value
        for (lora, weight), (chosen, said) in zip(ROWS, known, strict=False)
        for name, value in ((lora, str(chosen.id)), (weight, said or str(USUAL_WEIGHT)))
    }


def add_lora_fields(form: forms.Form, loras: Sequence[Lora]) -> None:
    """Put the rows' fields into ``form``; ``loras`` are those that may be chosen."""
    choices = [("", _("none")), *((str(lora.id), lora.name) for lora in loras)]
    for number, (lora, weight) in enumerate(ROWS, start=1):
        form.fields[lora] = forms.ChoiceField(
            label=_("LoRA %(number)d") % {"number": number},
            required=False,
            choices=choices,
            error_messages={"invalid_choice": _("This LoRA is not there any more. Choose another.")},
        )
        form.fields[weight] = forms.FloatField(
            label=_("Weight of LoRA %(number)d") % {"number": number},
            required=False,
            initial=USUAL_WEIGHT,
            min_value=SMALLEST_ADAPTER_WEIGHT,
            max_value=LARGEST_ADAPTER_WEIGHT,
            widget=forms.NumberInput(attrs={"step": "0.05", "inputmode": "decimal"}),
        )


def clean_loras(form: forms.Form, *, user: User, model: GenerationModel) -> tuple[ChosenLora, ...]:
    """What was chosen in ``form``'s rows; what cannot be used is told at the first of them."""
    rows = wanted_loras(form.cleaned_data)
    first = next((lora for lora, _weight in ROWS if form.cleaned_data.get(lora)), ROWS[0][0])
    try:
        chosen = choose_loras(user=user, wanted=[(UUID(lora), weight) for lora, weight in rows])
        for one in chosen:
            require_fit(one.lora, model)
    except AtelierError as error:
        form.add_error(first, f"{error.message} {error.way_out}")
        return ()
    return chosen
