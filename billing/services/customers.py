"""A person as Stripe's customer: one for all her payments."""

from billing import gateway
from billing.errors import NoStripeCustomer
from billing.models import StripeCustomer
from marketplace.accounts.models import User


def customer_of(user: User) -> StripeCustomer:
    """``user``'s customer at Stripe, made when first needed; two calls at once make one."""
    known = StripeCustomer.objects.filter(user=user).first()
    if known is not None:
        return known
    customer_id = gateway.create_customer(
        email=user.email,
        name=user.display_name,
        pseudonym=str(user.pseudonym),
        idempotency_key=f"customer:{user.pseudonym}",
    )
    StripeCustomer.objects.bulk_create(
        [StripeCustomer(user=user, stripe_customer_id=customer_id)], ignore_conflicts=True
    )
    return StripeCustomer.objects.get(user=user)


def portal_url(*, user: User, return_url: str, locale: str = "auto") -> str:
    """The address of Stripe's page with ``user``'s invoices, card and plan. Raises NoStripeCustomer."""
    known = StripeCustomer.objects.filter(user=user).first()
    if known is None:
        raise NoStripeCustomer()
    return gateway.create_portal(customer_id=known.stripe_customer_id, return_url=return_url, locale=locale)
