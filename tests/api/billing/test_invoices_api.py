"""Invoices and credit notes by program: as the buyer, another member, an administrator, a stranger."""

import io
from uuid import uuid4

import pypdf
import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from marketplace.accounts.services import renew_api_key
from tests.factories.accounts import UserFactory
from tests.factories.documents import credit_note, invoice

# A document is never written within another transaction, and a test's own would be one.
pytestmark = pytest.mark.django_db(transaction=True)
INVOICES = "/api/v1/invoices"


@pytest.fixture
def buyer():
    return UserFactory(display_name="Anna Berg")


def with_key(person) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {renew_api_key(user=person)}")
    return client


def test_the_list_and_each_as_pdf(buyer):
    api = with_key(buyer)
    made = invoice(buyer)
    note = credit_note(made)
    invoice()
    listed = api.get(INVOICES).json()["results"]
    assert [(one["kind"], one["number"], one["about"]) for one in listed] == [
        ("credit_note", note.full_number, made.full_number),
        ("invoice", made.full_number, None),
    ]
    assert listed[1]["total"] == {"amount_minor": 1200, "currency": "USD"}
    assert listed[1]["tax"] == {"amount_minor": 0, "currency": "USD"}
    # A client that takes nothing but PDF is answered too.
    answer = api.get(listed[1]["pdf"], headers={"accept": "application/pdf"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="atelier-{made.full_number}.pdf"'
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert made.full_number in text
    assert "Anna Berg" in text
    assert api.get(listed[1]["pdf"]).content == answer.content


def test_nobody_elses_exists_but_for_who_may_look_at_all(buyer):
    address = f"{INVOICES}/{invoice(buyer).pk}.pdf"
    other = with_key(UserFactory())
    assert other.get(INVOICES).json()["results"] == []
    refused = other.get(address, headers={"accept": "application/pdf"})
    assert (refused.status_code, refused.json()["error"]) == (404, "document_not_found")
    assert refused.json() == other.get(f"{INVOICES}/{uuid4()}.pdf").json()
    clerk = UserFactory()
    clerk.user_permissions.add(Permission.objects.get(codename="view_document"))
    assert with_key(clerk).get(address).status_code == 200
    for stranger in (APIClient().get(INVOICES), APIClient().get(address)):
        assert stranger.status_code == 401


def test_queries_do_not_grow_with_the_documents(buyer, django_assert_max_num_queries):
    api = with_key(buyer)
    for _n in range(6):
        credit_note(invoice(buyer))
    with django_assert_max_num_queries(3):
        page = api.get(f"{INVOICES}?page_size=10").json()
    assert (page["count"], len(page["results"])) == (12, 10)
