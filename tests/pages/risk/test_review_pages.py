"""The administrators' review queue: what waits, why, two buttons, and who may press them."""

import pytest
from django.contrib.auth.models import Permission

from marketplace.accounts.models import User
from marketplace.risk.models import Decision, Verdict
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid
from tests.orders.test_holding import suspicious, verdict_on

pytestmark = pytest.mark.django_db
LIST = "/admin/risk/verdict/"


@pytest.fixture
def head(client):
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    return client


@pytest.fixture
def held():
    return paid(claimed(basket_of(work_on_sale()), buyer=suspicious()))


def page_of(order) -> str:
    return f"{LIST}{verdict_on(order).pk}/change/"


def test_the_queue_shows_what_waits_and_why(head, held):
    allowed = paid(claimed(basket_of(work_on_sale())))
    queue = head.get(LIST).text
    assert held.reference in queue
    assert "Several cards were refused before this one paid: 3, limit 3" in queue
    assert allowed.reference not in queue
    assert allowed.reference in head.get(LIST + "?decision=all").text
    page = head.get(page_of(held)).text
    for told in (
        "<td>$12.00</td>",
        "mei@example.org",
        "generic_decline",
        str(held.pk),
        "Decide by",
        "all of the money goes back",
    ):
        assert told in page


def test_approving_needs_a_reason_and_is_kept_with_the_name(head, held):
    assert "Say why" in head.post(page_of(held), {"do": "approve", "reason": " "}, follow=True).text
    assert not Decision.objects.exists()
    head.post(page_of(held), {"do": "approve", "reason": "Her letters fit."})
    decision = Decision.objects.get()
    assert (decision.decider.email, decision.is_approved) == ("head@example.org", True)
    page = head.get(page_of(held)).text
    assert "Her letters fit." in page
    assert 'name="do"' not in page
    assert "decided already" in head.post(page_of(held), {"do": "refuse", "reason": "No."}, follow=True).text
    assert held.reference not in head.get(LIST).text
    assert held.reference in head.get(LIST + "?decision=decided").text


def test_who_may_only_look_decides_nothing(client, held):
    for path in (LIST, page_of(held)):
        assert client.get(path).status_code == 302
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)
    for path in (LIST, page_of(held)):
        assert client.get(path).status_code == 403
    clerk.user_permissions.set(Permission.objects.filter(codename="view_verdict"))
    for path in (LIST, page_of(held)):
        assert client.get(path).status_code == 200
    assert 'name="do"' not in client.get(page_of(held)).text
    assert client.post(page_of(held), {"do": "approve", "reason": "Mine"}).status_code == 403
    assert not Decision.objects.exists()


def test_what_is_not_there(head):
    for path in (f"{LIST}no-id/change/", f"{LIST}01a21ec5-b8d2-77b7-8405-ae94fa984eab/change/"):
        assert head.get(path).status_code == 302


def test_the_queue_asks_as_often_for_many(head, django_assert_max_num_queries):
    for number in range(8):
        person = UserFactory()
        Verdict.objects.create(
            kind="welcome",
            subject_ref=f"welcome:{number}",
            person=person,
            outcome="hold",
            decide_by=person.date_joined,
            at=person.date_joined,
        )
    with django_assert_max_num_queries(12):
        assert head.get(LIST).text.count("welcome:") >= 8


@pytest.mark.parametrize("name", ["sighting", "declinedcard", "arrivedpayment"])
def test_what_was_seen_can_be_searched(head, held, name):
    assert head.get(f"/admin/risk/{name}/?q=mei").status_code == 200
