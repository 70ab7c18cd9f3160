"""The plan: which events and requests are treated badly, and how. Read from JSON, checked, and told again as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

BEFORE_WORK = ("rate_limit", "lock_timeout", "error_before_work", "silence_before_work", "close_before_work")
"""Nothing is done. Stripe's rate limiter stands in front of its idempotency layer, so no answer is stored either."""
AFTER_WORK = (
    "error_after_work",
    "unavailable_after_work",
    "silence_after_work",
    "close_after_work",
    "late_answer",
)
"""The work is done and kept. ``error_after_work``: the 500 is what the idempotency key answers from then on, as
Stripe documents. ``unavailable_after_work``: a proxy in front answers 503; the key keeps the true answer."""
EFFECTS = BEFORE_WORK + AFTER_WORK
METHODS = ("GET", "POST", "DELETE")
LONGEST_S = 3600.0
MOST_COPIES = 20
MOST_RULES = 50
DEFAULT_SILENCE_S = 60.0


class PlanInvalid(ValueError):
    """The plan has a part that is not understood; the message names it and what is right."""


def read_plan(given: Any) -> Json:
    """The plan in its full form, with counters at zero. Raises PlanInvalid."""
    _is_group(given, "the plan", ("seed", "webhooks", "requests"))
    seed = given.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise PlanInvalid("seed: a whole number")
    return {
        "seed": seed,
        "webhooks": _rules(given, "webhooks", _webhook_rule),
        "requests": _rules(given, "requests", _request_rule),
    }


def _rules(given: Json, name: str, read: Callable[[Json, str], Json]) -> list[Json]:
    rules = given.get(name, [])
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        raise PlanInvalid(f"{name}: a list of at most {MOST_RULES} rules")
    return [read(rule, f"{name}[{index}]") for index, rule in enumerate(rules)]


def _webhook_rule(given: Any, at: str) -> Json:
    _is_group(
        given, at, ("events", "probability", "skip", "next", "delay_s", "repeat", "together", "reorder_s", "drop")
    )
    rule = {
        "events": _text(given, "events", at, "*"),
        **_when(given, at),
        "delay_s": _range(given, "delay_s", at, 0.0, LONGEST_S),
        "repeat": _range(given, "repeat", at, 1, MOST_COPIES),
        "together": _flag(given, "together", at),
        "reorder_s": _number(given, "reorder_s", at, 0.0, LONGEST_S),
        "drop": _flag(given, "drop", at),
    }
    if not (rule["delay_s"] or rule["repeat"] or rule["reorder_s"] or rule["drop"]):
        raise PlanInvalid(f"{at}: say what happens: delay_s, repeat, reorder_s or drop")
    return rule


def _request_rule(given: Any, at: str) -> Json:
    _is_group(given, at, ("method", "path", "probability", "skip", "next", "effect", "wait_s"))
    if given.get("effect") not in EFFECTS:
        raise PlanInvalid(f"{at}.effect: one of {', '.join(EFFECTS)}")
    if given.get("method") not in (None, *METHODS):
        raise PlanInvalid(f"{at}.method: one of {', '.join(METHODS)}, or left out for all")
    return {
        "method": given.get("method"),
        "path": _text(given, "path", at, "*"),
        **_when(given, at),
        "effect": given["effect"],
        "wait_s": _range(given, "wait_s", at, 0.0, LONGEST_S),
    }


def _when(given: Json, at: str) -> Json:
    """How often a rule applies, and its counters."""
    probability = _number(given, "probability", at, 0.0, 1.0)
    return {
        "probability": 1.0 if probability is None else probability,
        "skip": _whole(given, "skip", at) or 0,
        "next": _whole(given, "next", at),
        "matched": 0,
        "done": 0,
    }


def _is_group(given: Any, at: str, names: tuple[str, ...]) -> None:
    if not isinstance(given, dict):
        raise PlanInvalid(f"{at}: an object with {', '.join(names)}")
    for name in given:
        if name not in names:
            raise PlanInvalid(f"{at}: {name} is not known; there are {', '.join(names)}")


def _text(given: Json, name: str, at: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or not value:
        raise PlanInvalid(f"{at}.{name}: a pattern such as charge.* or /v1/refunds*")
    return value


def _flag(given: Json, name: str, at: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise PlanInvalid(f"{at}.{name}: true or false")
    return value


def _number(given: Json, name: str, at: str, lowest: float, highest: float) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
        raise PlanInvalid(f"{at}.{name}: a number from {lowest:g} to {highest:g}")
    return value


def _whole(given: Json, name: str, at: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PlanInvalid(f"{at}.{name}: a whole number, 0 or more")
    return value


def _range(given: Json, name: str, at: str, lowest: float, highest: float) -> list[float] | None:
    """``[from, to]``, or one number for both."""
    value = given.get(name)
    if value is None:
        return None
    ends = value if isinstance(value, list) else [value, value]
    good = len(ends) == 2 and all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends)
    if not good or not lowest <= ends[0] <= ends[1] <= highest:
        raise PlanInvalid(f"{at}.{name}: a number or [from, to] between {lowest:g} and {highest:g}")
    if isinstance(lowest, int) and not all(isinstance(end, int) for end in ends):
        raise PlanInvalid(f"{at}.{name}: whole numbers")
    return list(ends)
