"""Grants, holds, settlements and expiry, one after the other."""

from datetime import timedelta

import pytest

from billing.errors import (
    AmountInvalid,
    HoldDiffers,
    HoldEndedAlready,
    HoldNotFound,
    InsufficientCredits,
    SettlementExceedsHold,
)
from billing.models import CreditHold, CreditLot, Entry, Transaction
from billing.selectors import credit_history, credits_available, credits_expiring_next, credits_held
from billing.services import (
    expire_credits,
    grant_credits,
    release_credits,
    reserve_credits,
    settle_credits,
)
from marketplace.accounts.services import open_storefront
from marketplace.core.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


def in_days(days):
    return now() + timedelta(days=days)


def test_opening_a_storefront_grants_the_welcome_credits_once(user, settings):
    open_storefront(user=user, handle="mei-studio", name="Mei")
    assert credits_available(user) == settings.CONFIGURATION.sign_up_credits == 60
    assert [line.transaction.reason for line in credit_history(user)] == ["sign_up"]


def test_a_grant_is_made_once_per_effect(user):
    for _ in range(3):
        made = grant_credits(user=user, amount=40, reason="plan", object_ref="invoice:in_1", effect="plan_credits")
    assert credits_available(user) == 40
    assert made.entries.count() == 2
    grant_credits(user=user, amount=40, reason="plan", object_ref="invoice:in_2", effect="plan_credits")
    assert credits_available(user) == 80


@pytest.mark.parametrize("amount", [0, -1, True, 1.5])
def test_an_amount_is_a_whole_number_above_zero(user, amount):
    with pytest.raises(AmountInvalid):
        grant_credits(user=user, amount=amount, reason="gift", object_ref="g:1", effect="granted")
    with pytest.raises(AmountInvalid):
        reserve_credits(user=user, amount=amount, object_ref="job:1")
    assert not Entry.objects.exists()


def test_reserving_takes_credits_out_of_what_is_available(user):
    give_credits(user, 10)
    hold = reserve_credits(user=user, amount=4, object_ref="job:1")
    assert hold.state == CreditHold.State.OPEN
    assert (credits_available(user), credits_held(user)) == (6, 4)


def test_more_than_there_is_cannot_be_reserved(user):
    give_credits(user, 3)
    with pytest.raises(InsufficientCredits) as refusal:
        reserve_credits(user=user, amount=4, object_ref="job:1")
    assert refusal.value.facts == {"needed": 4, "available": 3}
    assert refusal.value.way_out
    assert (credits_available(user), credits_held(user)) == (3, 0)
    assert not CreditHold.objects.exists()


def test_another_persons_credits_are_not_touched(user):
    rich = UserFactory()
    give_credits(rich, 100)
    with pytest.raises(InsufficientCredits):
        reserve_credits(user=user, amount=1, object_ref="job:1")
    assert credits_available(rich) == 100


def test_reserving_twice_for_one_job_holds_once(user):
    give_credits(user, 10)
    first = reserve_credits(user=user, amount=4, object_ref="job:1")
    assert reserve_credits(user=user, amount=4, object_ref="job:1") == first
    assert credits_available(user) == 6
    with pytest.raises(HoldDiffers):
        reserve_credits(user=user, amount=5, object_ref="job:1")
    other = UserFactory()
    give_credits(other, 10)
    with pytest.raises(HoldDiffers):
        reserve_credits(user=other, amount=4, object_ref="job:1")
    assert (credits_available(user), credits_available(other)) == (6, 10)


def test_settling_spends_some_and_returns_the_rest(user):
    give_credits(user, 10)
    reserve_credits(user=user, amount=4, object_ref="job:1")
    for _ in range(2):
        settle_credits(object_ref="job:1", amount=3)
    assert (credits_available(user), credits_held(user)) == (7, 0)
    assert [(e.transaction.reason, e.amount_minor) for e in credit_history(user)] == [
        ("returned", 1),
        ("reserved", -4),
        ("gift", 10),
    ]
    with pytest.raises(HoldEndedAlready):
        settle_credits(object_ref="job:1", amount=4)
    release_credits(object_ref="job:1")
    assert credits_available(user) == 7


def test_no_more_is_spent_than_is_held(user):
    give_credits(user, 10)
    reserve_credits(user=user, amount=4, object_ref="job:1")
    with pytest.raises(SettlementExceedsHold):
        settle_credits(object_ref="job:1", amount=5)
    assert (credits_available(user), credits_held(user)) == (6, 4)


def test_releasing_returns_all_once(user):
    give_credits(user, 10)
    reserve_credits(user=user, amount=4, object_ref="job:1")
    for _ in range(3):
        release_credits(object_ref="job:1")
    assert (credits_available(user), credits_held(user)) == (10, 0)
    with pytest.raises(HoldEndedAlready):
        settle_credits(object_ref="job:1", amount=4)
    with pytest.raises(HoldEndedAlready):
        reserve_credits(user=user, amount=4, object_ref="job:1")
    assert credits_available(user) == 10


def test_an_unknown_hold_is_said_to_be_unknown(user):
    with pytest.raises(HoldNotFound):
        settle_credits(object_ref="job:none", amount=1)
    with pytest.raises(HoldNotFound):
        release_credits(object_ref="job:none")


def test_credits_that_expire_first_are_spent_first(user):
    give_credits(user, 5)
    give_credits(user, 5, expires_at=in_days(30))
    give_credits(user, 5, expires_at=in_days(3))
    soon = credits_expiring_next(user)
    assert soon is not None
    assert soon.amount == 5
    reserve_credits(user=user, amount=8, object_ref="job:1")

    def left():
        return [lot.remaining for lot in CreditLot.objects.order_by("expires_at")]  # NULL sorts last

    assert left() == [0, 2, 5]
    settle_credits(object_ref="job:1", amount=6)
    # The two that were not spent go back to the lot that they came from, which is the later one.
    assert left() == [0, 4, 5]


def test_expired_credits_cannot_be_spent(user):
    give_credits(user, 5, expires_at=in_days(-1))
    give_credits(user, 2)
    assert credits_available(user) == 2
    with pytest.raises(InsufficientCredits) as refusal:
        reserve_credits(user=user, amount=3, object_ref="job:1")
    assert refusal.value.facts["available"] == 2
    assert expire_credits() == 5
    assert expire_credits() == 0
    newest = credit_history(user)[0]
    assert (newest.transaction.reason, newest.amount_minor) == ("expired", -5)
    assert credits_available(user) == 2


def test_credits_that_expire_while_held_can_still_be_spent_and_expire_on_return(user):
    give_credits(user, 5, expires_at=in_days(1))
    reserve_credits(user=user, amount=5, object_ref="job:1")
    CreditLot.objects.update(expires_at=in_days(-1))
    settle_credits(object_ref="job:1", amount=3)
    assert (credits_available(user), credits_held(user)) == (0, 0)
    reasons = list(Transaction.objects.order_by("id").values_list("reason", flat=True))
    assert reasons == ["gift", "reserved", "spent", "returned", "expired"]
    assert CreditLot.objects.get().remaining == 0
