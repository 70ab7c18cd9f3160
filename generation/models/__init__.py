"""The registry of image models, the jobs that were given to the worker, and the queue's own facts."""

from generation.models.jobs import DAMAGE_SHOWN, GenerationJob, GenerationOutput, JobAttempt
from generation.models.queue import ParkedDecision, ParkedJob, QueueClock, WorkerReport
from generation.models.registry import GenerationModel

__all__ = [
    "DAMAGE_SHOWN",
    "GenerationJob",
    "GenerationModel",
    "GenerationOutput",
    "JobAttempt",
    "ParkedDecision",
    "ParkedJob",
    "QueueClock",
    "WorkerReport",
]
