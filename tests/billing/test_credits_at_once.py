"""The same services called by many processes and threads at the same moment, on real transactions."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum

from billing.checks import ledger_figures
from billing.models import CreditHold, CreditLot, Entry, Transaction
from billing.selectors import credits_available, credits_held
from billing.services import reserve_credits
from marketplace.core.clock import now
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits

pytestmark = pytest.mark.django_db(transaction=True)


def calls(name, **arguments):
    return Counter(at_once(f"tests.billing.calls:{name}", arguments, processes=2, threads=32))


@pytest.fixture
def user():
    person = UserFactory()
    for _ in range(5):
        give_credits(person, 20)
    return person


def test_64_reservations_at_once_never_hold_more_than_there_is(user):
    answers = calls("reserve_for_own_job", user=str(user.pk), amount=7)
    assert answers == {"ok": 14, "insufficient_credits": 50}
    assert (credits_available(user), credits_held(user)) == (2, 98)
    assert CreditHold.objects.count() == 14


def test_64_reservations_for_one_job_hold_once(user):
    assert calls("reserve_for_one_job", user=str(user.pk), amount=7) == {"ok": 64}
    assert (credits_available(user), credits_held(user)) == (93, 7)
    assert Transaction.objects.filter(object_ref="job:one").count() == 1


def test_64_grants_of_one_effect_grant_once(user):
    assert calls("grant_one", user=str(user.pk), amount=9) == {"ok": 64}
    assert credits_available(user) == 109
    assert CreditLot.objects.count() == 6


def test_settling_and_releasing_one_hold_at_once_ends_it_once(user):
    reserve_credits(user=user, amount=10, object_ref="job:one")
    answers = calls("settle_or_release_one", amount=6)
    hold = CreditHold.objects.get()
    if hold.state == CreditHold.State.SETTLED:
        assert answers == {"ok": 64}
        assert (credits_available(user), credits_held(user)) == (94, 0)
    else:
        assert answers == {"ok": 32, "hold_ended_already": 32}
        assert (credits_available(user), credits_held(user)) == (100, 0)


def test_whole_jobs_at_once_spend_what_they_say(user):
    answers = calls("reserve_then_settle", user=str(user.pk))
    assert set(answers) <= {"ok", "insufficient_credits"}
    assert answers["ok"] >= 20  # 100 credits are five each for twenty at least, more as the rest comes back
    assert credits_held(user) == 0
    assert credits_available(user) == 100 - 3 * answers["ok"]
    spent = Entry.objects.filter(account__kind="credits_spent").count()
    assert spent == answers["ok"]


def test_32_processes_that_spend_all_they_can_never_spend_one_credit_too_many():
    user, granted = UserFactory(), 0
    for days in (None, 3, 40, 2, None, 9, 400):  # lots that end at different times, none of them during the test
        ends = now() + timedelta(days=days) if days else None
        give_credits(user, 61, expires_at=ends)
        granted += 61
    answers = at_once(
        "tests.billing.calls:spend_until_refused", {"user": str(user.pk), "seed": 4}, processes=32, threads=1
    )
    assert answers == ["ok"] * 32
    settled = CreditHold.objects.filter(state=CreditHold.State.SETTLED)
    # Whoever ends last has met a person with nothing left, and nobody had more than there was.
    assert settled.aggregate(total=Sum("spent"))["total"] == granted
    assert (credits_available(user), credits_held(user)) == (0, 0)
    assert CreditLot.objects.filter(remaining__gt=0).count() == 0
    assert len({hold.object_ref.split(":")[1] for hold in settled}) > 16  # many of them had their share
    assert [figure.name for figure in ledger_figures() if figure.is_fault and figure.value] == []
