"""What a person's plans give her at this moment."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Concat

from billing.models import Audience, JudgedPayment, PlanMonth, PlanSubscription
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money

_FIRST_PAYMENT_NOT_ACCEPTED = JudgedPayment.objects.filter(
    object_ref=Concat(Value("invoice:"), OuterRef("first_invoice_id")),
    state__in=(JudgedPayment.State.HELD, JudgedPayment.State.REFUND_DUE),
)


def plan_in_force(
    user_id: UUID, audience: str = Audience.ARTIST, *, at: datetime | None = None
) -> PlanSubscription | None:
    """The plan whose benefits a person has: paid, on trial, or overdue within the grace; not one that rests, nor one
    whose first payment is not accepted.
    """
    running = (
        PlanSubscription.objects.filter(user_id=user_id, audience=audience, state__in=PlanSubscription.RUNNING)
        .annotate(is_not_accepted=Exists(_FIRST_PAYMENT_NOT_ACCEPTED))
        .select_related("plan")
    )
    found = running.first()
    if found is None or found.is_not_accepted:
        return None
    return found if found.gives_benefits_at(at or now()) else None


def fee_basis_points_of(user_id: UUID) -> int:
    """The platform's share of a person's sales in 1/100 of a percent; a plan never makes it larger."""
    usual: int = settings.CONFIGURATION.platform_fee_basis_points
    in_force = plan_in_force(user_id)
    if in_force is None or in_force.plan.fee_basis_points is None:
        return usual
    return min(usual, in_force.plan.fee_basis_points)


def club_months(user: User, *, at: datetime | None = None) -> QuerySet[PlanMonth]:
    """The months of ``user``'s club that run now; none without one, or while it gives no benefits."""
    moment = at or now()
    in_force = plan_in_force(user.pk, Audience.BUYER, at=moment)
    if in_force is None:
        return PlanMonth.objects.none()
    return PlanMonth.objects.filter(
        period__subscription=in_force, starts_at__lte=moment, ends_at__gt=moment, period__stopped_at__isnull=True
    )


def is_in_club(*, user_id: UUID) -> bool:
    """Whether a person has the benefits of a buyers' plan at this moment, early access among them."""
    return plan_in_force(user_id, Audience.BUYER) is not None


def licences_left(user: User, *, at: datetime | None = None) -> int:
    """Licences that ``user``'s club still brings her this month; 0 without one."""
    left = club_months(user, at=at).aggregate(left=Sum(F("licences") - F("licences_used")))["left"]
    return int(left or 0)


def club_takes_up_to(user: User) -> Money | None:
    """The dearest licence that ``user``'s club gives; None without a club."""
    in_force = plan_in_force(user.pk, Audience.BUYER)
    return in_force.dearest_licence if in_force is not None else None


def next_month_of(subscription: PlanSubscription) -> datetime | None:
    """When the next month of what is paid begins and brings its credits; None where the last one has begun."""
    to_come = subscription.periods.filter(next_month_at__isnull=False).order_by("next_month_at")
    return to_come.values_list("next_month_at", flat=True).first()
