"""Jobs of risk. Each may run twice, at once, and after a crash."""

from procrastinate.contrib.django import app

from marketplace.risk.services import forget_old_sightings, lapse_overdue


@app.periodic(cron="* * * * *")
@app.task(name="risk.lapse", queueing_lock="risk.lapse")
def lapse(timestamp: int) -> None:
    """Every minute: what nobody decided in time."""
    lapse_overdue()


@app.periodic(cron="50 4 * * *")
@app.task(name="risk.forget", queueing_lock="risk.forget")
def forget(timestamp: int) -> None:
    """Every night: sightings that are old enough."""
    forget_old_sightings()
