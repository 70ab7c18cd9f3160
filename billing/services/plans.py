"""Monthly plans: started by a checkout, copied from Stripe as they change, credits for every paid invoice."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import NoRunningPlan, NotForSale, ObjectNotKnownYet, PlanRunsAlready
from billing.gateway import CheckoutSession, Invoice, StripeObjectMissing, StripeRefused, Subscription
from billing.models import Plan, PlanSubscription, Reason, StripeCustomer
from billing.selectors import running_plan
from billing.services.credits import grant_credits
from billing.services.customers import customer_of
from billing.services.purchases import record_revenue
from marketplace.accounts.models import User
from marketplace.core.clock import now

# Where a subscription's metadata names our row.
SUBSCRIPTION_KEY = "plan_subscription"
# Invoices for which a month's credits are due; one for a change in the middle of a month is not.
_MONTHLY = {"subscription_create", "subscription_cycle"}


@dataclass(frozen=True, slots=True)
class StartedPlan:
    """A plan that waits for its first payment, and the address where it is paid."""

    subscription: PlanSubscription
    checkout_url: str


def start_plan(*, user: User, plan_code: str, success_url: str, cancel_url: str, locale: str = "auto") -> StartedPlan:
    """Open a checkout for a plan. Raises NotForSale, PlanRunsAlready and the gateway's errors.

    An earlier checkout that is still open is closed first, so that two tabs cannot start two subscriptions.
    """
    plan = Plan.objects.filter(code=plan_code, is_active=True).exclude(stripe_price_id="").first()
    if plan is None:
        raise NotForSale(_("This plan is not on sale."), way_out=_("Choose another one."))
    customer = customer_of(user)
    subscription = _claim_start(user, plan)
    session = gateway.create_plan_checkout(
        price_id=plan.stripe_price_id,
        customer_id=customer.stripe_customer_id,
        success_url=success_url,
        cancel_url=cancel_url,
        reference=f"plan:{subscription.id}",
        metadata={SUBSCRIPTION_KEY: str(subscription.id)},
        locale=locale,
        idempotency_key=f"plan:{subscription.id}",
    )
    kept = PlanSubscription.objects.filter(pk=subscription.pk, state=PlanSubscription.State.STARTING).update(
        checkout_session_id=session.id
    )
    if not kept:  # another tab began again in the meantime and closed this start
        _close(session.id)
        raise PlanRunsAlready(_("This plan is being started in another window."), way_out=_("Go on there."))
    subscription.checkout_session_id = session.id
    return StartedPlan(subscription, session.url)


@transaction.atomic
def _claim_start(user: User, plan: Plan) -> PlanSubscription:
    StripeCustomer.objects.select_for_update().get(user=user)
    if running_plan(user) is not None:
        raise PlanRunsAlready(way_out=_("You find it on the page of your credits."))
    for earlier in PlanSubscription.objects.filter(user=user, state=PlanSubscription.State.STARTING):
        if earlier.checkout_session_id and not _close(earlier.checkout_session_id):
            raise PlanRunsAlready(
                _("Your payment for a plan is being processed."), way_out=_("It appears here in a moment.")
            )
        earlier.state = PlanSubscription.State.INCOMPLETE_EXPIRED
        earlier.ended_at = now()
        earlier.save(update_fields=["state", "ended_at"])
    return PlanSubscription.objects.create(user=user, plan=plan)


def _close(session_id: str) -> bool:
    """Expire a checkout; answers whether it is closed without having been paid."""
    try:
        return gateway.expire_checkout(session_id).status == "expired"
    except StripeObjectMissing:
        return True
    except StripeRefused:
        return gateway.retrieve_checkout(session_id).status == "expired"


def end_plan(*, user: User) -> PlanSubscription:
    """Let ``user``'s plan end with the month that is paid. Raises NoRunningPlan."""
    return _set_end(user, ends=True)


def keep_plan(*, user: User) -> PlanSubscription:
    """Take back the end of ``user``'s plan, so that it renews. Raises NoRunningPlan."""
    return _set_end(user, ends=False)


def _set_end(user: User, *, ends: bool) -> PlanSubscription:
    subscription = running_plan(user)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    return copy_subscription(gateway.end_with_period(subscription.stripe_subscription_id, ends=ends).id)


@transaction.atomic
def copy_subscription(stripe_subscription_id: str, *, ours: str = "") -> PlanSubscription:
    """Copy a subscription's state from Stripe, read while our row is locked, so that the latest reading wins.

    ``ours``: the id of our row, for a subscription that has not been copied before. Raises ObjectNotKnownYet.
    """
    rows = PlanSubscription.objects.select_for_update(of=("self",)).select_related("plan", "user")
    row = rows.filter(stripe_subscription_id=stripe_subscription_id).first()
    if row is None and ours:
        # Its id is looked at once the row is locked: another job may be copying the same subscription just now.
        row = rows.filter(pk=ours).first()
    if row is None or row.stripe_subscription_id not in {None, stripe_subscription_id}:
        raise ObjectNotKnownYet(subscription=stripe_subscription_id)
    _copy(gateway.retrieve_subscription(stripe_subscription_id), row)
    return row


def _copy(found: Subscription, row: PlanSubscription) -> None:
    row.stripe_subscription_id = found.id
    row.state = found.status
    row.current_period_end = found.current_period_end
    row.cancel_at_period_end = found.ends_with_period and found.status != "canceled"
    row.ended_at = found.ended_at
    row.save()


def start_from_checkout(session: CheckoutSession) -> None:
    """A checkout of a plan was completed: copy the subscription that it made. Raises ObjectNotKnownYet."""
    if session.subscription_id:
        copy_subscription(session.subscription_id, ours=session.metadata[SUBSCRIPTION_KEY])


def forget_start(session: CheckoutSession) -> None:
    """A checkout of a plan was not paid in time."""
    PlanSubscription.objects.filter(
        pk=session.metadata[SUBSCRIPTION_KEY], state=PlanSubscription.State.STARTING
    ).update(state=PlanSubscription.State.INCOMPLETE_EXPIRED, ended_at=now())


def grant_for_invoice(invoice: Invoice) -> None:
    """Grant a month's credits for a paid invoice, once per invoice. Raises ObjectNotKnownYet."""
    if invoice.subscription_id is None or invoice.status != "paid" or invoice.cause not in _MONTHLY:
        return
    row = copy_subscription(invoice.subscription_id, ours=invoice.subscription_metadata.get(SUBSCRIPTION_KEY, ""))
    last_days = row.plan.credits_last_days
    payment = gateway.payment_of_invoice(invoice.id) if invoice.paid.amount_minor else ""
    with transaction.atomic():
        grant_credits(
            user=row.user,
            amount=row.plan.credits,
            reason=Reason.PLAN,
            object_ref=f"invoice:{invoice.id}",
            effect="plan_credits",
            expires_at=now() + timedelta(days=last_days) if last_days else None,
        )
        record_revenue(object_ref=f"invoice:{invoice.id}", paid=invoice.paid, payment_ref=payment)
