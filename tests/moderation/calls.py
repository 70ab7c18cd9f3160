"""What racing processes call; each runs in a transaction of its own."""

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.moderation.services import decide, report_work
from tests.factories.moderation import REASON


def report(n: int, *, works: list[str]) -> None:
    """Report the n-th work from one address."""
    report_work(work=Work.objects.get(pk=works[n]), reporter=None, reason="copyright", address="192.0.2.1")


def hide(n: int, *, work: str, moderators: list[str]) -> None:
    """Hide the work, as one of the moderators in turn."""
    decide(
        moderator=User.objects.get(pk=moderators[n % len(moderators)]),
        work=Work.objects.get(pk=work),
        action="hide",
        reason=REASON,
    )
