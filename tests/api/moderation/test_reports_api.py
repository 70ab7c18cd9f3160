"""Reports by programs."""

import pytest

from marketplace.moderation.models import Report
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


def test_anyone_reports_five_times_an_hour(client):
    for _n in range(5):
        answer = client.post(f"/api/v1/works/{WorkFactory().pk}/reports", {"reason": "hateful"})
        assert answer.status_code == 201
        assert set(answer.json()) == {"id", "work", "reason", "state", "reported_at"}
    refused = client.post(f"/api/v1/works/{WorkFactory().pk}/reports", {"reason": "hateful"})
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_reports")
    assert Report.objects.count() == 5


def test_an_unknown_reason_and_a_hidden_work_are_refused(client):
    assert client.post(f"/api/v1/works/{WorkFactory().pk}/reports", {"reason": "boredom"}).status_code == 400
    hidden = WorkFactory(status="hidden")
    assert client.post(f"/api/v1/works/{hidden.pk}/reports", {"reason": "hateful"}).status_code == 404
    assert not Report.objects.exists()
