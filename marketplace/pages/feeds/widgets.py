"""Fields of forms on feeds."""

from typing import Any

from django import forms


class Slider(forms.NumberInput):
    """A number from 0 to 100 that is set by sliding."""

    input_type = "range"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"min": 0, "max": 100, "step": 5, **(attrs or {})})
