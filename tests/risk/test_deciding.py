"""One verdict per thing, one decision per verdict; kept by the database; who may, and what time does."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction

from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.errors import ReasonMissing, VerdictDecided, VerdictNotFound
from marketplace.risk.facts import WarningFacts
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.services import decide, judge_welcome, lapse_overdue, warn
from tests.append_only import as_owner_of
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def clerk():
    made = UserFactory(is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="add_decision", content_type__app_label="risk"))
    return type(made).objects.get(pk=made.pk)


def held(**more) -> Verdict:
    facts = {"type": "misc", "amount": Money(1200, "USD"), **more}
    person = UserFactory()
    return warn(subject_ref=f"warning:{person.pk}", person=person, facts=WarningFacts(**facts))


def test_a_second_judgement_answers_the_first():
    first = held()
    again = warn(subject_ref=first.subject_ref, person=first.person, facts=WarningFacts("other", Money(1, "USD")))
    assert (again.pk, again.facts["type"]) == (first.pk, "misc")
    assert first.decide_by - first.at == timedelta(hours=48)


def test_what_is_allowed_waits_for_nobody():
    person = UserFactory()
    verdict = judge_welcome(subject_ref="welcome:1", person=person)
    assert (verdict.outcome, verdict.decide_by, verdict.is_waiting) == ("allow", None, False)
    with pytest.raises(VerdictNotFound):
        decide(decider=clerk(), verdict_id=verdict.pk, approves=False, reason="No.")


def test_who_may_decide_once_with_a_reason():
    verdict, decider = held(), clerk()
    for stranger in (UserFactory(), UserFactory(is_staff=True)):
        with pytest.raises(VerdictNotFound):
            decide(decider=stranger, verdict_id=verdict.pk, approves=True, reason="Mine")
    with pytest.raises(ReasonMissing):
        decide(decider=decider, verdict_id=verdict.pk, approves=True, reason="  ")
    assert not Decision.objects.exists()
    made = decide(decider=decider, verdict_id=verdict.pk, approves=True, reason="I know her.")
    assert (made.decider, made.is_approved, made.reason) == (decider, True, "I know her.")
    with pytest.raises(VerdictDecided):
        decide(decider=decider, verdict_id=verdict.pk, approves=False, reason="No.")


def test_nobody_judges_in_her_own_cause():
    decider = clerk()
    verdict = warn(subject_ref="warning:own", person=decider, facts=WarningFacts("misc", Money(1, "USD")))
    with pytest.raises(VerdictNotFound):
        decide(decider=decider, verdict_id=verdict.pk, approves=True, reason="It was me.")


def test_records_cannot_be_changed():
    verdict = held()
    decide(decider=clerk(), verdict_id=verdict.pk, approves=True, reason="Fine.")
    for change in (
        lambda: Verdict.objects.update(outcome="allow", decide_by=None),
        lambda: Decision.objects.update(is_approved=False),
        lambda: Decision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="it is a record"), transaction.atomic():
            change()


def age(verdict: Verdict) -> None:
    """A verdict whose time is over; only the table's owner can write one."""
    with as_owner_of("risk_verdict"):
        Verdict.objects.filter(pk=verdict.pk).update(decide_by=now())


def test_time_decides_once_and_a_warning_then_changes_nothing():
    verdict = held()
    assert lapse_overdue() == 0
    age(verdict)
    assert (lapse_overdue(), lapse_overdue()) == (1, 0)
    decision = Decision.objects.get()
    assert (decision.is_approved, decision.decider, decision.reason) == (True, None, "")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_decides():
    verdict, decider = held(), clerk()
    arguments = {"decider": str(decider.pk), "verdict": str(verdict.pk)}
    codes = at_once("tests.risk.calls:decide_both_ways", arguments, processes=4, threads=2)
    assert sorted(codes) == ["ok"] + ["verdict_decided"] * 7
    assert Decision.objects.count() == 1
