"""Whether the shop remembers a visitor: the question, the browser's own no, what pages tell, the file of it all."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from recommendations.models import Event, WorkImpressions
from recommendations.services import like_work, record_event, set_consent
from recommendations.tasks import forget_viewer
from recommendations.viewers import Consent, viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]
QUESTION = "May we remember what you look at?"


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recommendations_event")
        return cursor.fetchone()[0]


def tell(client, report, **headers):
    return client.post(reverse("noticed"), json.dumps(report), content_type="application/json", headers=headers)


def test_a_stranger_is_asked_below_the_page_once_and_gets_no_session_for_looking(client):
    work = indexed_work(title="Evening")
    for address in ("/", work.get_absolute_url()):
        html = client.get(address).content.decode()
        assert html.index(QUESTION) > html.index("Evening")
    assert "sessionid" not in client.cookies
    assert Event.objects.get().viewer.startswith("s:")
    client.post(reverse("answer_remembering"), {"answer": "no", "next": "/"})
    assert QUESTION not in client.get("/").content.decode()


def test_a_stranger_who_says_yes_is_known_by_her_session_and_forgotten_when_she_says_no(client):
    works = [indexed_work(title=f"Evening {n}") for n in range(2)]
    client.post(reverse("answer_remembering"), {"answer": "yes"})
    for work in works:
        client.get(work.get_absolute_url())
    viewer = viewer_of(session_key=client.session.session_key)
    assert list(Event.objects.values_list("viewer", flat=True)) == [viewer.key] * 2
    client.post(reverse("answer_remembering"), {"answer": "no"})
    assert rows() == 0
    client.get(works[0].get_absolute_url())
    assert rows() == 0


def test_what_a_stranger_looked_at_is_deleted_when_she_signs_in(client):
    work = indexed_work(title="Evening")
    client.post(reverse("answer_remembering"), {"answer": "yes"})
    client.get(work.get_absolute_url())
    stranger = viewer_of(session_key=client.session.session_key)
    assert Event.objects.get().viewer == stranger.key
    client.force_login(UserFactory())
    job = ProcrastinateJob.objects.get(task_name="recommendations.forget_viewer")
    assert job.args == {"viewer_key": stranger.key}
    forget_viewer(**job.args)
    assert rows() == 0
    client.logout()
    client.force_login(UserFactory())
    assert ProcrastinateJob.objects.filter(task_name="recommendations.forget_viewer").count() == 1


@pytest.mark.parametrize("header", [{"Sec-GPC": "1"}, {"DNT": "1"}])
@pytest.mark.parametrize("who", ["stranger", "member who said yes"])
def test_a_browser_that_asks_not_to_be_tracked_is_not(client, header, who):
    work = work_on_sale(title="Evening")
    if who != "stranger":
        user = UserFactory()
        set_consent(viewer=viewer_of(user=user), consent=Consent.GIVEN)
        client.force_login(user)
    html = client.get(work.get_absolute_url(), headers=header).content.decode()
    assert QUESTION not in html
    assert "noticed.js" not in html
    client.get("/search?q=evening", headers=header)
    client.post(reverse("start_order"), {"offer": offer_of(work, "personal").pk, "to": "cart"}, headers=header)
    report = {"shown": {"new": [str(work.pk)]}, "dwell": {"work": str(work.pk), "seconds": 30}}
    assert tell(client, report, **header).status_code == 204
    assert rows() == 0
    assert not WorkImpressions.objects.exists()
    assert "asks not to be tracked" in client.get(reverse("feed_settings"), headers=header).content.decode()


def test_a_member_who_says_yes_is_noted_and_with_a_no_every_row_goes(client):
    user, work = UserFactory(), work_on_sale(title="Evening")
    client.force_login(user)
    key = viewer_of(user=user).key
    client.get(work.get_absolute_url())
    assert not Event.objects.filter(viewer=key).exists()
    client.post(reverse("answer_remembering"), {"answer": "yes"})
    client.get(work.get_absolute_url())
    client.get("/search?q=Evening")
    client.post(reverse("start_order"), {"offer": offer_of(work, "personal").pk, "to": "cart"})
    assert tell(client, {"dwell": {"work": str(work.pk), "seconds": 30}}).status_code == 204
    click = {"work": str(work.pk), "surface": "search", "position": 0, "query": "Evening"}
    assert tell(client, {"click": click}).status_code == 204
    like_work(work_id=work.pk, user=user)
    kinds = set(Event.objects.filter(viewer=key).values_list("kind", flat=True))
    assert kinds == {"viewed", "searched", "carted", "dwelt", "clicked", "liked"}
    other = record_event(kind="liked", work_id=work.pk, viewer=viewer_of(user=UserFactory()), once_key="o")
    before = rows()
    answer = client.post(reverse("answer_remembering"), {"answer": "no"}, follow=True).content.decode()
    assert "6 events were deleted." in answer
    assert rows() == before - 6
    assert other
    assert Event.objects.exclude(viewer=key).exists()
    assert work.likes.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '{"shown": {"new": ["x"]}}',
        '{"shown": [1]}',
        '{"dwell": {"work": "x", "seconds": 1}}',
        '{"dwell": {"seconds": 1}}',
        '{"click": {"work": null}}',
        '{"shown": {"new": 5}}',
        '{"a": "' + "x" * 20_000 + '"}',
    ],
)
def test_a_report_that_cannot_be_read_is_refused(client, body):
    answer = client.post(reverse("noticed"), body, content_type="application/json")
    assert answer.status_code == 400
    assert rows() == 0


def test_impressions_of_somebody_who_was_not_asked_are_numbers_alone(client):
    work = indexed_work(title="Evening")
    report = {"shown": {"new": [str(work.pk)]}, "dwell": {"work": str(work.pk), "seconds": 30}}
    assert tell(client, report).status_code == 204
    assert WorkImpressions.objects.get().shown == 1
    assert rows() == 0
    assert client.get(reverse("noticed")).status_code == 405


def test_the_report_must_come_from_a_page_of_ours():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("noticed"), "{}", content_type="application/json").status_code == 403


def test_the_file_holds_what_is_kept_of_her_and_nothing_of_others(client):
    user, work, other = UserFactory(), indexed_work(title="Evening"), indexed_work(title="Other")
    like_work(work_id=work.pk, user=user)
    like_work(work_id=other.pk, user=UserFactory())
    url = reverse("my_events")
    assert client.get(url).headers["Location"].startswith(reverse("account_login"))
    client.force_login(user)
    answer = client.get(url)
    kept = json.loads(answer.getvalue())
    assert [(event["kind"], event["work_id"]) for event in kept["events"]] == [("liked", str(work.pk))]
    assert [like["work_id"] for like in kept["wishes"]["likes"]] == [str(work.pk)]
    assert str(other.pk) not in json.dumps(kept)
    assert "attachment" in answer.headers["Content-Disposition"]
