"""The licences in words, and certificates that say what was sold and show when they were changed."""

import json

import pytest

from marketplace.licensing.certificate import certificate_json, certificate_pdf, verify_certificate
from marketplace.licensing.errors import CertificateInvalid
from marketplace.licensing.services import end_licence, write_missing_wordings
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, work_on_sale

pytestmark = pytest.mark.django_db


def test_the_licences_can_be_read_by_anyone(client):
    write_missing_wordings()
    page = client.get("/licences").text
    for name in ("Personal licence", "Commercial licence", "Exclusive licence"):
        assert name in page
    assert "worldwide" in client.get("/licences/terms/exclusive").text
    assert "独家授权" in client.get("/licences/terms/exclusive", headers={"accept-language": "zh-hans"}).text
    assert client.get("/licences/terms/royal").status_code == 404


def test_a_certificate_is_signed_and_read_again():
    grant = licence_in(work_on_sale(), "commercial", holder=UserFactory(display_name="安娜"))
    data = certificate_json(grant)
    assert certificate_json(grant) == data
    reading = verify_certificate(data)
    assert (reading.grant, reading.is_in_force) == (grant, True)
    assert reading.payload["holder"] == {"name": "安娜"}
    assert grant.holder.email not in data.decode()
    signed_alone = json.dumps(json.loads(data)["signed"])
    assert verify_certificate(signed_alone).grant == grant


def test_an_ended_licence_is_told():
    grant = licence_in(work_on_sale())
    data = certificate_json(grant)
    end_licence(grant=grant, reason="breached")
    assert not verify_certificate(data).is_in_force


@pytest.mark.parametrize("where", ["readable", "signed", "signature", "not json", "list", "another statement"])
def test_a_changed_certificate_is_refused(where):
    from marketplace.transparency.statements import sign_statement

    file = json.loads(certificate_json(licence_in(work_on_sale())))
    if where == "readable":
        file["certificate"]["licence"]["code"] = "exclusive"
    elif where == "signed":
        file["signed"]["payload"] = file["signed"]["payload"][:-4] + "AAAA"
    elif where == "signature":
        file["signed"]["signature"] = "A" * 86
    elif where == "another statement":
        file = {"signed": sign_statement({"type": "atelier.something"})}
    data = {"not json": "AT-1234", "list": "[]"}.get(where) or json.dumps(file)
    with pytest.raises(CertificateInvalid) as refused:
        verify_certificate(data)
    assert refused.value.way_out


@pytest.mark.parametrize("title", ["Evening tide", "海港晚潮", "Ω δ ☂ 𠮷 ひらがな", "W" * 140, "长" * 140])
def test_the_paper_takes_any_title_and_name(title):
    grant = licence_in(work_on_sale(title=title), "exclusive", holder=UserFactory(display_name=title[:80]))
    data = certificate_pdf(grant)
    assert data.startswith(b"%PDF-")
    assert data == certificate_pdf(grant)
    # Fonts travel with the file: nothing depends on what the reader's machine has.
    assert data.count(b"/FontFile2") >= 3
