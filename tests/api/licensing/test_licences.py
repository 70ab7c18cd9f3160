"""Terms, offers and licences for programs."""

import json

import pytest

from marketplace.licensing.certificate import verify_certificate
from marketplace.licensing.services import hold_exclusive, write_missing_wordings
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.licensing.test_holds import in_minutes

pytestmark = pytest.mark.django_db


def test_anyone_reads_the_terms(client):
    write_missing_wordings()
    terms = client.get("/api/v1/licence-terms").json()
    assert [entry["code"] for entry in terms] == ["personal", "commercial", "exclusive"]


def test_anyone_reads_the_offers_of_a_shown_work(client):
    work = work_on_sale()
    hold_exclusive(work=work, holder_ref="order:a", until=in_minutes(30))
    answer = client.get(f"/api/v1/works/{work.pk}/offers").json()
    assert [(o["licence"], o["price_minor"]) for o in answer["offers"]] == [
        ("personal", 1200),
        ("commercial", 4900),
        ("exclusive", 25000),
    ]
    assert answer["held_until"] is not None
    assert "order:a" not in str(answer)
    work.status = "hidden"
    work.save()
    assert client.get(f"/api/v1/works/{work.pk}/offers").status_code == 404


def test_licences_and_certificates_are_the_holders_alone(client):
    grant = licence_in(work_on_sale())
    certificate = f"/api/v1/licences/{grant.number}/certificate"
    assert client.get("/api/v1/licences").status_code == 401
    assert client.get(certificate).status_code == 401
    client.force_login(UserFactory())
    assert client.get("/api/v1/licences").json()["results"] == []
    assert client.get(certificate).status_code == 403
    client.force_login(grant.holder)
    assert [entry["number"] for entry in client.get("/api/v1/licences").json()["results"]] == [grant.number]
    assert verify_certificate(json.dumps(client.get(certificate).json())).grant == grant
