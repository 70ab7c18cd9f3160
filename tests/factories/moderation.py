"""Moderators and reports."""

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.moderation.models import Decision, Report
from marketplace.moderation.services import decide, make_moderator, report_work
from tests.factories.accounts import UserFactory

REASON = "The picture copies a poster of another artist."


def moderator(**facts: object) -> User:
    """Somebody with the role."""
    user: User = UserFactory(**facts)
    make_moderator(user=user)
    return user


def report_on(work: Work, *, reporter: User | None = None, address: str = "192.0.2.1") -> Report:
    """An open report on ``work``."""
    return report_work(work=work, reporter=reporter, reason="copyright", details="Look at it.", address=address)


def hidden_by(judge: User, work: Work) -> Decision:
    """The decision that hid ``work``."""
    return decide(moderator=judge, work=work, action="hide", reason=REASON)
