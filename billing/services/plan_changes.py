"""Another plan or interval: more begins at once and is charged in proportion, less with the end of what is paid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import (
    AmountDiffers,
    ChangeNotPossible,
    ChangeWaitsAlready,
    NoChangeWaits,
    NoRunningPlan,
    NotForSale,
)
from billing.gateway import ChangeLine, StripeRefused
from billing.models import Audience, Interval, PaidPeriod, PlanChange, PlanPrice, PlanSubscription
from billing.selectors import running_plan
from billing.services.plan_copies import copy_subscription
from billing.services.subscription_changes import change_later, change_now, look_at_change
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money

_State = PlanSubscription.State
# An offer's moment says what of the present period is unused: an old one would give back time that was used.
OFFER_LASTS = timedelta(minutes=30)
# A request that was begun in the last moment of an offer is answered or given up by then.
ANSWERED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ChangeOffer:
    """What a change would do. ``due``: charged now; ``at``: the moment for which that was computed.

    ``effective_at``: when it begins; ``lines``: what ``due`` is made of, empty where nothing is charged now.
    """

    subscription: PlanSubscription
    price: PlanPrice
    is_at_once: bool
    effective_at: datetime
    at: datetime
    due: Money
    lines: tuple[ChangeLine, ...]


def is_upgrade(subscription: PlanSubscription, price: PlanPrice) -> bool:
    """Whether a change gives more for more, so that it begins at once: a plan that is not lower, not from a year to
    months (whose remaining months would have to be paid back).
    """
    from_year = subscription.interval == Interval.YEAR and price.interval == Interval.MONTH
    return price.plan.rank >= subscription.plan.rank and not from_year


def offer_change(
    *, user: User, plan_code: str, interval: str, at: datetime | None = None, audience: str = Audience.ARTIST
) -> ChangeOffer:
    """What a change of ``user``'s plan would charge and when it would begin; changes nothing.

    ``at``: compute it for an earlier moment of an offer. Raises NoRunningPlan, NotForSale, ChangeNotPossible.
    """
    subscription, price = _checked(user, audience, plan_code, interval)
    moment = (at or now()).replace(microsecond=0)
    nothing = Money(0, price.currency)
    if subscription.state == _State.TRIALING:
        return ChangeOffer(subscription, price, True, moment, moment, nothing, ())
    if not is_upgrade(subscription, price):
        ends = subscription.current_period_end or moment
        return ChangeOffer(subscription, price, False, ends, moment, nothing, ())
    stripe_id = subscription.stripe_subscription_id or ""
    moment, seen = look_at_change(stripe_id, price_id=price.stripe_price_id, moment=moment)
    return ChangeOffer(subscription, price, True, moment, moment, seen.due, seen.lines)


def _checked(user: User, audience: str, plan_code: str, interval: str) -> tuple[PlanSubscription, PlanPrice]:
    subscription = running_plan(user, audience)
    if subscription is None or not subscription.stripe_subscription_id:
        raise NoRunningPlan()
    price = (
        PlanPrice.objects.select_related("plan")
        .filter(
            plan__code=plan_code,
            plan__is_active=True,
            interval=interval,
            is_current=True,
            price_tax=subscription.price_tax,
        )
        .first()
    )
    if price is None or price.plan.audience != subscription.audience:
        raise NotForSale(_("This plan is not on sale."), way_out=_("Choose another one."))
    if (price.plan_id, price.interval) == (subscription.plan_id, subscription.interval):
        raise ChangeNotPossible(_("You have this plan already."))
    if subscription.state not in (_State.ACTIVE, _State.TRIALING):
        raise ChangeNotPossible(
            _("A payment for your plan is open."), way_out=_("Pay it first; then you can change the plan.")
        )
    if subscription.periods.filter(stopped_because=PaidPeriod.Stopped.DISPUTED).exists():
        raise ChangeNotPossible(
            _("Your bank disputes a payment for your plan."), way_out=_("You can change the plan once that is decided.")
        )
    if subscription.paused_from is not None:
        raise ChangeNotPossible(_("Your plan is paused."), way_out=_("Resume it first; then you can change it."))
    if subscription.extended_to is not None:
        raise ChangeNotPossible(
            _("Your paid year was moved by a pause, so it can only be changed when it renews."),
            way_out=_("It renews on %(day)s.") % {"day": date_format(subscription.extended_to)},
        )
    if subscription.cancel_at_period_end:
        raise ChangeNotPossible(_("Your plan is about to end."), way_out=_("Keep it first; then you can change it."))
    return subscription, price


def change_plan(
    *,
    user: User,
    plan_code: str,
    interval: str,
    at: datetime | None = None,
    expected: Money | None = None,
    audience: str = Audience.ARTIST,
) -> PlanChange:
    """Change ``user``'s plan as `offer_change` said. ``at`` and ``expected`` are the offer's moment and sum: where
    the sum has become another one, nothing is changed.

    A change that waits is replaced. Raises what `offer_change` raises, AmountDiffers, ChangeWaitsAlready, and
    StripeRefused where the card is declined.
    """
    if at is not None and at < now() - OFFER_LASTS:
        raise AmountDiffers(_("This offer is some time old."), way_out=_("Look at the change again."))
    offer = offer_change(user=user, plan_code=plan_code, interval=interval, at=at, audience=audience)
    if expected is not None and expected != offer.due:
        raise AmountDiffers(
            _("The amount is now %(now)s.") % {"now": offer.due},
            way_out=_("Look at the change again."),
            asked=str(offer.due),
        )
    clear_schedule(offer.subscription)
    change = _claim(offer)
    return make_change(change_id=change.pk)


@transaction.atomic
def _claim(offer: ChangeOffer) -> PlanChange:
    row = PlanSubscription.objects.select_for_update(no_key=True, of=("self",)).get(pk=offer.subscription.pk)
    seen = offer.subscription
    has_changed = (row.plan_id, row.interval, row.state) != (seen.plan_id, seen.interval, seen.state)
    if has_changed or row.changes.filter(state__in=PlanChange.OPEN).exists():
        # Another window may have made its change since this one's offer: it would be made once more.
        raise ChangeWaitsAlready(way_out=_("Look at your plan again in a moment."))
    return PlanChange.objects.create(
        subscription=row,
        from_plan_id=row.plan_id,
        from_interval=row.interval,
        to_plan=offer.price.plan,
        to_interval=offer.price.interval,
        is_at_once=offer.is_at_once,
        due_minor=offer.due.amount_minor if offer.is_at_once else None,
        currency=offer.due.currency,
        effective_at=offer.effective_at,
    )


def make_change(*, change_id: UUID) -> PlanChange:
    """Tell Stripe of a change that was claimed; a repetition is the same request. Raises the gateway's errors.

    One that is older than its offer is not made any more: nobody waits for it. Whether it was made is asked.
    """
    change = PlanChange.objects.select_related("subscription", "to_plan").get(pk=change_id)
    if change.state != PlanChange.State.ASKED:
        return change
    if change.created_at <= now() - OFFER_LASTS:
        return _expire(change)
    try:
        _tell_stripe(change)
    except StripeRefused:
        _settle(change, PlanChange.State.REFUSED)
        raise
    if not change.is_at_once:
        PlanChange.objects.filter(pk=change.pk, state=PlanChange.State.ASKED).update(
            state=PlanChange.State.WAITING, stripe_schedule_id=change.stripe_schedule_id
        )
    copy_subscription(change.subscription.stripe_subscription_id or "")
    change.refresh_from_db()
    return change


def _expire(change: PlanChange) -> PlanChange:
    """An answer that was lost counts: a change that Stripe has made is done. One that waits there is taken back, as the
    page has said that it failed.
    """
    if change.created_at > now() - OFFER_LASTS - ANSWERED_AFTER:
        return change
    stripe_id = change.subscription.stripe_subscription_id or ""
    if not change.is_at_once:
        gateway.free_of_schedule(stripe_id)
    copy_subscription(stripe_id)
    _settle(change, PlanChange.State.WITHDRAWN)
    change.refresh_from_db()
    return change


def _tell_stripe(change: PlanChange) -> None:
    stripe_id = change.subscription.stripe_subscription_id or ""
    price = PlanPrice.objects.get(
        plan=change.to_plan,
        interval=change.to_interval,
        is_current=True,
        price_tax=change.subscription.price_tax,
    )
    key = f"plan-change:{change.pk}"
    if not change.is_at_once:
        change.stripe_schedule_id = change_later(
            stripe_id, price_id=price.stripe_price_id, interval=price.interval, key=key
        )
    elif change.subscription.state == _State.TRIALING:
        item_id = gateway.retrieve_subscription(stripe_id).item_id
        gateway.change_during_trial(stripe_id, item_id=item_id, price_id=price.stripe_price_id, idempotency_key=key)
    else:
        change_now(stripe_id, price_id=price.stripe_price_id, at=change.effective_at, key=key)


def withdraw_change(*, user: User, audience: str = Audience.ARTIST) -> PlanSubscription:
    """Take back a change that waits for the period's end. Raises NoRunningPlan, NoChangeWaits."""
    subscription = running_plan(user, audience)
    if subscription is None:
        raise NoRunningPlan()
    if not withdraw_waiting(subscription):
        raise NoChangeWaits()
    return copy_subscription(subscription.stripe_subscription_id or "")


def withdraw_waiting(subscription: PlanSubscription) -> bool:
    """Release the schedule of a change that waits; answers whether there was one."""
    change = subscription.changes.filter(state=PlanChange.State.WAITING).first()
    if change is None:
        return False
    gateway.release_schedule(change.stripe_schedule_id)
    return _settle(change, PlanChange.State.WITHDRAWN)


def clear_schedule(subscription: PlanSubscription) -> None:
    """Take back a change that waits, and release a schedule that an earlier change has left: end, pause and price of
    the subscription can then be set directly.
    """
    if not withdraw_waiting(subscription):
        gateway.free_of_schedule(subscription.stripe_subscription_id or "")


def _settle(change: PlanChange, state: PlanChange.State) -> bool:
    settled = PlanChange.objects.filter(pk=change.pk, state__in=PlanChange.OPEN).update(state=state, ended_at=now())
    return bool(settled)


def changes_left_behind(*, older_than_s: int = 120) -> list[str]:
    """Changes of which Stripe may not have been told, because their caller died; too old ones are ended."""
    late = PlanChange.objects.filter(
        state=PlanChange.State.ASKED, created_at__lt=now() - timedelta(seconds=older_than_s)
    )
    return [str(pk) for pk in late.values_list("pk", flat=True)]
