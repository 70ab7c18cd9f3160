"""What racing processes call; each runs in a transaction of its own."""

from datetime import datetime
from uuid import UUID

from marketplace.digests.services import compose_due, send_digest


def compose(n: int, *, reader: str, at: str) -> None:
    """Write what is due to one reader."""
    compose_due(reader_id=UUID(reader), at=datetime.fromisoformat(at))


def send(n: int, *, digest: str) -> None:
    """Send one letter."""
    send_digest(digest_id=UUID(digest))
