"""What the racing processes call."""

from uuid import UUID

from marketplace.accounts.models import User
from marketplace.risk.services import decide


def decide_both_ways(n: int, *, decider: str, verdict: str) -> None:
    decide(decider=User.objects.get(pk=UUID(decider)), verdict_id=UUID(verdict), approves=bool(n % 2), reason="Seen.")
