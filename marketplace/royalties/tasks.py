"""Jobs of royalties: letters."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from marketplace.royalties import letters

_again = RetryStrategy(max_attempts=9, exponential_wait=3)


@app.task(name="royalties.tell_of_share", retry=_again)
def tell_of_share(share_id: str, reader_id: str, state: str) -> None:
    """The letter to one side of a share about what the other did."""
    letters.write_about_share(share_id=UUID(share_id), reader_id=UUID(reader_id), state=state)
