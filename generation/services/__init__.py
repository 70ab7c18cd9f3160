"""Writes on generation jobs: made, cancelled, their outcomes recorded, the stalled taken up again."""

from generation.services.fair_order import advance_clock
from generation.services.jobs import cancel_job, create_job
from generation.services.models import register_model
from generation.services.old_rows import remove_old_rows
from generation.services.outcomes import record_failed, record_finished, record_picture
from generation.services.parking import give_up_parked, open_parked_prompt, try_parked_again
from generation.services.sweeping import sweep

__all__ = [
    "advance_clock",
    "cancel_job",
    "create_job",
    "give_up_parked",
    "open_parked_prompt",
    "record_failed",
    "record_finished",
    "record_picture",
    "register_model",
    "remove_old_rows",
    "sweep",
    "try_parked_again",
]
