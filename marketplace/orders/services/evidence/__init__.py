"""Answers to disputes: gathered by itself, added to by people, sent or given up, each once."""

from marketplace.orders.services.evidence.choosing import concede, send_now, send_what_is_due
from marketplace.orders.services.evidence.gathering import gather_evidence, open_evidence
from marketplace.orders.services.evidence.handing_in import give_up_dispute, hand_in_evidence, unfinished_answers
from marketplace.orders.services.evidence.words import add_words, may_speak_as_artist

__all__ = [
    "add_words",
    "concede",
    "gather_evidence",
    "give_up_dispute",
    "hand_in_evidence",
    "may_speak_as_artist",
    "open_evidence",
    "send_now",
    "send_what_is_due",
    "unfinished_answers",
]
