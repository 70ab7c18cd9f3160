"""The page that answers: a stranger's view, without scripts."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.blobs import private_store
from marketplace.catalog.models import WorkFile
from marketplace.licensing.models import LicenceEnding
from marketplace.licensing.services import end_licence
from marketplace.provenance.metadata import strip_metadata
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.publishing import published
from tests.provenance.pictures import encoded, flipped, painting

pytestmark = pytest.mark.django_db


def _ask(client, data: bytes, name: str = "file.png"):
    return client.post("/verify", {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def original(blob_stores) -> bytes:
    work = published(encoded(painting("turner")))
    return private_store().get(WorkFile.objects.get(version__work=work, role="original").storage_key)


def test_the_page_opens_for_everybody(client):
    page = client.get("/verify").content.decode()
    assert 'type="file"' in page
    assert 'name="number"' in page


def test_a_signed_file(client, original):
    page = _ask(client, original).content.decode()
    assert "Signed here, and unchanged" in page
    assert "atelier-image-1 1.2" in page
    assert "Evening at sea" in page
    assert "Personal licence $12.00" in page


def test_a_changed_one(client, original):
    page = _ask(client, flipped(original, len(original) // 2)).content.decode()
    assert "Changed after it was signed" in page
    assert "at least one byte differs" in page
    assert "Signed here, and unchanged" not in page


def test_a_stripped_one(client, original):
    page = _ask(client, strip_metadata(original)[0]).content.decode()
    assert "Its credentials are missing, but we know this picture" in page
    assert "100% alike" in page
    assert "Evening at sea" in page


def test_an_unknown_one(client, original):
    assert "We do not know this picture" in _ask(client, encoded(painting("monet"))).content.decode()


@pytest.mark.parametrize("data", [b"hello", b""])
def test_what_cannot_be_checked_says_the_way_out(client, data):
    answer = _ask(client, data, "letter.txt")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert 'name="number"' in answer.content.decode()


def test_a_post_without_a_file_says_what_to_do(client):
    answer = client.post("/verify")
    assert answer.status_code == 400
    assert "Choose a file" in answer.content.decode()


def test_a_certificates_number(client):
    grant = licence_in(work_on_sale())
    page = client.get("/verify", {"number": grant.number.lower()}).content.decode()
    assert "This licence is valid" in page
    assert grant.number in page
    assert grant.holder_name in page
    assert grant.holder.email not in page
    end_licence(grant=grant, reason=LicenceEnding.Reason.REFUNDED)
    assert "This licence has ended" in client.get("/verify", {"number": grant.number}).content.decode()


def test_a_wrong_number_keeps_what_was_typed(client):
    answer = client.get("/verify", {"number": "AT-0000-<b>"})
    assert answer.status_code == 404
    assert "AT-0000-&lt;b&gt;" in answer.content.decode()
    assert "<b>" not in answer.content.decode()


def test_the_title_of_a_work_is_text_not_markup(client, blob_stores):
    work = published(encoded(painting("monet")), title="<script>alert(1)</script>")
    data = private_store().get(WorkFile.objects.get(version__work=work, role="original").storage_key)
    page = _ask(client, data).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_keys_and_the_logs_head_are_published(client, original):
    keys = client.get("/.well-known/atelier-keys.json").json()
    assert [key["signs_now"] for key in keys["keys"]] == [True]
    assert "BEGIN CERTIFICATE" in keys["content_credentials_root_pem"]
    assert "PRIVATE" not in json.dumps(keys)
    head = client.get("/.well-known/atelier-log.json").json()
    assert set(head) == {"payload", "protected", "signature"}


def test_in_chinese(client, original):
    page = client.post(
        "/verify", {"file": SimpleUploadedFile("f.png", original)}, headers={"accept-language": "zh-hans"}
    ).content.decode()
    assert "Signed here" not in page
    assert "海上黄昏" in page
