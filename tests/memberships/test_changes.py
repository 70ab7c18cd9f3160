"""Another tier: more at once with its preview, less with the period; ended, kept, ended for good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.gateway import Invoice, StripeRefused, StripeUnreachable
from billing.models import Document, Sale
from marketplace.core.money import Money
from marketplace.memberships.errors import (
    MembershipAmountDiffers,
    MembershipChangeNotPossible,
    MembershipNotFound,
    NoMembershipChangeWaits,
    TierNotOpen,
)
from marketplace.memberships.models import Membership, MembershipChange, MembershipPayment
from marketplace.memberships.selectors import membership_levels_of
from marketplace.memberships.services import (
    book_paid_invoice,
    change_membership,
    close_tier,
    edit_tier,
    join,
    keep_membership,
    leave_membership,
    make_change,
    offer_change,
    withdraw_change,
)
from marketplace.memberships.services.copies import copy_membership
from marketplace.memberships.services.tiers import TierWords
from tests.billing.subscribers import FAILS_LATER, advance_clock, stripe_api, use_card, utc
from tests.factories.accounts import UserFactory
from tests.factories.memberships import offered_tier, price_of
from tests.memberships.conftest import START
from tests.memberships.members import WORDING, join_and_pay

pytestmark = pytest.mark.django_db(transaction=True)
FEBRUARY = utc(2027, 2, 28, 10)
HALF = START + (FEBRUARY - START) / 2


def charged(membership):
    found = stripe_api().v1.invoices.list({"subscription": membership.stripe_subscription_id, "limit": 100})
    return [one.amount_paid for one in found.data]


def test_an_upgrade_is_charged_as_previewed_and_is_one_more_sale(
    member, user, clock, artist, high, wait_for_event, run_jobs
):
    advance_clock(clock, HALF)
    offer = offer_change(user=user, membership_id=member.pk, price_id=price_of(high).pk, at=HALF)
    assert (offer.is_at_once, offer.due) == (True, Money(1500 - 250, "USD"))
    assert charged(member) == [500], "an offer changes nothing"
    with pytest.raises(MembershipAmountDiffers):
        change_membership(
            user=user, membership_id=member.pk, price_id=price_of(high).pk, at=HALF, expected=Money(1, "USD")
        )
    made = change_membership(
        user=user, membership_id=member.pk, price_id=price_of(high).pk, at=offer.at, expected=offer.due
    )
    assert made.state == MembershipChange.State.DONE
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 3}
    wait_for_event("invoice.paid", count=2)
    assert charged(member) == [1250, 500]
    assert sorted(Sale.objects.values_list("gross_minor", flat=True)) == [500, 1250]
    newest = member.payments.order_by("-amount_minor").first()
    assert newest.price == price_of(high)
    run_jobs()
    invoice = Document.objects.get(object_ref=f"membership_invoice:{newest.invoice_id}")
    assert invoice.total == Money(1250, "USD")
    assert len(invoice.facts.lines) == 2


def test_an_invoice_that_costs_nothing_is_no_sale(member):
    """What is left of a dearer period can pay a change; the rest stays with the customer at Stripe."""
    (found,) = stripe_api().v1.invoices.list({"subscription": member.stripe_subscription_id}).data
    paid = Invoice.from_stripe(found.to_dict())
    book_paid_invoice(replace(paid, id="in_zero", paid=Money(0, "USD")))
    assert Sale.objects.count() == MembershipPayment.objects.count() == 1


def test_a_downgrade_begins_with_the_next_period(user, clock, artist, low, high, wait_for_event):
    membership = join_and_pay(user, high).membership
    wait_for_event("invoice.paid")
    offer = offer_change(user=user, membership_id=membership.pk, price_id=price_of(low).pk)
    assert (offer.is_at_once, offer.due.amount_minor, offer.effective_at) == (False, 0, FEBRUARY)
    change = change_membership(user=user, membership_id=membership.pk, price_id=price_of(low).pk, expected=offer.due)
    assert change.state == MembershipChange.State.WAITING
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 3}
    withdraw_change(user=user, membership_id=membership.pk)
    change.refresh_from_db()
    assert change.state == MembershipChange.State.WITHDRAWN
    with pytest.raises(NoMembershipChangeWaits):
        withdraw_change(user=user, membership_id=membership.pk)
    change = change_membership(user=user, membership_id=membership.pk, price_id=price_of(low).pk)
    advance_clock(clock, FEBRUARY + timedelta(hours=2))
    wait_for_event("invoice.paid", count=2)
    change.refresh_from_db()
    assert change.state == MembershipChange.State.DONE
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 1}
    assert list(Sale.objects.order_by("created_at").values_list("gross_minor", flat=True)) == [1500, 500]


def test_members_keep_their_price_and_new_ones_pay_the_new(member, user, clock, artist, low, wait_for_event):
    edit_tier(artist=artist, tier_id=low.pk, words=TierWords(name_en="Friend"), monthly=Money(900, "USD"))
    advance_clock(clock, FEBRUARY + timedelta(hours=2))
    wait_for_event("invoice.paid", count=2)
    assert charged(member) == [500, 500]
    other = UserFactory()
    join_and_pay(other, low)
    wait_for_event("invoice.paid", count=3)
    assert Membership.objects.get(user=other).price.amount == Money(900, "USD")
    gone = low.prices.get(interval="year")
    assert not gone.is_current, "the year is not sold any more"
    with pytest.raises(TierNotOpen):
        join(user=UserFactory(), price_id=gone.pk, consent=WORDING)


def test_a_closed_tier_keeps_its_members(member, clock, artist, low, wait_for_event):
    close_tier(artist=artist, tier_id=low.pk)
    advance_clock(clock, FEBRUARY + timedelta(hours=2))
    wait_for_event("invoice.paid", count=2)
    assert charged(member) == [500, 500]


def test_it_ends_with_what_is_paid_or_is_kept_after_all(member, user, clock, wait_for_event, run_jobs, mailoutbox):
    assert leave_membership(user=user, membership_id=member.pk).cancel_at_period_end
    assert membership_levels_of(user_id=user.pk) == {member.artist_id: 1}
    assert not keep_membership(user=user, membership_id=member.pk).cancel_at_period_end
    leave_membership(user=user, membership_id=member.pk)
    advance_clock(clock, FEBRUARY + timedelta(hours=2))
    wait_for_event("customer.subscription.deleted")
    run_jobs()
    member.refresh_from_db()
    assert (member.state, member.ended_because) == ("canceled", Membership.EndedBecause.LEFT)
    assert membership_levels_of(user_id=user.pk) == {}
    assert mailoutbox[-1].subject == "Your membership of Aoi has ended"
    assert charged(member) == [500]
    with pytest.raises(MembershipNotFound):
        keep_membership(user=user, membership_id=member.pk)


def test_another_person_changes_nothing(member, high):
    stranger = UserFactory()
    for call in (leave_membership, keep_membership, withdraw_change):
        with pytest.raises(MembershipNotFound):
            call(user=stranger, membership_id=member.pk)
    with pytest.raises(MembershipNotFound):
        change_membership(user=stranger, membership_id=member.pk, price_id=price_of(high).pk)
    member.refresh_from_db()
    assert (member.cancel_at_period_end, member.price.tier.level) == (False, 1)
    assert not MembershipChange.objects.exists()


def test_what_cannot_be_changed_to(member, user, low, high):
    def offer(price):
        return offer_change(user=user, membership_id=member.pk, price_id=price.pk)

    with pytest.raises(MembershipChangeNotPossible, match="already"):
        offer(price_of(low))
    with pytest.raises(TierNotOpen):
        offer(price_of(offered_tier()))
    leave_membership(user=user, membership_id=member.pk)
    with pytest.raises(MembershipChangeNotPossible, match="about to end"):
        offer(price_of(high))


def test_a_declined_card_changes_nothing(member, user, high, artist):
    use_card(user, FAILS_LATER)
    with pytest.raises(StripeRefused):
        change_membership(user=user, membership_id=member.pk, price_id=price_of(high).pk, at=None)
    assert MembershipChange.objects.get().state == MembershipChange.State.REFUSED
    assert copy_membership(member.stripe_subscription_id).price == price_of(member.price.tier)
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 1}


def test_a_change_that_another_window_has_made_since_the_offer_is_not_made_once_more(
    member, user, high, monkeypatch, wait_for_event
):
    asked = {"user": user, "membership_id": member.pk, "price_id": price_of(high).pk}

    def meanwhile(membership):
        """The other window makes all of its change between this one's offer and its claim."""
        monkeypatch.undo()
        change_membership(**asked)

    monkeypatch.setattr("marketplace.memberships.services.changes.clear_schedule", meanwhile)
    with pytest.raises(MembershipChangeNotPossible):
        change_membership(**asked)
    wait_for_event("invoice.paid", count=2)
    assert len(charged(member)) == 2
    assert MembershipChange.objects.count() == 1


def test_a_change_whose_caller_died_is_made_once(member, user, high, monkeypatch, wait_for_event):
    real = gateway.change_at_once

    def dies_after_the_work(*args, **more):
        real(*args, **more)
        raise StripeUnreachable()

    monkeypatch.setattr(gateway, "change_at_once", dies_after_the_work)
    with pytest.raises(StripeUnreachable):
        change_membership(user=user, membership_id=member.pk, price_id=price_of(high).pk)
    change = MembershipChange.objects.get()
    assert change.state == MembershipChange.State.ASKED
    monkeypatch.setattr(gateway, "change_at_once", real)
    assert make_change(change_id=change.pk).state == MembershipChange.State.DONE
    wait_for_event("invoice.paid", count=2)
    assert len(charged(member)) == 2


def test_a_subscription_that_is_not_ours_is_tried_again(member):
    with pytest.raises(ObjectNotKnownYet):
        copy_membership("sub_unknown", ours="00000000-0000-0000-0000-000000000000")
