"""The axes of a grid: what differs along them, and the values as people type them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from generation.engine import contract
from generation.models import GenerationModel
from marketplace.studio.errors import GridUnusable

FEWEST_VALUES, MOST_VALUES = 2, 6
MOST_CELLS = 25
X, Y = "x", "y"
_LONGEST_WORDS = 200
_BETWEEN_VALUES = re.compile(r"[,，、;；]")
# 4-8, 4–8:2, 1.5~3:0.5; the first number may not be negative, so a hyphen is always the range's.
_RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*[-–—~]\s*(\d+(?:\.\d+)?)(?:\s*[:：]\s*(\d+(?:\.\d+)?))?$")
_SMALLEST_GUIDANCE, _LARGEST_GUIDANCE = 1, 20


class What(StrEnum):
    """What differs along an axis."""

    WORDS = "words"
    SEED = "seed"
    STEPS = "steps"
    GUIDANCE = "guidance"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Axis:
    """2 to 6 different values: str for words and models (their ids), int for seed and steps, float for guidance.

    ``labels`` are what people read, as many as values.
    """

    what: What
    values: tuple[Any, ...]
    labels: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {"what": self.what.value, "values": list(self.values), "labels": list(self.labels)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Axis":
        """What `as_json` gave."""
        return cls(What(stored["what"]), tuple(stored["values"]), tuple(stored["labels"]))


def values_in(what: What, text: str) -> list[str]:
    """The values that somebody typed: one per line, or separated by commas (of either script).

    Words on several lines keep their commas.
    """
    lines = text.splitlines()
    if what is not What.WORDS or len([line for line in lines if line.strip()]) < FEWEST_VALUES:
        lines = [part for line in lines for part in _BETWEEN_VALUES.split(line)]
    return [line.strip() for line in lines if line.strip()]


def axis_of(what: What, typed: Sequence[str], *, models: Sequence[GenerationModel]) -> Axis:
    """The axis of these values; numbers may be ranges like 4-8:2, models are named by title, name or id.

    Raises GridUnusable with the value that is at fault.
    """
    values: list[Any] = []
    labels: list[str] = []
    for one in typed:
        for value, label in _read(what, one, models):
            if value in values:
                raise GridUnusable(
                    _("“%(value)s” stands there twice.") % {"value": label}, way_out=_("Name every value once.")
                )
            values.append(value)
            labels.append(label)
    if not FEWEST_VALUES <= len(values) <= MOST_VALUES:
        raise _wrong_number(len(values))
    return Axis(what, tuple(values), tuple(labels))


def _wrong_number(count: int) -> GridUnusable:
    return GridUnusable(
        _("An axis has %(fewest)d to %(most)d values, not %(count)d.")
        % {"fewest": FEWEST_VALUES, "most": MOST_VALUES, "count": count},
        way_out=_("One value per line, or separated by commas."),
    )


def _read(what: What, typed: str, models: Sequence[GenerationModel]) -> list[tuple[Any, str]]:
    match what:
        case What.WORDS:
            if len(typed) > _LONGEST_WORDS:
                raise GridUnusable(
                    _("“%(value)s…” is too long.") % {"value": typed[:40]},
                    way_out=_("Up to %(most)d characters, please.") % {"most": _LONGEST_WORDS},
                )
            return [(typed, typed)]
        case What.MODEL:
            return [_model(typed, models)]
        case What.SEED:
            return [(int(n), f"{n:f}") for n in _numbers(typed, 0, contract.LARGEST_SEED, whole=True)]
        case What.STEPS:
            return [(int(n), f"{n:f}") for n in _numbers(typed, 1, contract.MOST_STEPS, whole=True)]
        case What.GUIDANCE:
            numbers = _numbers(typed, _SMALLEST_GUIDANCE, _LARGEST_GUIDANCE, whole=False)
            return [(float(n), f"{n.normalize():f}") for n in numbers]


def _model(typed: str, models: Sequence[GenerationModel]) -> tuple[str, str]:
    wanted = typed.casefold()
    for model in models:
        if wanted in {model.title.casefold(), model.name.casefold(), str(model), str(model.id)}:
            return str(model.id), model.title
    raise GridUnusable(
        _("There is no image model “%(value)s” that you can use.") % {"value": typed[:80]},
        way_out=_("You can use: %(models)s.") % {"models": ", ".join(model.title for model in models)},
    )


def _numbers(typed: str, least: int, most: int, *, whole: bool) -> list[Decimal]:
    if found := _RANGE.match(typed):
        first, last, step = Decimal(found[1]), Decimal(found[2]), Decimal(found[3] or 1)
        if last < first or step <= 0:
            raise GridUnusable(
                _("“%(value)s” is no range.") % {"value": typed}, way_out=_("From small to large, like 4-8:2.")
            )
        # Counted before it is laid out: a seed has four thousand million values.
        count = int((last - first) / step) + 1
        if count > MOST_VALUES:
            raise _wrong_number(count)
        numbers = [first + step * place for place in range(count)]
    else:
        try:
            numbers = [Decimal(typed)]
        except InvalidOperation:
            raise _no_number(typed, least, most, whole=whole) from None
    for number in numbers:
        if not number.is_finite() or not least <= number <= most or (whole and number != number.to_integral_value()):
            raise _no_number(typed, least, most, whole=whole)
    return [number.to_integral_value() if whole else number for number in numbers]


def _no_number(typed: str, least: int, most: int, *, whole: bool) -> GridUnusable:
    asked = _("Whole numbers from %(least)d to %(most)d.") if whole else _("Numbers from %(least)d to %(most)d.")
    return GridUnusable(
        _("“%(value)s” cannot be used here.") % {"value": typed[:40]}, way_out=asked % {"least": least, "most": most}
    )
