"""Money that goes back, and accounts that are closed: booked as for any sale, and the membership ends."""

import pytest

from billing import gateway
from billing.checks import ledger_figures
from billing.errors import ObjectNotKnownYet
from billing.gateway import retrieve_dispute
from billing.models import Dispute, Document, Sale, StripeEvent
from billing.selectors import artist_balance
from billing.services import note_dispute
from billing.webhooks import process_event
from marketplace.memberships.models import Membership
from marketplace.memberships.selectors import membership_levels_of
from marketplace.memberships.services import end_memberships_of_closed_accounts
from tests.billing.subscribers import stripe_api
from tests.demo.localstripe.server import wait_until
from tests.memberships.members import begin, join_and_pay, subscriptions_of

pytestmark = pytest.mark.django_db(transaction=True)
DISPUTED = "4000000000000259"
Because = Membership.EndedBecause


def faults():
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def test_a_whole_refund_ends_it_and_a_part_does_not(member, user, artist, wait_for_event, run_jobs, mailoutbox):
    payment = member.payments.get().payment_ref
    stripe_api().v1.refunds.create({"payment_intent": payment, "amount": 200})
    wait_for_event("refund.created")
    sale = Sale.objects.get()
    assert (sale.refunded_minor, sale.state) == (200, Sale.State.PENDING)
    assert artist_balance(artist).pending.amount_minor == 450 - 180
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 1}

    stripe_api().v1.refunds.create({"payment_intent": payment})
    wait_for_event("refund.created", count=2)
    wait_for_event("customer.subscription.deleted")
    member.refresh_from_db()
    assert (member.state, member.ended_because) == ("canceled", Because.REFUNDED)
    assert membership_levels_of(user_id=user.pk) == {}
    assert artist_balance(artist).pending.amount_minor == 0
    assert mailoutbox[-1].subject == "Your membership of Aoi has ended"
    assert "Your payment was returned to you." in mailoutbox[-1].body
    StripeEvent.objects.update(state=StripeEvent.State.RECEIVED)
    for event in StripeEvent.objects.order_by("-created", "-received_at"):
        process_event(event.id)
    run_jobs()
    assert Sale.objects.get().refunded_minor == 500
    notes = Document.objects.filter(kind="credit_note")
    assert sorted(note.total.amount_minor for note in notes) == [200, 300]
    assert not faults()


def test_a_refund_that_is_told_before_its_payment_is_tried_again(user, clock, low, run_jobs):
    join_and_pay(user, low)
    (subscription,) = stripe_api().v1.subscriptions.list({"customer": user.stripe_customer.stripe_customer_id}).data
    payment = gateway.payment_of_invoice(subscription.latest_invoice)
    stripe_api().v1.refunds.create({"payment_intent": payment})
    told = wait_until(lambda: StripeEvent.objects.filter(type="refund.created").first(), what="the refund")
    with pytest.raises(ObjectNotKnownYet):
        process_event(told.pk)
    assert not Sale.objects.exists()
    process_event(StripeEvent.objects.get(type="invoice.paid").pk)
    process_event(told.pk)
    run_jobs()
    assert Sale.objects.get().state == Sale.State.REFUNDED
    assert Membership.objects.get().ended_because == Because.REFUNDED


def test_a_lost_dispute_ends_it(user, clock, low, artist, wait_for_event, run_jobs, mailoutbox):
    join_and_pay(user, low, card=DISPUTED)
    wait_for_event("invoice.paid")
    payment = Membership.objects.get().payments.get().payment_ref
    (found,) = stripe_api().v1.disputes.list({"payment_intent": payment}).data
    dispute = note_dispute(retrieve_dispute(found.id))
    assert dispute.outcome == Dispute.Outcome.OPEN
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 1}, "nothing is decided yet"
    stripe_api().v1.disputes.update(dispute.pk, {"evidence": {"uncategorized_text": "losing_evidence"}, "submit": True})
    wait_for_event("charge.dispute.closed")
    wait_for_event("customer.subscription.deleted")
    row = Membership.objects.get()
    assert (row.state, row.ended_because) == ("canceled", Because.DISPUTED)
    assert Sale.objects.get().state == Sale.State.REFUNDED
    assert artist_balance(artist).pending.amount_minor == 0
    assert "Your bank took the payment back." in mailoutbox[-1].body
    assert not faults()


@pytest.mark.parametrize("whose", ["artist", "member"])
def test_a_closed_account_ends_it(member, user, artist, whose, wait_for_event, run_jobs):
    person = artist.user if whose == "artist" else user
    assert end_memberships_of_closed_accounts() == 0
    person.is_active = False
    person.save()
    assert end_memberships_of_closed_accounts() == 1
    assert end_memberships_of_closed_accounts() == 0
    assert membership_levels_of(user_id=user.pk) == {}, "at once, before Stripe is told"
    run_jobs()
    wait_for_event("customer.subscription.deleted")
    member.refresh_from_db()
    assert (member.state, member.ended_because) == ("canceled", f"{whose}_closed")
    (subscription,) = subscriptions_of(member)
    assert subscription.status == "canceled"


def test_a_checkout_that_is_open_is_closed_with_the_artists_account(user, low, artist, run_jobs):
    begin(user, low)
    artist.user.is_active = False
    artist.user.save()
    assert end_memberships_of_closed_accounts() == 1
    run_jobs()
    row = Membership.objects.get()
    assert row.state == Membership.State.INCOMPLETE_EXPIRED
    assert stripe_api().v1.checkout.sessions.retrieve(row.checkout_session_id).status == "expired"
