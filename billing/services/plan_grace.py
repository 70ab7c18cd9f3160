"""The end of the grace: an overdue payment did not come in time, so the plan's benefits end."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.models import PlanLetter, PlanSubscription
from billing.services.plan_letters import write_once
from billing.services.subscription_copies import end_grace, past_grace
from marketplace.core.clock import now


def end_overdue_benefits(*, at: datetime | None = None) -> int:
    """End the benefits of every plan whose grace is over by ``at`` (None: now) and tell its owner; answers how many.

    A payment that comes later brings them back. May run twice at once.
    """
    moment = at or now()
    due = past_grace(PlanSubscription.objects.all(), moment)
    return sum(_end(subscription_id, moment) for subscription_id in due.values_list("pk", flat=True))


@transaction.atomic
def _end(subscription_id: UUID, moment: datetime) -> bool:
    if not end_grace(PlanSubscription.objects.all(), subscription_id, moment):
        return False
    subscription = PlanSubscription.objects.get(pk=subscription_id)
    told = subscription.letters.filter(kind=PlanLetter.Kind.PAYMENT_FAILED).order_by("-created_at").first()
    write_once(subscription, PlanLetter.Kind.BENEFITS_ENDED, about=told.about if told else "")
    return True
