"""Disputes on the artist's pages and on the administrators': deadline, words, the two choices, and who may look."""

import pytest
from django.contrib.auth.models import Permission
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.services import note_dispute
from marketplace.accounts.models import User
from marketplace.orders.models import DisputeEvidence, EvidenceWords
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.disputes import dispute_facts, disputed_order
from tests.factories.licensing import work_on_sale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blob_stores")]
LIST = "/admin/orders/disputeevidence/"
State = DisputeEvidence.State


@pytest.fixture
def answer():
    """Two artists' works in one order."""
    return disputed_order(
        work_on_sale(title="Quiet sea"), work_on_sale(title="Loud hill"), buyer=UserFactory(email="mei@example.org")
    )


def artist_of(answer, title):
    return answer.order.lines.get(work__texts__title=title).work.artist


def page_of(answer) -> str:
    return f"{LIST}{answer.pk}/change/"


@pytest.fixture
def head(client):
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    return client


def jobs(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").count()


def test_an_artist_sees_her_part_and_the_deadline_and_adds_what_she_knows(client, answer):
    client.force_login(artist_of(answer, "Quiet sea").user)
    earnings = client.get("/earnings").text
    for told in ("A buyer's bank disputes $12.00 for “Quiet sea”", "deadline is in 9 days", "Say what you know"):
        assert told in earnings
    assert "Loud hill" not in earnings
    page = client.get("/earnings/disputes").text
    assert "$10.80 of it is your share" in page
    assert "mei@example.org" not in page
    path = f"/earnings/disputes/{answer.pk}"
    assert client.post(path, {"text": "She wrote to me."}).url == "/earnings/disputes"
    assert "She wrote to me." in client.get("/earnings/disputes").text
    assert "Change what you said" in client.get("/earnings").text
    assert client.post(path, {"text": "x" * 4001}).status_code == 422
    assert EvidenceWords.objects.get().text == "She wrote to me."


def test_once_it_is_sent_it_is_told_and_closed(client, answer):
    DisputeEvidence.objects.filter(pk=answer.pk).update(state=State.SENDING)
    client.force_login(artist_of(answer, "Loud hill").user)
    assert "disputes $12.00" not in client.get("/earnings").text
    page = client.get("/earnings/disputes").text
    assert "Being sent" in page
    assert "<textarea" not in page
    late = client.post(f"/earnings/disputes/{answer.pk}", {"text": "Too late"})
    assert late.status_code == 409
    assert "cannot be changed any more" in late.text


def test_it_is_nobody_elses(client, answer):
    path = f"/earnings/disputes/{answer.pk}"
    assert client.post(path, {"text": "Hm"}).status_code == 302
    client.force_login(answer.order.buyer)
    assert client.post(path, {"text": "Hm"}).status_code == 403
    client.force_login(ArtistFactory().user)
    assert client.post(path, {"text": "Hm"}).status_code == 404
    assert "No bank disputes a payment" in client.get("/earnings/disputes").text
    assert not EvidenceWords.objects.exists()


def test_the_artists_list_asks_as_often_for_many(client, django_assert_max_num_queries):
    artist = ArtistFactory()
    for number in range(8):
        disputed_order(work_on_sale(artist=artist, title=f"Work {number}"))
    client.force_login(artist.user)
    with django_assert_max_num_queries(22):
        page = client.get("/earnings/disputes").text
    assert page.count("What you know about it") == 8


def test_an_administrator_sees_what_is_known_and_the_days_left(head, answer):
    assert "9 days left" in head.get(LIST).text
    page = head.get(page_of(answer)).text
    for told in ("9 days left", "mei@example.org", "Quiet sea", "Loud hill", "Send the evidence now", "Do not contest"):
        assert told in page
    document = head.get(f"{LIST}{answer.pk}/document/")
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")


def test_words_and_sending(head, answer):
    head.post(page_of(answer), {"do": "words", "text": "The card was used before."})
    assert "The card was used before." in head.get(page_of(answer)).text
    head.post(page_of(answer), {"do": "send"})
    answer.refresh_from_db()
    assert (answer.state, answer.decided_by.email) == (State.SENDING, "head@example.org")
    again = head.post(page_of(answer), {"do": "send"}, follow=True).text
    assert "This is decided already: Being sent" in again
    assert jobs("orders.hand_in_evidence") == 1
    assert "Do not contest" not in again


def test_not_contesting_asks_whether_one_is_sure(head, answer):
    assert "nothing was done" in head.post(page_of(answer), {"do": "concede"}, follow=True).text
    answer.refresh_from_db()
    assert (answer.state, jobs("orders.give_up_dispute")) == (State.READY, 0)
    head.post(page_of(answer), {"do": "concede", "sure": "yes"})
    answer.refresh_from_db()
    assert (answer.state, jobs("orders.give_up_dispute")) == (State.CONCEDING, 1)


def test_who_may_only_look_decides_nothing(client, answer):
    document = f"{LIST}{answer.pk}/document/"
    for path in (LIST, page_of(answer), document):
        assert client.get(path).status_code == 302
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)
    for path in (LIST, page_of(answer), document):
        assert client.get(path).status_code == 403
    clerk.user_permissions.set(Permission.objects.filter(codename="view_disputeevidence"))
    for path in (LIST, page_of(answer), document):
        assert client.get(path).status_code == 200
    assert 'name="do"' not in client.get(page_of(answer)).text
    assert client.post(page_of(answer), {"do": "send"}).status_code == 403
    answer.refresh_from_db()
    assert answer.state == State.READY


def test_the_list_asks_as_often_for_many(head, django_assert_max_num_queries):
    for _ in range(8):
        disputed_order()
    with django_assert_max_num_queries(12):
        head.get(LIST)


def test_a_dispute_that_is_not_there(head, answer):
    assert head.get(f"{LIST}du_none/change/").status_code == 302
    assert head.get(f"{LIST}du_none/document/").status_code == 302


def test_the_pages_speak_of_a_question_without_money(client):
    artist = ArtistFactory()
    asked = disputed_order(work_on_sale(artist=artist), status="warning_needs_response", is_withdrawn=False)
    client.force_login(artist.user)
    assert "A question: no money has moved" in client.get("/earnings/disputes").text
    note_dispute(dispute_facts(asked.order, id=asked.pk, status="warning_closed", is_withdrawn=False))
    asked.refresh_from_db()
    assert asked.state == State.OVER
