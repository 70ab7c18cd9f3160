"""Writes on generation jobs: made, cancelled, their outcomes recorded, the stalled taken up again."""

from generation.services.jobs import cancel_job, create_job
from generation.services.models import register_model
from generation.services.old_rows import remove_old_rows
from generation.services.outcomes import record_failed, record_finished, record_picture
from generation.services.sweeping import sweep

__all__ = [
    "cancel_job",
    "create_job",
    "record_failed",
    "record_finished",
    "record_picture",
    "register_model",
    "remove_old_rows",
    "sweep",
]
