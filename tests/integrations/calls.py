"""What processes of their own call."""

from uuid import UUID

from marketplace.integrations.services import deliver


def deliver_one(n: int, *, delivery: str) -> None:
    deliver(delivery_id=UUID(delivery))
