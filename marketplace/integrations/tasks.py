"""Jobs of webhooks. Each may run twice, at once, and after a crash.

Deliveries have a queue, and so a worker, of their own: whoever receives them may be slow, and nothing else may wait for
that.
"""

from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from marketplace.integrations import letters, services

QUEUE = "webhooks"


@app.task(name="integrations.deliver", queue=QUEUE)
def deliver(delivery_id: str) -> None:
    """One attempt; when the next is due stands in the delivery's row."""
    services.deliver(delivery_id=UUID(delivery_id))


@app.task(name="integrations.tell_disabled", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def tell_disabled(endpoint_id: str) -> None:
    """The letter to the owner of an endpoint that was disabled."""
    letters.write_about_disabled(endpoint_id=UUID(endpoint_id))


@app.periodic(cron="* * * * *")
@app.task(name="integrations.sweep", queueing_lock="integrations.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: take up what a dead worker left behind."""
    for delivery_id in services.deliveries_left_behind():
        _defer_once(delivery_id)


@app.periodic(cron="40 4 * * *")
@app.task(name="integrations.remove_old_events", queueing_lock="integrations.remove_old_events")
def remove_old_events(timestamp: int) -> None:
    """Every night: remove what is older than the log is kept."""
    services.remove_old_events()


def _defer_once(delivery_id: UUID) -> None:
    try:
        with transaction.atomic():
            deliver.configure(queueing_lock=f"webhook:{delivery_id}").defer(delivery_id=str(delivery_id))
    except AlreadyEnqueued:
        return
