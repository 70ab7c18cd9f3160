"""From the studio's form, before it is checked, to the model that it goes to."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from generation.engine.contract import Kind
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.lora_fields import wanted_loras
from marketplace.studio.choosing import Choice, Wish, choose_model, sizes_offered, usable_models
from marketplace.studio.errors import NoModelForThis
from marketplace.studio.loras.choices import ChosenLora, choose_loras
from marketplace.studio.loras.selectors import loras_of


def form_facts(user: User, data: Mapping[str, Any] | None = None, *, has_file: bool = False) -> dict[str, Any]:
    """What `StudioForm` needs beside its data: the model for what is asked, the sizes of all that may be asked, and
    whose LoRA files may be chosen.

    Raises NoModelInstalled and NoModelForThis.
    """
    sizes = sizes_offered(usable_models(user))
    return {
        "choice": _choice(user, data or {}, sizes, has_file=has_file),
        "sizes": sizes,
        "user": user,
        "loras": list(loras_of(user)),
    }


def _choice(user: User, data: Mapping[str, Any], sizes: list[tuple[int, int]], *, has_file: bool) -> Choice:
    wished = str(data.get("wish", ""))
    begins_with_picture = has_file or bool(data.get("input_output")) or bool(data.get("has_picture"))
    asked = {f"{width}x{height}": (width, height) for width, height in sizes}
    facts: dict[str, Any] = {
        "user": user,
        # What is no wish or no size is told by the form.
        "wish": Wish(wished) if wished in set(Wish) else Wish.BEST,
        "kind": Kind.IMAGE_TO_IMAGE if begins_with_picture else Kind.TEXT_TO_IMAGE,
        "size": asked.get(str(data.get("size", "")), sizes[0]),
    }
    loras = _chosen_loras(user, data)
    if loras:
        try:
            return choose_model(**facts, loras=loras)
        except NoModelForThis:
            # The form says which file does not go with the model that is chosen without them.
            return choose_model(**facts)
    return choose_model(**facts)


def _chosen_loras(user: User, data: Mapping[str, Any]) -> tuple[ChosenLora, ...]:
    try:
        wanted = [(UUID(str(lora)), float(weight)) for lora, weight in wanted_loras(data)]
        return choose_loras(user=user, wanted=wanted)
    except (AtelierError, ValueError):  # told by the form
        return ()
