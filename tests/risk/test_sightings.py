"""Who was seen with what: public networks only, digests of cookies, test cards tell nothing; forgotten in time."""

import hashlib
from datetime import timedelta

import pytest

from marketplace.accounts.addresses import Visit
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.models import ArrivedPayment, DeclinedCard, Sighting
from marketplace.risk.selectors import facts_of_payment, facts_of_welcome
from marketplace.risk.services import (
    forget_old_sightings,
    judge_welcome,
    note_declined_card,
    note_payment,
    note_payout_facts,
    note_visit,
)
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NETWORK = "8.8.8.0/24"


@pytest.fixture
def cards_count(settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_counts_test_cards": True})


def facts(person, ref="order:1", sellers=()):
    return facts_of_payment(person=person, subject_ref=ref, amount=Money(1200, "USD"), sellers=sellers)


def seen(person) -> set[tuple[str, str]]:
    return set(Sighting.objects.filter(person=person).values_list("kind", "value"))


def test_a_visit_is_noted_once_with_its_first_and_last_time():
    person = UserFactory()
    for _ in range(2):
        note_visit(person=person, visit=Visit(NETWORK, "Firefox", "d" * 64))
    assert seen(person) == {("network", NETWORK), ("device", "d" * 64)}
    row = Sighting.objects.filter(kind="network").get()
    assert row.last_at > row.first_at


@pytest.mark.parametrize("network", ["127.0.0.0/24", "10.1.2.0/24", "192.168.1.0/24", "fd00:1:2::/48", ""])
def test_networks_that_are_not_public_tell_nothing(network):
    person = UserFactory()
    note_visit(person=person, visit=Visit(network))
    assert not seen(person)


def test_signing_in_is_noted_with_the_browsers_cookie(client):
    person = UserFactory()
    person.set_password("a long password 7")
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    form = {"login": person.email, "password": "a long password 7"}
    answer = client.post("/accounts/login/", form, REMOTE_ADDR="8.8.8.8")
    assert answer.status_code == 302
    cookie = answer.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    kinds = dict(seen(person))
    assert kinds["network"] == NETWORK
    assert len(kinds["device"]) == 64
    assert cookie.value not in kinds["device"]
    other = UserFactory()
    client.logout()
    client.force_login(other)
    assert "device" not in client.get("/").cookies


def test_what_a_visitor_makes_up_as_cookie_is_replaced(client):
    client.cookies["device"] = "<script>" * 4
    assert "<" not in client.post("/accounts/login/", {}).cookies["device"].value


def test_test_cards_are_everybodys(settings):
    person = UserFactory()
    note_payment(person=person, subject_ref="order:1", card="fp_1", risk_level="normal")
    assert ArrivedPayment.objects.get().card == ""
    assert not seen(person)


def test_payments_are_counted_by_person_card_and_network(cards_count):
    one, two, three = UserFactory(), UserFactory(), UserFactory()
    for person in (one, two):
        note_visit(person=person, visit=Visit(NETWORK))
    for _ in range(2):
        note_payment(person=one, subject_ref="order:1", card="fp_1", risk_level="elevated")
    note_payment(person=one, subject_ref="order:2", card="fp_2", risk_level="")
    note_payment(person=two, subject_ref="order:3", card="fp_1", risk_level="")
    note_payment(person=three, subject_ref="order:4", card="fp_1", risk_level="")
    ArrivedPayment.objects.filter(pk="order:4").update(at=now() - timedelta(hours=2))
    found = facts(one)
    assert (found.orders_last_hour, found.orders_last_hour_on_network, found.orders_last_hour_on_card) == (2, 3, 2)
    assert (found.people_on_card, found.people_on_network_today, found.people_on_device) == (3, 2, 1)
    assert found.risk_level == "elevated"
    assert facts(three, "order:9").orders_last_hour_on_network == 1


def test_what_buyer_and_artist_share(cards_count):
    buyer, artist, other = UserFactory(), UserFactory(), UserFactory()
    for person in (buyer, artist):
        note_visit(person=person, visit=Visit(NETWORK, "", "d" * 64))
    note_payment(person=artist, subject_ref="order:1", card="fp_1", risk_level="")
    note_payment(person=other, subject_ref="order:2", card="fp_1", risk_level="")
    assert facts(buyer, sellers=[artist.pk]).shared_with_artist == {"network", "device"}
    assert facts(other, sellers=[artist.pk]).shared_with_artist == {"card"}
    assert facts(buyer, sellers=[other.pk]).shared_with_artist == frozenset()


def test_a_declined_card_counts_once_per_event_and_for_a_day():
    person = UserFactory()
    for event in ("evt_1", "evt_1", "evt_2"):
        note_declined_card(person=person, code="stolen_card", event_ref=event)
    assert facts(person).declined_codes == ("stolen_card", "stolen_card")
    DeclinedCard.objects.update(at=now() - timedelta(hours=25))
    assert facts(person).declined_codes == ()


def test_welcomes_are_counted_by_what_people_share_within_a_day():
    people = [UserFactory() for _ in range(4)]
    for person in people[:3]:
        note_visit(person=person, visit=Visit(NETWORK))
        judge_welcome(subject_ref=f"welcome:{person.pk}", person=person)
    note_visit(person=people[3], visit=Visit("9.9.9.0/24"))
    assert facts_of_welcome(people[0]).others_on_network == 2
    assert facts_of_welcome(people[3]).others_on_network == 0


def test_old_sightings_are_forgotten():
    person = UserFactory()
    note_visit(person=person, visit=Visit(NETWORK))
    note_declined_card(person=person, code="x", event_ref="evt_1")
    note_payment(person=person, subject_ref="order:1", card="", risk_level="")
    assert forget_old_sightings() == 0
    before = now() - timedelta(days=181)
    Sighting.objects.update(last_at=before)
    DeclinedCard.objects.update(at=before)
    ArrivedPayment.objects.update(at=before)
    assert forget_old_sightings() == 3


def payout_facts(person, *, destinations=("fp_bank",), legal_name="Mei Lin", birth_date="1990-01-02"):
    note_payout_facts(person=person, destinations=destinations, legal_name=legal_name, birth_date=birth_date)


def test_one_bank_account_or_one_legal_person_behind_two_accounts_is_seen(cards_count):
    artist, same_bank, same_person, namesake = (UserFactory() for _ in range(4))
    payout_facts(artist)
    payout_facts(same_bank, legal_name="Somebody Else")
    payout_facts(same_person, destinations=["fp_card"], legal_name="  MEI\u3000lin ")
    payout_facts(namesake, destinations=[], birth_date="1991-01-02")
    sellers = [artist.pk]
    assert facts(same_bank, sellers=sellers).shared_with_artist == {"payout"}
    assert facts(same_person, sellers=sellers).shared_with_artist == {"identity"}
    assert facts(namesake, sellers=sellers).shared_with_artist == frozenset()


def test_payout_facts_are_kept_as_keyed_digests_only(cards_count):
    person = UserFactory()
    for _ in range(2):
        payout_facts(person)
    kept = dict(seen(person))
    assert sorted(kept) == ["identity", "payout"]
    assert all(len(value) == 64 and set(value) <= set("0123456789abcdef") for value in kept.values())
    assert not {"fp_bank", hashlib.sha256(b"fp_bank").hexdigest()} & set(kept.values())


def test_a_name_without_a_date_of_birth_and_test_mode_tell_nothing(settings):
    person = UserFactory()
    payout_facts(person)
    assert not seen(person)
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_counts_test_cards": True})
    payout_facts(person, destinations=[], birth_date="")
    assert not seen(person)


def test_present_payout_facts_are_not_forgotten_and_former_ones_are(cards_count):
    person = UserFactory()
    payout_facts(person)
    Sighting.objects.update(last_at=now() - timedelta(days=181))
    assert forget_old_sightings() == 0
    payout_facts(person, destinations=["fp_new"])
    assert Sighting.objects.filter(person=person, kind="payout").count() == 1
    payout_facts(person, destinations=["fp_newer"])
    assert Sighting.objects.filter(person=person, kind="payout").count() == 2, "a change of yesterday is remembered"
