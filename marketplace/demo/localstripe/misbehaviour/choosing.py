"""What happens to one event or one request: drawn from the plan's seed, counted, and kept with the books.

Each rule draws from a stream of its own, by how often it has matched: the same plan over the same sequence of events
and requests does the same again, whatever the other rules do in between.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..transaction import Transaction
from .plan import DEFAULT_SILENCE_S, Json

SETTING = "misbehaviour"
SHUFFLED_WITHIN_S = 0.001
"""Events held in one window leave at its end, in the order of these small random differences."""


@dataclass(frozen=True)
class Treatment:
    """How one delivery is treated: when it leaves first, how often, all copies at once or one after another."""

    leaves_at: float
    copies: int = 1
    together: bool = False
    is_dropped: bool = False


@dataclass(frozen=True)
class Fault:
    """How one request is treated. ``wait_s``: how long a silence lasts at most, or how late an answer comes."""

    effect: str
    wait_s: float


def set_plan(tx: Transaction, plan: Json) -> None:
    """Replace the plan; its counters begin at zero."""
    tx.set_setting(SETTING, json.dumps(plan))


def forget_plan(tx: Transaction) -> None:
    """Behave again. What is already held leaves at its time."""
    tx.execute("DELETE FROM settings WHERE name = ?", (SETTING,))


def current_plan(tx: Transaction) -> Json | None:
    """The plan with its counters, or None while behaving."""
    text = tx.setting(SETTING)
    return None if text is None else dict(json.loads(text))


def treat_event(tx: Transaction, event_type: str) -> Treatment:
    """Decide about one delivery of an event: all rules that apply work together."""
    now = time.time()
    plan = current_plan(tx)
    if plan is None:
        return Treatment(now)
    leaves_at, copies, together, is_dropped = now, 1, False, False
    for index, rule in enumerate(plan["webhooks"]):
        if not fnmatchcase(event_type, rule["events"]):
            continue
        chance = _apply(plan, rule, f"webhooks:{index}")
        if chance is None:
            continue
        is_dropped = is_dropped or rule["drop"]
        if rule["delay_s"]:
            leaves_at = max(leaves_at, now + chance.uniform(*rule["delay_s"]))
        if rule["repeat"]:
            copies = max(copies, chance.randint(*rule["repeat"]))
            together = together or rule["together"]
        if rule["reorder_s"]:
            if rule.get("window_ends", 0) <= now:
                rule["window_ends"] = now + rule["reorder_s"]
            leaves_at = max(leaves_at, rule["window_ends"] + chance.random() * SHUFFLED_WITHIN_S)
    set_plan(tx, plan)
    return Treatment(leaves_at, copies, together, is_dropped)


def treat_request(tx: Transaction, *, method: str, path: str, effects: Sequence[str]) -> Fault | None:
    """Decide about a request, among the rules with one of ``effects``: the first that applies is it."""
    plan = current_plan(tx)
    if plan is None:
        return None
    fault = None
    for index, rule in enumerate(plan["requests"]):
        if rule["effect"] not in effects or rule["method"] not in (None, method):
            continue
        if not fnmatchcase(path, rule["path"]):
            continue
        chance = _apply(plan, rule, f"requests:{index}")
        if chance is not None:
            wait_s = chance.uniform(*rule["wait_s"]) if rule["wait_s"] else DEFAULT_SILENCE_S
            fault = Fault(rule["effect"], wait_s)
            break
    set_plan(tx, plan)
    return fault


def _apply(plan: Json, rule: Json, name: str) -> random.Random | None:
    """Count a match; a source of chance where the rule applies this time."""
    chance = random.Random(f"{plan['seed']}:{name}:{rule['matched']}")
    rule["matched"] += 1
    is_over = rule["next"] is not None and rule["done"] >= rule["next"]
    if rule["matched"] <= rule["skip"] or is_over or chance.random() >= rule["probability"]:
        return None
    rule["done"] += 1
    return chance
