"""What the shop sells of its own, and what a person has bought of it."""

from uuid import UUID

from django.db.models import QuerySet

from billing.models import CreditPack, CreditPurchase, Plan, PlanSubscription, StripeCustomer
from marketplace.accounts.models import User


def credit_packs() -> QuerySet[CreditPack]:
    """Packs on sale, the smallest first."""
    return CreditPack.objects.filter(is_active=True).exclude(stripe_price_id="").order_by("price_minor")


def plans() -> QuerySet[Plan]:
    """Plans on sale, the cheapest first."""
    return Plan.objects.filter(is_active=True).exclude(stripe_price_id="").order_by("price_minor")


def running_plan(user: User) -> PlanSubscription | None:
    """The plan that ``user`` pays for now."""
    return PlanSubscription.objects.filter(user=user, state__in=PlanSubscription.RUNNING).select_related("plan").first()


def purchase_of(user: User, purchase_id: UUID) -> CreditPurchase | None:
    """``user``'s own purchase; None for another's."""
    return CreditPurchase.objects.filter(pk=purchase_id, user=user).select_related("pack").first()


def subscription_of(user: User, subscription_id: UUID) -> PlanSubscription | None:
    """``user``'s own subscription, also one that waits for its first payment; None for another's."""
    return PlanSubscription.objects.filter(pk=subscription_id, user=user).select_related("plan").first()


def has_paid_before(user: User) -> bool:
    """Whether Stripe knows ``user`` as a customer, so that the portal has something to show."""
    return StripeCustomer.objects.filter(user=user).exists()
