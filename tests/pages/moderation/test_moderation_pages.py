"""Reporting, the moderators' desk, notices and appeals, as people meet them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.moderation.admin import MOST_SHOWN
from marketplace.moderation.models import Appeal, Decision, Report
from marketplace.moderation.services import decide
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.moderation import REASON, hidden_by, moderator, report_on

pytestmark = pytest.mark.django_db


def test_a_stranger_reports_a_work(client):
    work = WorkFactory()
    assert "What is wrong?" in client.get(f"/works/{work.pk}/report").text
    answer = client.post(f"/works/{work.pk}/report", {"reason": "copyright", "details": "Seen at a museum."})
    assert answer.url == work.get_absolute_url()
    assert Report.objects.get().details == "Seen at a museum."


def test_an_incomplete_report_keeps_what_was_typed(client):
    work = WorkFactory()
    answer = client.post(f"/works/{work.pk}/report", {"reason": "", "details": "I typed this."})
    assert "I typed this." in answer.text
    other = client.post(f"/works/{work.pk}/report", {"reason": "other", "details": ""})
    assert "Please say what is wrong." in other.text
    assert not Report.objects.exists()


def test_a_hidden_work_cannot_be_reported(client):
    work = WorkFactory(status="hidden")
    assert client.get(f"/works/{work.pk}/report").status_code == 404


def test_the_desk_shows_the_queue_and_hides_with_a_reason(client):
    work = WorkFactory(title="Stolen poster")
    report_on(work)
    client.force_login(moderator())
    queue = client.get("/admin/moderation/reportedwork/").text
    assert "Stolen poster" in queue
    desk = f"/admin/moderation/reportedwork/{work.pk}/change/"
    assert "Look at it." in client.get(desk).text
    short = client.post(desk, {"action": "hide", "reason": "bad"})
    assert "needs a reason" in short.text
    client.post(desk, {"action": "hide", "reason": REASON})
    work.refresh_from_db()
    assert work.status == "hidden"
    assert "Stolen poster" not in client.get("/admin/moderation/reportedwork/").text


def test_many_reports_cost_the_queue_and_the_desk_no_more_reads_and_the_open_ones_are_shown_first(client):
    work, judge = WorkFactory(), moderator()
    client.force_login(judge)
    queue, desk = "/admin/moderation/reportedwork/", f"/admin/moderation/reportedwork/{work.pk}/change/"

    def reads(address):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(address)
        assert page.status_code == 200
        # The reports of a work are read up to a limit, never all of them.
        unbounded = [q["sql"] for q in seen if 'FROM "moderation_report"' in q["sql"] and "LIMIT" not in q["sql"]]
        assert unbounded == []
        return len(seen)

    report_on(work)
    client.get(queue)
    few = reads(queue), reads(desk)
    for n in range(MOST_SHOWN + 10):
        report_on(work, address=f"198.51.100.{n}")
    decide(moderator=judge, work=work, action="dismiss", reason=REASON)
    report_on(work, reporter=UserFactory(email="open@example.org"))
    assert (reads(queue), reads(desk)) == few
    page = client.get(desk).text
    assert page.count("Look at it.") == MOST_SHOWN
    assert "open@example.org" in page


def test_the_desk_is_for_moderators(client):
    work = WorkFactory()
    report_on(work)
    desk = f"/admin/moderation/reportedwork/{work.pk}/change/"
    for person in (None, work.artist.user, UserFactory(is_staff=True)):
        client.logout()
        if person:
            client.force_login(person)
        assert client.post(desk, {"action": "hide", "reason": REASON}).status_code == 302
    work.refresh_from_db()
    assert work.status == "listed"
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/moderation/decision/",
        "/admin/moderation/auditentry/",
        "/admin/moderation/appeal/",
        "/admin/moderation/report/",
    ],
)
def test_a_moderator_reads_and_cannot_write_the_records(client, address):
    hidden_by(moderator(), WorkFactory())
    client.force_login(moderator())
    assert client.get(address).status_code == 200
    assert client.get(f"{address}add/").status_code == 403
    assert client.get("/admin/accounts/user/").status_code == 403


def test_the_artist_reads_the_notice_and_appeals_and_the_moderator_restores(client):
    work = WorkFactory(title="My own poster")
    report_on(work)
    decision = hidden_by(moderator(), work)
    notice = f"/moderation/notices/{decision.pk}"
    assert client.get(notice).url.startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(notice).status_code == 404
    assert client.post(notice, {"text": "Not mine, but still wrong."}).status_code == 404
    client.force_login(work.artist.user)
    assert REASON in client.get(notice).text
    assert "My own poster" in client.get("/moderation/notices").text
    client.post(notice, {"text": "I painted it in 2024, see the sketch."})
    assert "Waiting for a moderator" in client.get(notice).text
    client.force_login(moderator())
    desk = f"/admin/moderation/reportedwork/{work.pk}/change/"
    page = client.get(desk).text
    assert "see the sketch" in page
    answer = {"action": "restore", "appeal": Appeal.objects.get().pk, "reason": "The sketch proves it."}
    client.post(desk, answer)
    work.refresh_from_db()
    assert work.status == "listed"


def test_a_decision_in_the_meantime_is_told(client):
    work = WorkFactory()
    report_on(work)
    hidden_by(moderator(), work)
    client.force_login(moderator())
    desk = f"/admin/moderation/reportedwork/{work.pk}/change/"
    page = client.post(desk, {"action": "hide", "reason": REASON}).text
    assert "Another moderator decided" in page
    page = client.post(desk, {"action": "restore", "appeal": "x", "reason": REASON})
    assert page.status_code == 200
    assert "answered already" in page.text
