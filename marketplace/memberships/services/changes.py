"""Another tier or interval: more begins at once and is charged in proportion, less with the end of what is paid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing import gateway
from billing.gateway import ChangeLine, StripeRefused
from billing.services.plan_changes import ANSWERED_AFTER, OFFER_LASTS
from billing.services.subscription_changes import change_later, change_now, look_at_change
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.memberships.errors import (
    MembershipAmountDiffers,
    MembershipChangeNotPossible,
    NoMembershipChangeWaits,
    TierNotOpen,
)
from marketplace.memberships.models import Membership, MembershipChange, TierPrice
from marketplace.memberships.selectors import membership_of
from marketplace.memberships.services.at_stripe import price_at_stripe
from marketplace.memberships.services.copies import copy_membership

State = MembershipChange.State


@dataclass(frozen=True, slots=True)
class ChangeOffer:
    """What a change would do. ``due``: charged now; ``at``: the moment for which that was computed.

    ``effective_at``: when it begins; ``lines``: what ``due`` is made of, empty where nothing is charged now.
    """

    membership: Membership
    price: TierPrice
    is_at_once: bool
    effective_at: datetime
    at: datetime
    due: Money
    lines: tuple[ChangeLine, ...]


def is_upgrade(membership: Membership, price: TierPrice) -> bool:
    """Whether a change gives more for more, so that it begins at once: a tier that is not lower, not from a year to
    months (whose remaining months would have to be paid back), and not the same for less.
    """
    present = membership.price
    if present.is_annual and not price.is_annual:
        return False
    if price.tier.level == present.tier.level and price.interval == present.interval:
        return price.amount_minor >= present.amount_minor
    return price.tier.level >= present.tier.level


def offer_change(*, user: User, membership_id: UUID, price_id: UUID, at: datetime | None = None) -> ChangeOffer:
    """What a change of ``user``'s membership would charge and when it would begin; changes nothing.

    ``at``: compute it for an earlier moment of an offer. Raises MembershipNotFound, TierNotOpen and
    MembershipChangeNotPossible.
    """
    membership, price = _checked(membership_of(user, membership_id), price_id)
    moment = (at or now()).replace(microsecond=0)
    if not is_upgrade(membership, price):
        ends = membership.current_period_end or moment
        return ChangeOffer(membership, price, False, ends, moment, Money(0, price.currency), ())
    stripe_id = membership.stripe_subscription_id or ""
    moment, seen = look_at_change(stripe_id, price_id=price_at_stripe(price, membership.price_tax), moment=moment)
    return ChangeOffer(membership, price, True, moment, moment, seen.due, seen.lines)


def _checked(membership: Membership, price_id: UUID) -> tuple[Membership, TierPrice]:
    price = TierPrice.objects.select_related("tier__artist").filter(pk=price_id, is_current=True).first()
    is_hers = price is not None and price.tier.artist_id == membership.artist_id
    if price is None or not is_hers or not price.tier.is_open or not membership.artist.user.is_active:
        raise TierNotOpen(way_out=_("Choose another one."))
    if price.pk == membership.price_id:
        raise MembershipChangeNotPossible(_("You have this tier already."))
    if price.currency != membership.price.currency:
        raise MembershipChangeNotPossible(
            _("This tier is sold in another currency."),
            way_out=_("End your membership with what is paid, then join anew."),
        )
    if membership.state != Membership.State.ACTIVE or membership.ended_because:
        raise MembershipChangeNotPossible(
            _("A payment for your membership is open."), way_out=_("Pay it first; then you can change the tier.")
        )
    if membership.cancel_at_period_end:
        raise MembershipChangeNotPossible(
            _("Your membership is about to end."), way_out=_("Keep it first; then you can change the tier.")
        )
    return membership, price


def change_membership(
    *, user: User, membership_id: UUID, price_id: UUID, at: datetime | None = None, expected: Money | None = None
) -> MembershipChange:
    """Change ``user``'s membership as `offer_change` said. ``at`` and ``expected`` are the offer's moment and sum:
    where the sum has become another one, nothing is changed.

    A change that waits is replaced. Raises what `offer_change` raises, MembershipAmountDiffers, and StripeRefused where
    the card is declined.
    """
    if at is not None and at < now() - OFFER_LASTS:
        raise MembershipAmountDiffers(_("This offer is some time old."), way_out=_("Look at the change again."))
    offer = offer_change(user=user, membership_id=membership_id, price_id=price_id, at=at)
    if expected is not None and expected != offer.due:
        raise MembershipAmountDiffers(
            _("The amount is now %(now)s.") % {"now": offer.due},
            way_out=_("Look at the change again."),
            asked=str(offer.due),
        )
    clear_schedule(offer.membership)
    return make_change(change_id=_claim(offer).pk)


@transaction.atomic
def _claim(offer: ChangeOffer) -> MembershipChange:
    row = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=offer.membership.pk)
    has_changed = (row.price_id, row.state) != (offer.membership.price_id, offer.membership.state)
    if has_changed or row.changes.filter(state__in=MembershipChange.OPEN).exists():
        # Another window may have made its change since this one's offer: it would be made once more.
        raise MembershipChangeNotPossible(
            _("Another change of your membership is under way."), way_out=_("Look at it again in a moment.")
        )
    return MembershipChange.objects.create(
        membership=row,
        from_price_id=row.price_id,
        to_price=offer.price,
        is_at_once=offer.is_at_once,
        due_minor=offer.due.amount_minor if offer.is_at_once else None,
        effective_at=offer.effective_at,
    )


def make_change(*, change_id: UUID) -> MembershipChange:
    """Tell Stripe of a change that was claimed; a repetition is the same request. Raises the gateway's errors.

    One that is older than its offer is not made any more: nobody waits for it. Whether it was made is asked.
    """
    change = MembershipChange.objects.select_related("membership", "to_price__tier__artist").get(pk=change_id)
    if change.state != State.ASKED:
        return change
    stripe_id = change.membership.stripe_subscription_id or ""
    key, price = f"membership-change:{change.pk}", change.to_price
    if change.created_at <= now() - OFFER_LASTS:
        return _expire(change)
    try:
        price_id = price_at_stripe(price, change.membership.price_tax)
        if change.is_at_once:
            change_now(stripe_id, price_id=price_id, at=change.effective_at, key=key)
        else:
            schedule = change_later(stripe_id, price_id=price_id, interval=price.interval, key=key)
            MembershipChange.objects.filter(pk=change.pk, state=State.ASKED).update(
                state=State.WAITING, stripe_schedule_id=schedule
            )
    except StripeRefused:
        _settle(change, State.REFUSED)
        raise
    copy_membership(stripe_id)
    change.refresh_from_db()
    return change


def _expire(change: MembershipChange) -> MembershipChange:
    """An answer that was lost counts: a change that Stripe has made is done. One that waits there is taken back, as the
    page has said that it failed.
    """
    if change.created_at > now() - OFFER_LASTS - ANSWERED_AFTER:
        return change
    stripe_id = change.membership.stripe_subscription_id or ""
    if not change.is_at_once:
        gateway.free_of_schedule(stripe_id)
    copy_membership(stripe_id)
    _settle(change, State.WITHDRAWN)
    change.refresh_from_db()
    return change


def withdraw_change(*, user: User, membership_id: UUID) -> Membership:
    """Take back a change that waits for the period's end. Raises MembershipNotFound, NoMembershipChangeWaits."""
    membership = membership_of(user, membership_id)
    if not _withdraw_waiting(membership):
        raise NoMembershipChangeWaits()
    return copy_membership(membership.stripe_subscription_id or "")


def _withdraw_waiting(membership: Membership) -> bool:
    change = membership.changes.filter(state=State.WAITING).first()
    if change is None:
        return False
    gateway.release_schedule(change.stripe_schedule_id)
    return _settle(change, State.WITHDRAWN)


def clear_schedule(membership: Membership) -> None:
    """Take back a change that waits, and release a schedule that an earlier change has left: end and price of the
    subscription can then be set directly.
    """
    if not _withdraw_waiting(membership):
        gateway.free_of_schedule(membership.stripe_subscription_id or "")


def _settle(change: MembershipChange, state: MembershipChange.State) -> bool:
    open_ones = MembershipChange.objects.filter(pk=change.pk, state__in=MembershipChange.OPEN)
    return bool(open_ones.update(state=state, ended_at=now()))


def changes_left_behind(*, older_than_s: int = 120) -> list[str]:
    """Changes of which Stripe may not have been told, because their caller died."""
    late = MembershipChange.objects.filter(state=State.ASKED, created_at__lt=now() - timedelta(seconds=older_than_s))
    return [str(pk) for pk in late.values_list("pk", flat=True)]
