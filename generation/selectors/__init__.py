"""Reads on models, jobs and the queue."""

from generation.errors import NoModelInstalled
from generation.selectors.installed import DEFAULT_MODEL, default_model, models_folder, own_model
from generation.selectors.jobs import (
    input_bytes,
    job_of,
    jobs_of,
    latest_outputs_of,
    output_of,
    picture_bytes,
    record_bytes,
)
from generation.selectors.overview import Overview, overview
from generation.selectors.waiting import seconds_a_new_job_waits, seconds_waiting_before, workers_alive
from generation.speeds import Rate, measured_rate

__all__ = [
    "DEFAULT_MODEL",
    "NoModelInstalled",
    "Overview",
    "Rate",
    "default_model",
    "input_bytes",
    "job_of",
    "jobs_of",
    "latest_outputs_of",
    "measured_rate",
    "models_folder",
    "output_of",
    "overview",
    "own_model",
    "picture_bytes",
    "record_bytes",
    "seconds_a_new_job_waits",
    "seconds_waiting_before",
    "workers_alive",
]
