"""How large a share of the workers a person gets while others wait too: by her plan."""

from billing.models import PlanSubscription
from billing.selectors import running_plan
from marketplace.accounts.models import User
from marketplace.studio.models import PlanShare

WITHOUT_A_PLAN = 1.0
# A plan for which no administrator has set another share.
USUAL_SHARE_OF_A_PLAN = 4.0
_PAID = (PlanSubscription.State.ACTIVE, PlanSubscription.State.TRIALING, PlanSubscription.State.PAST_DUE)


def paid_plan(user: User) -> PlanSubscription | None:
    """The plan that ``user`` has now; one whose first payment is still missing does not count."""
    subscription = running_plan(user)
    return subscription if subscription is not None and subscription.state in _PAID else None


def share_of(user: User) -> float:
    """The weight of ``user``'s jobs in the fair order; 1 without a plan."""
    subscription = paid_plan(user)
    if subscription is None:
        return WITHOUT_A_PLAN
    given = PlanShare.objects.filter(plan_id=subscription.plan_id).values_list("weight", flat=True).first()
    return float(given) if given is not None else USUAL_SHARE_OF_A_PLAN
