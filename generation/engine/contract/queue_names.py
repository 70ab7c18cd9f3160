"""The queue's tasks by name."""

QUEUE = "generation"
RENDER_TASK = "generation.render"
# What the worker may defer for the web side, and nothing else (its database role enforces this list).
PICTURE_TASK = "generation.record_picture"
FINISHED_TASK = "generation.record_finished"
FAILED_TASK = "generation.record_failed"
OUTCOME_QUEUE = "default"
OUTCOME_TASKS = (PICTURE_TASK, FINISHED_TASK, FAILED_TASK)
