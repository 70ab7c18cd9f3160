"""Reports: by anyone, a few times an hour, without keeping addresses."""

import pytest

from marketplace.moderation.errors import ReportInvalid, TooManyReports
from marketplace.moderation.models import AuditEntry, Report
from marketplace.moderation.services import report_work
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.moderation import report_on

pytestmark = pytest.mark.django_db


def test_a_stranger_reports_and_leaves_no_address():
    work = WorkFactory()
    report = report_work(work=work, reporter=None, reason="person", details=" My neighbour. ", address="192.0.2.7")
    assert (report.state, report.reason, report.details) == ("open", "person", "My neighbour.")
    assert report.reporter is None
    assert "192.0.2.7" not in str(Report.objects.values().get())
    assert AuditEntry.objects.get().event == "reported"
    assert AuditEntry.objects.get().actor_pseudonym is None


def test_the_same_source_about_the_same_work_is_one_report_with_the_newer_words():
    work = WorkFactory()
    first = report_on(work)
    again = report_work(work=work, reporter=None, reason="hateful", details="Worse.", address="192.0.2.1")
    assert again.pk == first.pk
    assert (again.reason, again.details) == ("hateful", "Worse.")
    report_on(work, address="192.0.2.2")
    report_on(work, reporter=UserFactory())
    assert Report.objects.count() == 3


def test_the_sixth_report_in_an_hour_is_told_to_wait():
    for _n in range(5):
        report_on(WorkFactory())
    with pytest.raises(TooManyReports) as refused:
        report_on(WorkFactory())
    assert refused.value.http_status == 429
    assert "hour" in refused.value.way_out
    assert Report.objects.count() == 5
    report_on(WorkFactory(), address="192.0.2.99")


@pytest.mark.parametrize(
    ("reason", "details"), [("", "x"), ("boredom", "x"), ("other", "  "), ("copyright", "x" * 2001)]
)
def test_a_report_that_says_too_little_or_too_much_is_refused(reason, details):
    with pytest.raises(ReportInvalid) as refused:
        report_work(work=WorkFactory(), reporter=None, reason=reason, details=details, address="192.0.2.1")
    assert refused.value.way_out
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_from_one_source_are_counted():
    works = [str(WorkFactory().pk) for _n in range(16)]
    codes = at_once("tests.moderation.calls:report", {"works": works}, processes=2, threads=8)
    assert (codes.count("ok"), codes.count("too_many_reports")) == (5, 11)
    assert Report.objects.count() == 5
