"""What the page of credits shows of a person's plans."""

from dataclasses import dataclass
from datetime import datetime

from billing import selectors
from billing.models import Audience, PlanChange, PlanSubscription
from billing.services.plan_pauses import MOST_MONTHS
from marketplace.accounts.models import User
from marketplace.core.clock import now


@dataclass(frozen=True, slots=True)
class PlanPanel:
    """A running plan and what can be done with it. ``next_month_at``: when a yearly plan's next credits come."""

    subscription: PlanSubscription
    waiting: PlanChange | None
    next_month_at: datetime | None
    licences_left: int | None
    is_resting: bool

    @property
    def may_pause(self) -> bool:
        """A plan that is paid and goes on."""
        row = self.subscription
        return row.state == row.State.ACTIVE and not row.cancel_at_period_end

    @property
    def may_change(self) -> bool:
        """A plan that is paid or on trial, and goes on; not a year whose end a pause has moved."""
        row = self.subscription
        return (
            row.extended_to is None
            and row.state in (row.State.ACTIVE, row.State.TRIALING)
            and not row.cancel_at_period_end
        )

    @property
    def is_overdue(self) -> bool:
        """Whether a payment is missing."""
        return self.subscription.state not in ("active", "trialing")


def plans_of(user: User) -> dict[str, object]:
    """The panels of ``user``'s plans, and the plans that she could take beside them."""
    running = list(selectors.running_plans(user))
    taken = {one.audience for one in running}
    return {
        "panels": [_panel(user, one) for one in running],
        "plans": [plan for plan in selectors.plans() if plan.audience not in taken],
        "may_try": selectors.may_try(user),
        "pause_months": range(1, MOST_MONTHS + 1),
    }


def _panel(user: User, row: PlanSubscription) -> PlanPanel:
    is_annual = row.is_annual and row.plan.credits
    return PlanPanel(
        subscription=row,
        waiting=selectors.waiting_change(row),
        next_month_at=selectors.next_month_of(row) if is_annual else None,
        licences_left=selectors.licences_left(user) if row.audience == Audience.BUYER else None,
        is_resting=row.is_paused_at(now()),
    )
