"""A person stops payouts with a reason: the artist reads it, gets a letter, and nothing goes out until it is lifted."""

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, InternalError, connection, transaction

from billing.errors import (
    PayoutNotPossible,
    PayoutsStoppedAlready,
    PayoutStopLifted,
    PayoutStopNeedsReason,
    PayoutStopNotAllowed,
)
from billing.models import Payout, PayoutStop
from billing.selectors import payout_holds
from billing.services import lift_payout_stop, mature_sales, pay_out_due, pay_out_now, stop_payouts
from marketplace.accounts.models import User
from marketplace.core.money import Money
from tests.factories.accounts import UserFactory
from tests.factories.billing import PayoutAccountFactory, make_payouts_due, sell
from tests.factories.moderation import moderator

pytestmark = pytest.mark.django_db
WHY = "Three buyers say that they never got their files. Show us where you sent them."


@pytest.fixture
def head():
    return User.objects.create_superuser("head@example.org", "x")


@pytest.fixture
def artist():
    made = PayoutAccountFactory().artist
    sell(made, 2000, days_until_available=-1)
    mature_sales()
    return made


def test_nothing_goes_out_while_stopped_and_the_artist_reads_why(head, artist):
    stop = stop_payouts(administrator=head, artist=artist, reason=f"  {WHY} ")
    assert (stop.reason, stop.stopped_by, stop.is_open) == (WHY, head, True)
    make_payouts_due(artist)
    assert pay_out_due() == 0
    with pytest.raises(PayoutNotPossible) as told:
        pay_out_now(artist=artist, currency="USD")
    assert WHY in told.value.message
    [hold] = payout_holds(artist)
    assert (hold.cause, hold.amount, hold.since) == ("stopped", Money(1800, "USD"), stop.stopped_at)
    assert WHY in hold.reason
    lifted = lift_payout_stop(administrator=head, stop_id=stop.pk, because="The files have arrived.")
    assert (lifted.lifted_by, lifted.is_open) == (head, False)
    pay_out_now(artist=artist, currency="USD")
    assert Payout.objects.get().amount == Money(1800, "USD")


def test_one_stop_at_a_time_with_a_reason_and_lifted_once(head, artist):
    with pytest.raises(PayoutStopNeedsReason):
        stop_payouts(administrator=head, artist=artist, reason="  ")
    stop = stop_payouts(administrator=head, artist=artist, reason=WHY)
    with pytest.raises(PayoutsStoppedAlready):
        stop_payouts(administrator=head, artist=artist, reason="Another.")
    lift_payout_stop(administrator=head, stop_id=stop.pk)
    with pytest.raises(PayoutStopLifted):
        lift_payout_stop(administrator=head, stop_id=stop.pk)
    stop_payouts(administrator=head, artist=artist, reason="Again.")
    assert PayoutStop.objects.count() == 2


def test_who_has_no_right_to_it_changes_nothing(head, artist):
    strangers = [UserFactory(), artist.user, moderator(), UserFactory(is_staff=True)]
    for person in strangers:
        with pytest.raises(PayoutStopNotAllowed):
            stop_payouts(administrator=person, artist=artist, reason=WHY)
    assert not PayoutStop.objects.exists()
    stop = stop_payouts(administrator=head, artist=artist, reason=WHY)
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="add_payoutstop"))
    for person in [*strangers, clerk]:
        with pytest.raises(PayoutStopNotAllowed):
            lift_payout_stop(administrator=person, stop_id=stop.pk)
    stop.refresh_from_db()
    assert stop.is_open


def test_another_artist_is_paid(head, artist):
    stop_payouts(administrator=head, artist=PayoutAccountFactory().artist, reason=WHY)
    pay_out_now(artist=artist, currency="USD")
    assert Payout.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_payoutstop SET reason = 'nothing'",
        "UPDATE billing_payoutstop SET stopped_at = now()",
        "DELETE FROM billing_payoutstop",
    ],
)
def test_the_database_keeps_what_was_said(head, artist, change):
    stop_payouts(administrator=head, artist=artist, reason=WHY)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db(transaction=True)
def test_the_artist_gets_a_letter_in_her_language_each_time(head, outbox, run_jobs):
    artist = PayoutAccountFactory().artist
    User.objects.filter(pk=artist.user_id).update(language="zh-hans")
    stop = stop_payouts(administrator=head, artist=artist, reason=WHY)
    run_jobs()
    letter = outbox.wait_for(to=artist.user.email)
    assert WHY in letter.text
    assert "/earnings" in letter.text
    lift_payout_stop(administrator=head, stop_id=stop.pk, because="Everything has arrived.")
    outbox.clear()
    run_jobs()
    assert "Everything has arrived." in outbox.wait_for(to=artist.user.email).text
