"""From the studio's form, before it is checked, to the model that it goes to."""

from collections.abc import Mapping
from typing import Any

from generation.engine.contract import Kind
from marketplace.accounts.models import User
from marketplace.studio.choosing import Choice, Wish, choose_model, sizes_offered, usable_models


def form_facts(user: User, data: Mapping[str, Any] | None = None, *, has_file: bool = False) -> dict[str, Any]:
    """What `StudioForm` needs beside its data: the model for what is asked, and the sizes of all that may be asked.

    Raises NoModelInstalled and NoModelForThis.
    """
    sizes = sizes_offered(usable_models(user))
    return {"choice": _choice(user, data or {}, sizes, has_file=has_file), "sizes": sizes}


def _choice(user: User, data: Mapping[str, Any], sizes: list[tuple[int, int]], *, has_file: bool) -> Choice:
    wished = str(data.get("wish", ""))
    begins_with_picture = has_file or bool(data.get("input_output")) or bool(data.get("has_picture"))
    asked = {f"{width}x{height}": (width, height) for width, height in sizes}
    return choose_model(
        user=user,
        # What is no wish or no size is told by the form.
        wish=Wish(wished) if wished in set(Wish) else Wish.BEST,
        kind=Kind.IMAGE_TO_IMAGE if begins_with_picture else Kind.TEXT_TO_IMAGE,
        size=asked.get(str(data.get("size", "")), sizes[0]),
    )
