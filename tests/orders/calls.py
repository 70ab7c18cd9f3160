"""What the racing processes call."""

from uuid import UUID

from marketplace.accounts.models import User
from marketplace.orders.services.evidence import concede, hand_in_evidence, send_now
from marketplace.orders.services.holding import settle_held


def choose(n: int, *, decider: str, dispute_id: str) -> None:
    (concede if n % 2 else send_now)(decider=User.objects.get(pk=UUID(decider)), dispute_id=dispute_id)


def hand_in(n: int, *, dispute_id: str) -> None:
    hand_in_evidence(dispute_id=dispute_id)


def settle(n: int, *, order_id: str) -> None:
    settle_held(order_id=UUID(order_id))
