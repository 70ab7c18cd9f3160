"""Form-encoded, nested parameters: parsing them, reading them with types, and naming what nobody read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .errors import parameter_invalid, parameter_missing

KEY_PART = re.compile(r"\[([^\[\]]*)\]")
MAX_METADATA_KEYS = 50
MAX_METADATA_KEY_LENGTH = 40
MAX_METADATA_VALUE_LENGTH = 500
MAX_AMOUNT_MINOR = 99_999_999
MAX_WHOLE = 2**53


def parse_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn ``a[b][0][c]=v`` pairs into nested dicts; dicts keyed 0..n become lists.

    Raises StripeError where a name is used both as a value and as a group.
    """
    root: dict[str, Any] = {}
    for key, value in pairs:
        head, bracket, _ = key.partition("[")
        parts = [head, *(KEY_PART.findall(key[len(head) :]) if bracket else [])]
        node = root
        for part in parts[:-1]:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                raise parameter_invalid(key, f"Invalid parameter: {key} is given as a value and as a group.")
            node = child
        leaf = parts[-1] if parts[-1] != "" else str(len(node))
        if isinstance(node.get(leaf), dict):
            raise parameter_invalid(key, f"Invalid parameter: {key} is given as a value and as a group.")
        node[leaf] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(child) for name, child in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


class Params:
    """One group of parameters; remembers which names were read."""

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path
        self._read: set[str] = set()
        self._children: list[Params] = []

    def full(self, name: str) -> str:
        """The parameter's name as the caller wrote it."""
        return f"{self._path}[{name}]" if self._path else name

    def has(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        """Everything the caller sent, without ``expand``, which concerns the answer only."""
        return [name for name in self._values if name != "expand"]

    def is_group(self, name: str) -> bool:
        return isinstance(self._values.get(name), dict)

    def clears(self, name: str) -> bool:
        """Whether the caller sent an empty value, which unsets a field."""
        return self._values.get(name) == ""

    def ignore(self, *names: str) -> None:
        """Accept parameters that change nothing here (each use says why)."""
        self._read.update(names)

    def unknown(self) -> list[str]:
        names = [self.full(name) for name in self._values if name not in self._read]
        for child in self._children:
            names.extend(child.unknown())
        return names

    def _raw(self, name: str, required: bool) -> Any:
        self._read.add(name)
        value = self._values.get(name)
        if value in (None, ""):
            if required:
                raise parameter_missing(self.full(name))
            return None
        return value

    def text(self, name: str, *, required: bool = False, max_length: int = 5000) -> str | None:
        value = self._raw(name, required)
        if value is None:
            return None
        if not isinstance(value, str):
            raise parameter_invalid(self.full(name), f"Invalid string: {self.full(name)}")
        if len(value) > max_length:
            raise parameter_invalid(
                self.full(name), f"Invalid string: {self.full(name)} is over {max_length} characters."
            )
        return value

    def need(self, name: str, *, max_length: int = 5000) -> str:
        value = self.text(name, required=True, max_length=max_length)
        assert value is not None
        return value

    def whole(self, name: str, *, required: bool = False, minimum: int = 0, maximum: int = MAX_WHOLE) -> int | None:
        value = self._raw(name, required)
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,18}", value):
            raise parameter_invalid(self.full(name), f"Invalid integer: {value}", code="parameter_invalid_integer")
        number = int(value)
        if number < minimum or number > maximum:
            bound = f"at least {minimum}" if number < minimum else f"at most {maximum}"
            raise parameter_invalid(
                self.full(name),
                f"Invalid integer: {self.full(name)} must be {bound}.",
                code="parameter_invalid_integer",
            )
        return number

    def amount(self, name: str, *, required: bool = False, minimum: int = 1) -> int | None:
        """Money in minor units; Stripe's ceiling is eight digits."""
        return self.whole(name, required=required, minimum=minimum, maximum=MAX_AMOUNT_MINOR)

    def flag(self, name: str) -> bool | None:
        value = self._raw(name, False)
        if value is None:
            return None
        if value not in ("true", "false"):
            raise parameter_invalid(self.full(name), f"Invalid boolean: {value}")
        return bool(value == "true")

    def choice(self, name: str, choices: Sequence[str], *, required: bool = False) -> str | None:
        value = self.text(name, required=required)
        if value is not None and value not in choices:
            raise parameter_invalid(self.full(name), f"Invalid {self.full(name)}: must be one of {', '.join(choices)}")
        return value

    def currency(self, name: str = "currency", *, required: bool = False) -> str | None:
        value = self.text(name, required=required)
        if value is None:
            return None
        if not re.fullmatch(r"[a-zA-Z]{3}", value):
            raise parameter_invalid(self.full(name), f"Invalid currency: {value}")
        return value.lower()

    def url(self, name: str, *, required: bool = False) -> str | None:
        value = self.text(name, required=required)
        if value is not None and not re.match(r"https?://[^\s/]+", value):
            raise parameter_invalid(
                self.full(name),
                f"Not a valid URL: {self.full(name)} must begin with http:// or https://",
                code="url_invalid",
            )
        return value

    def section(self, name: str) -> Params | None:
        value = self._raw(name, False)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise parameter_invalid(self.full(name), f"Invalid object: {self.full(name)}")
        child = Params(value, self.full(name))
        self._children.append(child)
        return child

    def sections(self, name: str, *, required: bool = False) -> list[Params]:
        value = self._raw(name, required)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise parameter_invalid(self.full(name), f"Invalid array: {self.full(name)}")
        children = [Params(item, f"{self.full(name)}[{index}]") for index, item in enumerate(value)]
        self._children.extend(children)
        return children

    def texts(self, name: str, *, required: bool = False) -> list[str]:
        value = self._raw(name, required)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise parameter_invalid(self.full(name), f"Invalid array: {self.full(name)}")
        return list(value)

    def metadata(self, name: str = "metadata", *, current: dict[str, str] | None = None) -> dict[str, str]:
        """The metadata after this request: given keys replace, an empty value removes its key."""
        result = dict(current or {})
        if self.clears(name):
            self._read.add(name)
            return {}
        value = self._raw(name, False)
        if value is None:
            return result
        if isinstance(value, list):
            value = {str(index): item for index, item in enumerate(value)}
        if not isinstance(value, dict):
            raise parameter_invalid(self.full(name), "Invalid metadata: must be key-value pairs.")
        for key, item in value.items():
            if not isinstance(item, str):
                raise parameter_invalid(f"{self.full(name)}[{key}]", "Metadata values must be strings.")
            if len(key) > MAX_METADATA_KEY_LENGTH or len(item) > MAX_METADATA_VALUE_LENGTH:
                raise parameter_invalid(
                    f"{self.full(name)}[{key}]",
                    f"Metadata keys have at most {MAX_METADATA_KEY_LENGTH} characters and values at most "
                    f"{MAX_METADATA_VALUE_LENGTH}.",
                )
            if item == "":
                result.pop(key, None)
            else:
                result[key] = item
        if len(result) > MAX_METADATA_KEYS:
            raise parameter_invalid(self.full(name), f"Metadata has at most {MAX_METADATA_KEYS} keys.")
        return result
