"""Payments for credits and plans that were looked at, as their buyer sees them."""

from datetime import timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from billing.models import JudgedPayment
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.risk.models import Verdict

State = JudgedPayment.State
# How long a page goes on telling of one that was not accepted.
TOLD_FOR = timedelta(days=30)


def checked_payments_of(user: User) -> QuerySet[JudgedPayment]:
    """``user``'s payments that wait (``decide_by``: until when), and those not accepted of late; the latest first."""
    waits = Q(state=State.HELD)
    refused = ~Q(state=State.ACCEPTED) & Q(ended_at__gte=now() - TOLD_FOR)
    decide_by = Verdict.objects.filter(subject_ref=OuterRef("pk")).values("decide_by")
    found = JudgedPayment.objects.filter(waits | refused, user=user)
    return found.annotate(decide_by=Subquery(decide_by)).order_by("-arrived_at")
