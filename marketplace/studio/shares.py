"""How large a share of the workers a person gets while others wait too: by her plan."""

from collections.abc import Iterable
from uuid import UUID

from billing.models import Plan, PlanSubscription
from billing.selectors import plan_in_force
from marketplace.accounts.models import User
from marketplace.studio.models import PlanShare

WITHOUT_A_PLAN = 1.0


def paid_plan(user: User) -> PlanSubscription | None:
    """The plan whose benefits ``user`` has now: paid, on trial, or overdue within the grace; not while it rests."""
    return plan_in_force(user.pk)


def share_of(user: User) -> float:
    """The weight of ``user``'s jobs in the fair order; 1 without a plan."""
    subscription = paid_plan(user)
    return WITHOUT_A_PLAN if subscription is None else shares_of([subscription.plan])[subscription.plan_id]


def shares_of(plans: Iterable[Plan]) -> dict[UUID, float]:
    """The weights of plans by their ids: as an administrator has set them, else as the catalogue says."""
    known = {plan.pk: float(plan.queue_weight) for plan in plans}
    given = PlanShare.objects.filter(plan_id__in=known).values_list("plan_id", "weight")
    return known | {plan_id: float(weight) for plan_id, weight in given}
