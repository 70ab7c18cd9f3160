"""POST /api/v1/verify and GET /api/v1/verify?number=, for everybody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.blobs import private_store
from marketplace.catalog.models import WorkFile
from marketplace.licensing.certificate import certificate_json
from marketplace.provenance.metadata import strip_metadata
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.publishing import published
from tests.provenance.pictures import encoded, flipped, painting

pytestmark = pytest.mark.django_db


def _ask(client, data: bytes, name: str = "f.png"):
    return client.post("/api/v1/verify", {"file": SimpleUploadedFile(name, data)})


def test_files(client, blob_stores):
    work = published(encoded(painting("turner")))
    original = private_store().get(WorkFile.objects.get(version__work=work, role="original").storage_key)
    signed = _ask(client, original).json()
    assert (signed["kind"], signed["verdict"], signed["signed_here"]) == ("file", "signed_here", True)
    assert signed["work"]["work_id"] == str(work.pk)
    assert signed["work"]["licences"][0]["price"] == {"amount_minor": 1200, "currency": "USD"}
    assert signed["origin"]["model"] == "atelier-image-1"
    changed = _ask(client, flipped(original, len(original) // 2)).json()
    assert (changed["verdict"], changed["tampered"], changed["picture_changed"]) == ("changed", True, True)
    stripped = _ask(client, strip_metadata(original)[0]).json()
    assert stripped["verdict"] == "stripped"
    assert stripped["matches"][0]["work"]["work_id"] == str(work.pk)


def test_certificates(client):
    grant = licence_in(work_on_sale())
    by_number = client.get("/api/v1/verify", {"number": grant.number}).json()
    assert (by_number["kind"], by_number["in_force"]) == ("certificate", True)
    assert by_number["holder_name"] == grant.holder_name
    by_file = _ask(client, certificate_json(grant), "c.json").json()
    assert (by_file["number"], by_file["from_signed_file"]) == (grant.number, True)


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda client: client.get("/api/v1/verify", {"number": "AT-0000-0000-0000"}), 404, "licence_not_found"),
        (lambda client: client.get("/api/v1/verify"), 400, "nothing_to_check"),
        (lambda client: _ask(client, b"hello"), 400, "file_not_checkable"),
        (lambda client: _ask(client, b"{}", "c.json"), 400, "certificate_invalid"),
    ],
)
def test_errors_have_a_code_and_a_way_out(client, ask, status, code):
    answer = ask(client)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["way_out"]
