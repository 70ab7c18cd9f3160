"""A page may tell so much within a minute; what is beyond is refused, and what was before stays."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.errors import TooMuchTold
from recommendations.models import Event, TellingAllowance, WorkImpressions
from recommendations.services import allowances, forget_allowances, set_consent, spend_telling
from recommendations.viewers import Consent, viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
AT = datetime(2026, 11, 28, 12, 30, 15, tzinfo=UTC)
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def clock(monkeypatch):
    """A clock of the service that stands still, and is set by hand."""
    moment = [AT]
    monkeypatch.setattr(allowances, "now", lambda: moment[0])
    return moment


def tell(client, report, address=HERE):
    return client.post(reverse("noticed"), json.dumps(report), content_type="application/json", REMOTE_ADDR=address)


def spent(*, person=None, address=HERE, times):
    for _ in range(times):
        spend_telling(person=person, address=address)


def test_a_member_beyond_her_minute_is_refused_and_loses_nothing_else(client, clock):
    work, user = indexed_work(title="Evening"), UserFactory()
    set_consent(viewer=viewer_of(user=user), consent=Consent.GIVEN)
    client.force_login(user)
    report = {"shown": {"new": [str(work.pk)]}, "dwell": {"work": str(work.pk), "seconds": 9}}
    assert tell(client, report).status_code == 204
    spent(person=user, times=allowances.MOST_OF_A_PERSON - 1)
    refused = tell(client, report)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "45")
    assert WorkImpressions.objects.get().shown == 1
    assert Event.objects.filter(kind=Event.Kind.DWELT).count() == 1
    # Her other acts, and other people at the same address, go on.
    assert client.get(work.get_absolute_url()).status_code == 200
    assert Event.objects.filter(kind=Event.Kind.VIEWED).count() == 1
    other = Client()
    other.force_login(UserFactory())
    assert tell(other, report).status_code == 204
    clock[0] = AT + timedelta(seconds=45)
    assert tell(client, report).status_code == 204


def test_a_stranger_is_known_by_her_address_whatever_session_she_brings(client, clock):
    work = indexed_work(title="Evening")
    report = {"shown": {"new": [str(work.pk)]}}
    spent(times=allowances.MOST_OF_AN_ADDRESS)
    assert tell(client, report).status_code == 429
    assert tell(Client(headers={"user-agent": "another"}), report).status_code == 429
    assert not WorkImpressions.objects.exists()
    assert tell(client, report, THERE).status_code == 204


def test_who_is_not_remembered_spends_nothing_and_nonsense_neither(client, clock):
    assert client.post(reverse("noticed"), "nonsense", content_type="application/json").status_code == 400
    client.cookies["remember"] = Consent.REFUSED
    assert tell(client, {}).status_code == 204
    assert not TellingAllowance.objects.exists()


def test_what_was_counted_goes_after_a_day_and_names_nobody(clock):
    user = UserFactory()
    spent(person=user, times=1)
    clock[0] = AT + timedelta(hours=20)
    spent(times=1)
    kept = str(list(TellingAllowance.objects.values_list("source", flat=True)))
    assert str(user.pk) not in kept
    assert HERE not in kept
    assert forget_allowances(at=AT + timedelta(hours=30)) == 1
    assert TellingAllowance.objects.count() == 1


def test_the_error_says_when_it_ends(clock):
    with pytest.raises(TooMuchTold) as caught:
        spent(times=allowances.MOST_OF_AN_ADDRESS + 1)
    assert caught.value.facts == {"wait_s": 45}
