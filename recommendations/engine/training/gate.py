"""Whether a version may take the place of what is present."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recommendations.engine.evaluation.bootstrap import compare
from recommendations.engine.training.measuring import Reached

OURS, PRESENT, HEURISTIC, POPULARITY = "ours", "present", "heuristic", "popularity"
# With fewer viewers an interval says nothing.
LEAST_VIEWERS = 20
# Two trainings of one recipe differ by chance, and a model ages: to ask that each is surely better than the one before
# would keep an old one for good. So it must surely keep all but a twentieth of what the present one reaches. Against
# what needs no model there is no allowance: it must surely be better, or it is not worth its trouble.
KEPT_OF_PRESENT = 0.95
OF_NO_MODEL = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason``: empty, or a code of why it is refused: `too_few_viewers`, `worse_than_present`,
    `not_better_than_heuristic`, `not_better_than_popularity`. ``measures``: name -> figure."""

    is_ready: bool
    reason: str
    measures: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the shop reads it."""
        return {"is_ready": self.is_ready, "reason": self.reason, "measures": self.measures}


def verdict_on(reached: Mapping[str, Reached], *, seed: int) -> Verdict:
    """By NDCG@20 over the same viewers: the lower ends of the 95 % bootstrap intervals of the ratios decide."""
    ours = reached[OURS]
    measures: dict[str, float] = {"viewers": float(len(ours.ndcg))}
    for name, each in reached.items():
        if len(each.ndcg):
            measures[f"ndcg_{name}"] = float(each.ndcg.mean())
            measures[f"recall_{name}"] = float(each.recall.mean())
    if len(ours.ndcg) < LEAST_VIEWERS:
        return Verdict(False, "too_few_viewers", measures)
    reasons = []
    for name, least, reason in (
        (PRESENT, KEPT_OF_PRESENT, "worse_than_present"),
        (HEURISTIC, OF_NO_MODEL, "not_better_than_heuristic"),
        (POPULARITY, OF_NO_MODEL, "not_better_than_popularity"),
    ):
        if name not in reached:
            continue
        against = compare(ours.ndcg, reached[name].ndcg, seed=seed)
        low, high = against.difference.low, against.difference.high
        measures |= {f"gain_over_{name}_low": low, f"gain_over_{name}_high": high}
        # The same as a ratio above ``least``, where a ratio would divide by nothing.
        kept = compare(ours.ndcg, least * reached[name].ndcg, seed=seed).difference.low
        if not (kept >= 0 if name == PRESENT else kept > 0):
            reasons.append(reason)
    return Verdict(not reasons, reasons[0] if reasons else "", measures)
