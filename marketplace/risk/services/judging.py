"""One verdict on one thing: the rules are asked once, whatever comes twice or at once."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.facts import OrderFacts, WarningFacts, WelcomeFacts
from marketplace.risk.models import Verdict
from marketplace.risk.rules import Fired, early_warning, fired_by_order, fired_by_welcome, outcome_of
from marketplace.risk.selectors import (
    facts_of_payment,
    facts_of_stranger,
    facts_of_welcome,
    stranger_behind,
    verdict_on,
)
from marketplace.risk.thresholds import thresholds

Kind = Verdict.Kind


def judge_payment(
    *, subject_ref: str, person: User, amount: Money, sellers: Collection[UUID], made_as_guest: bool = False
) -> Verdict:
    """The verdict on a payment that arrived. ``sellers``: the artists' people whose works it is for.

    ``made_as_guest``: by somebody who had not signed in; a stranger's (`note_stranger`) is judged by itself.
    """
    known = verdict_on(subject_ref)
    if known is not None:
        return known
    stranger = stranger_behind(subject_ref) if made_as_guest else None
    if stranger is not None:
        facts = facts_of_stranger(stranger, amount=amount, sellers=sellers)
    else:
        facts = facts_of_payment(person=person, subject_ref=subject_ref, amount=amount, sellers=sellers)
    fired = fired_by_order(facts, thresholds())
    return judge(kind=Kind.ORDER, subject_ref=subject_ref, person=person, facts=facts, fired=fired)


def judge_purchase(*, subject_ref: str, person: User, amount: Money) -> Verdict:
    """The verdict on a payment for credits or a plan: nobody sells there but the shop."""
    known = verdict_on(subject_ref)
    if known is not None:
        return known
    facts = facts_of_payment(person=person, subject_ref=subject_ref, amount=amount, sellers=())
    fired = fired_by_order(facts, thresholds())
    return judge(kind=Kind.PURCHASE, subject_ref=subject_ref, person=person, facts=facts, fired=fired)


def judge_welcome(*, subject_ref: str, person: User) -> Verdict:
    """The verdict on welcome credits."""
    facts = facts_of_welcome(person)
    fired = fired_by_welcome(facts, thresholds())
    return judge(kind=Kind.WELCOME, subject_ref=subject_ref, person=person, facts=facts, fired=fired)


def warn(*, subject_ref: str, person: User, facts: WarningFacts) -> Verdict:
    """A bank's early warning about a payment that was delivered: always for a person to look at."""
    found = early_warning(facts, thresholds())
    return judge(kind=Kind.WARNING, subject_ref=subject_ref, person=person, facts=facts, fired=[found] if found else [])


def judge(
    *,
    kind: str,
    subject_ref: str,
    person: User,
    facts: OrderFacts | WelcomeFacts | WarningFacts,
    fired: Sequence[Fired],
) -> Verdict:
    """Write down what the rules said, once per subject: a second call answers the first verdict."""
    outcome, at = outcome_of(fired), now()
    hours = settings.CONFIGURATION.fraud_review_hours
    found = Verdict(
        subject_ref=subject_ref,
        kind=kind,
        person=person,
        outcome=outcome,
        fired=[asdict(one) for one in fired],
        facts={one.name: _as_json(getattr(facts, one.name)) for one in fields(facts)},
        decide_by=at + timedelta(hours=hours) if outcome == Verdict.Outcome.HOLD else None,
        at=at,
    )
    Verdict.objects.bulk_create([found], ignore_conflicts=True)
    return Verdict.objects.select_related("decision").get(subject_ref=subject_ref)


def _as_json(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, frozenset | tuple):
        return sorted(value)
    return round(value, 1) if isinstance(value, float) else value
