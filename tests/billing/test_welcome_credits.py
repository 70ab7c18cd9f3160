"""Welcome credits where many storefronts come from one place: held, told, approved or not; each once."""

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from billing.letters import write_about_welcome
from billing.selectors import credits_available
from billing.services.welcome import welcome, welcome_reference
from marketplace.accounts.addresses import Visit
from marketplace.accounts.services import open_storefront
from marketplace.risk.models import Verdict
from marketplace.risk.services import decide, note_visit
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NETWORK = Visit("8.8.8.0/24")


def newcomer(visit: Visit = NETWORK):
    person = UserFactory()
    note_visit(person=person, visit=visit)
    open_storefront(user=person, handle=f"shop-{person.pk.hex[-12:]}", name="A shop")
    return person


def clerk():
    made = UserFactory(is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="add_decision", content_type__app_label="risk"))
    return type(made).objects.get(pk=made.pk)


def verdict_on(person) -> Verdict:
    return Verdict.objects.get(subject_ref=welcome_reference(person.pk))


def test_the_fourth_storefront_of_a_network_within_a_day_waits():
    first = [newcomer() for _ in range(3)]
    fourth = newcomer()
    assert [credits_available(person) for person in first] == [60, 60, 60]
    assert credits_available(fourth) == 0
    assert verdict_on(fourth).is_waiting
    assert credits_available(newcomer(Visit("9.9.9.0/24"))) == 60


def test_the_second_storefront_of_a_browser_waits():
    device = Visit(device="d" * 64)
    assert [credits_available(newcomer(device)) for _ in range(2)] == [60, 0]


@pytest.mark.parametrize("approves", [True, False])
def test_a_person_decides_and_the_artist_is_told(approves):
    *_, person = [newcomer() for _ in range(4)]
    write_about_welcome(user_id=person.pk)
    decide(decider=clerk(), verdict_id=verdict_on(person).pk, approves=approves, reason="A class at an art school.")
    write_about_welcome(user_id=person.pk)
    first, second = (letter.body for letter in mail.outbox)
    assert "one of us looks before the 60 welcome credits" in first
    assert ("are in the studio now" if approves else "could not add welcome credits") in second
    assert not any(word in (first + second).lower() for word in ("fraud", "abuse", "farm"))
    assert credits_available(person) == (60 if approves else 0)
    welcome(user=person)
    assert credits_available(person) == (60 if approves else 0)


def test_the_page_says_that_they_come_later(client):
    for _ in range(3):
        newcomer()
    person = UserFactory()
    client.force_login(person)
    form = {"handle": "quiet-sea", "name": "Quiet sea"}
    page = client.post("/storefront/open", form, REMOTE_ADDR="8.8.8.8", follow=True)
    assert "Your welcome credits come a little later" in page.text
    assert credits_available(person) == 0
