"""Writes on risk: who was seen, what was judged, what was decided."""

from marketplace.risk.services.deciding import decide, lapse_overdue
from marketplace.risk.services.judging import judge, judge_payment, judge_purchase, judge_welcome, warn
from marketplace.risk.services.sightings import (
    forget_old_sightings,
    note_declined_card,
    note_payment,
    note_payout_facts,
    note_stranger,
    note_visit,
)

__all__ = [
    "decide",
    "forget_old_sightings",
    "judge",
    "judge_payment",
    "judge_purchase",
    "judge_welcome",
    "lapse_overdue",
    "note_declined_card",
    "note_payment",
    "note_payout_facts",
    "note_stranger",
    "note_visit",
    "warn",
]
