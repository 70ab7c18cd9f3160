"""The end of the grace: an overdue payment did not come in time, so the plan's benefits end."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.models import PlanLetter, PlanSubscription
from billing.services.plan_letters import write_once
from marketplace.core.clock import now


def end_overdue_benefits(*, at: datetime | None = None) -> int:
    """End the benefits of every plan whose grace is over by ``at`` (None: now) and tell its owner; answers how many.

    A payment that comes later brings them back. May run twice at once.
    """
    moment = at or now()
    due = PlanSubscription.objects.filter(
        state=PlanSubscription.State.PAST_DUE, grace_ends_at__lte=moment, benefits_ended_at__isnull=True
    )
    return sum(_end(subscription_id, moment) for subscription_id in due.values_list("pk", flat=True))


@transaction.atomic
def _end(subscription_id: UUID, moment: datetime) -> bool:
    ended = PlanSubscription.objects.filter(
        pk=subscription_id,
        state=PlanSubscription.State.PAST_DUE,
        grace_ends_at__lte=moment,
        benefits_ended_at__isnull=True,
    ).update(benefits_ended_at=moment)
    if not ended:
        return False
    subscription = PlanSubscription.objects.get(pk=subscription_id)
    told = subscription.letters.filter(kind=PlanLetter.Kind.PAYMENT_FAILED).order_by("-created_at").first()
    write_once(subscription, PlanLetter.Kind.BENEFITS_ENDED, about=told.about if told else "")
    return True
