"""Jobs of moderation: letters."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from marketplace.moderation import letters

_again = RetryStrategy(max_attempts=9, exponential_wait=3)


@app.task(name="moderation.tell_hidden", retry=_again)
def tell_hidden(decision_id: str) -> None:
    """The letter to the artist whose work was hidden."""
    letters.write_about_hiding(decision_id=UUID(decision_id))


@app.task(name="moderation.tell_appeal_decided", retry=_again)
def tell_appeal_decided(decision_id: str) -> None:
    """The letter that answers an appeal."""
    letters.write_about_appeal(decision_id=UUID(decision_id))
