"""What plans and other subscriptions have in common: how a row follows what Stripe says, and the grace of a payment."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from billing.gateway import Subscription
from billing.models import SubscriptionAtStripe
from marketplace.core.clock import now

_State = SubscriptionAtStripe.State
_OVERDUE = (_State.PAST_DUE, _State.UNPAID)


class News(StrEnum):
    """What a person is told about her payment."""

    PAYMENT_FAILED = "payment_failed"
    BENEFITS_ENDED = "benefits_ended"


def copy_state(found: Subscription, row: SubscriptionAtStripe) -> None:
    """Bring what every subscription has into line with Stripe. The caller has locked ``row``, and saves it."""
    row.stripe_subscription_id = found.id
    row.state = found.status
    row.anchor_at = found.anchor
    row.current_period_end = found.current_period_end
    row.cancel_at_period_end = found.ends_with_period and found.status != "canceled"
    row.ended_at = found.ended_at


def copy_overdue(found: Subscription, row: SubscriptionAtStripe) -> list[News]:
    """While a payment is overdue the benefits stay for the grace; then, or when Stripe gives up, they end.

    Answers what its owner is to be told, once per invoice. The caller saves ``row``.
    """
    news: list[News] = []
    if row.state in _OVERDUE:
        if row.grace_ends_at is None:
            row.grace_ends_at = now() + timedelta(days=settings.CONFIGURATION.plan_grace_days)
        news.append(News.PAYMENT_FAILED)
    elif row.state != _State.CANCELED:
        row.grace_ends_at = row.benefits_ended_at = None
        return news
    given_up = row.state == _State.UNPAID or found.end_reason == "payment_failed"
    if given_up and row.benefits_ended_at is None:
        row.benefits_ended_at = now()
        news.append(News.BENEFITS_ENDED)
    return news


def past_grace(rows: QuerySet[Any], moment: datetime) -> QuerySet[Any]:
    """Those of ``rows`` whose grace is over by ``moment`` and whose benefits have not ended yet."""
    return rows.filter(state=_State.PAST_DUE, grace_ends_at__lte=moment, benefits_ended_at__isnull=True)


def end_grace(rows: QuerySet[Any], subscription_id: UUID, moment: datetime) -> bool:
    """End the benefits of one of them; False where another process was faster, or the payment came."""
    return bool(past_grace(rows, moment).filter(pk=subscription_id).update(benefits_ended_at=moment))
