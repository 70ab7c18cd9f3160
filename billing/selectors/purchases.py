"""What the shop sells of its own, and what a person has bought of it."""

from uuid import UUID

from django.db.models import QuerySet

from billing.models import (
    Audience,
    AutomaticTopUp,
    CreditPack,
    CreditPurchase,
    Plan,
    PlanChange,
    PlanSubscription,
    PlanTrial,
    StripeCustomer,
)
from marketplace.accounts.models import User


def credit_packs() -> QuerySet[CreditPack]:
    """Packs on sale, the smallest first."""
    return CreditPack.objects.filter(is_active=True).exclude(stripe_price_id="").order_by("price_minor")


def plans() -> QuerySet[Plan]:
    """Plans on sale: those for artists first, and of these the cheapest."""
    on_sale = Plan.objects.filter(is_active=True).exclude(stripe_price_id="")
    return on_sale.order_by("audience", "rank", "price_minor")


def running_plan(user: User, audience: str = Audience.ARTIST) -> PlanSubscription | None:
    """The plan for artists (or for ``audience``) that ``user`` pays for now."""
    return running_plans(user).filter(audience=audience).first()


def running_plans(user: User) -> QuerySet[PlanSubscription]:
    """The plans that ``user`` pays for now, at most one for each audience; the artist's first."""
    running = PlanSubscription.objects.filter(user=user, state__in=PlanSubscription.RUNNING)
    return running.select_related("plan").order_by("audience")


def waiting_change(subscription: PlanSubscription) -> PlanChange | None:
    """The change that begins with the next period; None where none waits."""
    waiting = subscription.changes.filter(state=PlanChange.State.WAITING)
    return waiting.select_related("to_plan").first()


def may_try(user: User) -> bool:
    """Whether ``user`` has not had her trial."""
    return not PlanTrial.objects.filter(user=user).exists()


def top_up_of(user: User) -> AutomaticTopUp | None:
    """What ``user`` agreed to about automatic top-ups, also where it is off now."""
    return AutomaticTopUp.objects.filter(user=user).select_related("pack").first()


def purchase_of(user: User, purchase_id: UUID) -> CreditPurchase | None:
    """``user``'s own purchase; None for another's."""
    return CreditPurchase.objects.filter(pk=purchase_id, user=user).select_related("pack").first()


def subscription_of(user: User, subscription_id: UUID) -> PlanSubscription | None:
    """``user``'s own subscription, also one that waits for its first payment; None for another's."""
    return PlanSubscription.objects.filter(pk=subscription_id, user=user).select_related("plan").first()


def has_paid_before(user: User) -> bool:
    """Whether Stripe knows ``user`` as a customer, so that the portal has something to show."""
    return StripeCustomer.objects.filter(user=user).exists()
