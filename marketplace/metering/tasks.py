"""Jobs of metering. Each may run twice, at once, and after a crash."""

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from marketplace.core.clock import now
from marketplace.metering import services


@app.periodic(cron="50 23 * * *")
@app.task(name="metering.measure_storage", queueing_lock="metering.measure_storage")
def measure_storage(timestamp: int) -> None:
    """Every evening: what everybody keeps in the stores."""
    services.measure_storage(up_to=now().date())


@app.periodic(cron="30 2 * * *")
@app.task(name="metering.add_up", queueing_lock="metering.add_up")
def add_up(timestamp: int) -> None:
    """Every night: the months that are not closed, first the evenings on which no worker ran."""
    services.measure_storage(up_to=now().date() - timedelta(days=1))
    services.add_up_what_is_open()


@app.task(name="metering.add_up_now", queueing_lock="metering.add_up_now")
def add_up_now() -> None:
    """When an administrator asks: the same."""
    services.add_up_what_is_open()


def defer_adding_up() -> None:
    """Queue it once; nothing happens where it is waiting already."""
    try:
        with transaction.atomic():
            add_up_now.defer()
    except AlreadyEnqueued:
        return
