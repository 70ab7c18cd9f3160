"""Plans: started by a checkout, ended with what is paid, kept after all."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import NoRunningPlan, NotForSale, PlanRunsAlready
from billing.gateway import CheckoutSession, StripeObjectMissing, StripeRefused
from billing.models import Audience, Interval, PlanPrice, PlanSubscription, PlanTrial, StripeCustomer
from billing.selectors import running_plan
from billing.services.customers import customer_of
from billing.services.plan_changes import clear_schedule
from billing.services.plan_copies import copy_subscription
from billing.services.plan_invoices import SUBSCRIPTION_KEY
from marketplace.accounts.models import User
from marketplace.core.clock import now


@dataclass(frozen=True, slots=True)
class StartedPlan:
    """A plan that waits for its first payment, and the address where it is paid."""

    subscription: PlanSubscription
    checkout_url: str


def start_plan(
    *,
    user: User,
    plan_code: str,
    success_url: str,
    cancel_url: str,
    interval: str = Interval.MONTH,
    locale: str = "auto",
) -> StartedPlan:
    """Open a checkout for a plan, with its trial where the person has had none. Raises NotForSale, PlanRunsAlready and
    the gateway's errors.

    An earlier checkout that is still open is closed first, so that two tabs cannot start two subscriptions.
    """
    price = (
        PlanPrice.objects.select_related("plan")
        .filter(plan__code=plan_code, plan__is_active=True, interval=interval, is_current=True)
        .first()
    )
    if price is None:
        raise NotForSale(_("This plan is not on sale."), way_out=_("Choose another one."))
    customer = customer_of(user)
    subscription, trial_days = _claim_start(user, price)
    session = gateway.create_plan_checkout(
        price_id=price.stripe_price_id,
        customer_id=customer.stripe_customer_id,
        success_url=success_url,
        cancel_url=cancel_url,
        reference=f"plan:{subscription.id}",
        metadata={SUBSCRIPTION_KEY: str(subscription.id)},
        trial_days=trial_days,
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
def _claim_start(user: User, price: PlanPrice) -> tuple[PlanSubscription, int]:
    """A new start of ``user``'s and its days of trial."""
    plan = price.plan
    StripeCustomer.objects.select_for_update(no_key=True).get(user=user)
    if running_plan(user, plan.audience) is not None:
        raise PlanRunsAlready(way_out=_("You find it on the page of your credits."))
    starting = PlanSubscription.objects.filter(user=user, audience=plan.audience, state=PlanSubscription.State.STARTING)
    for earlier in starting:
        if earlier.checkout_session_id and not _close(earlier.checkout_session_id):
            raise PlanRunsAlready(
                _("Your payment for a plan is being processed."), way_out=_("It appears here in a moment.")
            )
        earlier.state = PlanSubscription.State.INCOMPLETE_EXPIRED
        earlier.ended_at = now()
        earlier.save(update_fields=["state", "ended_at"])
        PlanTrial.objects.filter(subscription=earlier).delete()
    started = PlanSubscription.objects.create(
        user=user, plan=plan, audience=plan.audience, interval=price.interval, price_minor=price.amount_minor
    )
    if not plan.trial_days or PlanTrial.objects.filter(user=user).exists():
        return started, 0
    PlanTrial.objects.create(user=user, subscription=started, days=plan.trial_days)
    return started, plan.trial_days


def _close(session_id: str) -> bool:
    """Expire a checkout; answers whether it is closed without having been paid."""
    try:
        return gateway.expire_checkout(session_id).status == "expired"
    except StripeObjectMissing:
        return True
    except StripeRefused:
        return gateway.retrieve_checkout(session_id).status == "expired"


def end_plan(*, user: User, audience: str = Audience.ARTIST) -> PlanSubscription:
    """Let ``user``'s plan end with what is paid; a change that waits is taken back. Raises NoRunningPlan."""
    return _set_end(user, audience, ends=True)


def keep_plan(*, user: User, audience: str = Audience.ARTIST) -> PlanSubscription:
    """Take back the end of ``user``'s plan, so that it renews. Raises NoRunningPlan."""
    return _set_end(user, audience, ends=False)


def _set_end(user: User, audience: str, *, ends: bool) -> PlanSubscription:
    subscription = running_plan(user, audience)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    if ends:
        clear_schedule(subscription)
    return copy_subscription(gateway.end_with_period(subscription.stripe_subscription_id, ends=ends).id)


def start_from_checkout(session: CheckoutSession) -> None:
    """A checkout of a plan was completed: copy the subscription that it made. Raises ObjectNotKnownYet."""
    if session.subscription_id:
        copy_subscription(session.subscription_id, ours=session.metadata[SUBSCRIPTION_KEY])


@transaction.atomic
def forget_start(session: CheckoutSession) -> None:
    """A checkout of a plan was not paid in time; the trial that it took is free again."""
    ours = session.metadata[SUBSCRIPTION_KEY]
    forgotten = PlanSubscription.objects.filter(pk=ours, state=PlanSubscription.State.STARTING).update(
        state=PlanSubscription.State.INCOMPLETE_EXPIRED, ended_at=now()
    )
    if forgotten:
        PlanTrial.objects.filter(subscription__id=ours).delete()
