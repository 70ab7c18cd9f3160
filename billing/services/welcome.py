"""Welcome credits: once per person, at once, or after a person has looked where many come from one place."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing.models import Reason
from billing.services.credits import grant_credits
from marketplace.accounts.models import User
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.services import judge_welcome

_PREFIX = "welcome:"


@transaction.atomic
def welcome(*, user: User) -> Verdict | None:
    """Grant the welcome credits, or hold them; answers the verdict, None where there are no such credits."""
    amount = settings.CONFIGURATION.sign_up_credits
    if not amount:
        return None
    verdict = judge_welcome(subject_ref=welcome_reference(user.pk), person=user)
    if verdict.outcome == Verdict.Outcome.ALLOW:
        _grant(user, amount)
    else:
        from billing import tasks

        tasks.tell_of_held_welcome.defer(user_id=str(user.pk))
    return verdict


@transaction.atomic
def welcome_after_decision(*, decision: Decision) -> None:
    """Grant what was held and is approved; tell the person in both cases."""
    from billing import tasks

    person = decision.verdict.person
    if decision.is_approved:
        _grant(person, settings.CONFIGURATION.sign_up_credits)
    tasks.tell_of_decided_welcome.defer(user_id=str(person.pk))


def welcome_reference(user_id: UUID) -> str:
    """How the verdict on a person's welcome credits is named."""
    return f"{_PREFIX}{user_id}"


def _grant(user: User, amount: int) -> None:
    if amount:
        grant_credits(user=user, amount=amount, reason=Reason.SIGN_UP, object_ref=f"user:{user.pk}", effect="welcome")
