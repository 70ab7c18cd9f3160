"""Jobs of the studio. Each may run twice, at once, and after a crash."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from marketplace.core.errors import Retryable
from marketplace.studio.loras import removing

# The last of 9 attempts is some 3 hours after the first.
_again = RetryStrategy(max_attempts=9, exponential_wait=3, retry_exceptions=[Retryable])


@app.task(name=removing.REMOVE_TASK, queue="default", retry=_again)
def remove_lora_files(private_key: str, jobs_key: str) -> None:
    """An artist removed a LoRA file."""
    removing.remove_files(private_key=private_key, jobs_key=jobs_key)
