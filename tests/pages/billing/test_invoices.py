"""Invoices and credit notes as list, as PDF, at the order and for administrators: hers alone."""

import io

import pypdf
import pytest
from django.db import connection

from billing.documents.facts import DocumentLine, Party
from billing.models import Document
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.orders.guests import key_of
from marketplace.orders.models import Order
from tests.factories.accounts import UserFactory
from tests.factories.documents import credit_note, invoice
from tests.factories.licensing import offer_of, work_on_sale

# A document is never written within another transaction, and a test's own would be one.
pytestmark = pytest.mark.django_db(transaction=True)


def text_of(answer):
    assert answer.headers["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


@pytest.fixture
def buyer(client):
    made = UserFactory(display_name="Anna Berg", email="anna@example.org")
    client.force_login(made)
    return made


def paid_order(buyer) -> Order:
    version = work_on_sale(title="Evening tide").versions.get()
    order = Order.objects.create(
        buyer=buyer, total_minor=1200, currency="USD", state="paid", paid_at=now(), pay_until=now()
    )
    offer = offer_of(version.work, "personal")
    order.lines.create(offer=offer, work=version.work, version=version, price_minor=1200, currency="USD")
    return order


def test_the_list_shows_what_is_mine_and_each_can_be_had(client, buyer):
    assert "You have bought nothing yet" in client.get("/invoices").text
    made = invoice(buyer)
    note = credit_note(made)
    strangers = invoice()
    page = client.get("/invoices").text
    assert made.full_number in page
    assert f"Credit note for {made.full_number}" in page
    assert "−$12.00" in page
    assert str(strangers.pk) not in page
    for document in (made, note):
        assert document.get_absolute_url() in page
        answer = client.get(document.get_absolute_url())
        assert answer.headers["Content-Disposition"] == f'attachment; filename="atelier-{document.full_number}.pdf"'
    assert '/invoices"' in client.get("/account").text
    assert '/invoices"' in client.get("/credits").text


def test_the_list_reads_as_often_for_many_as_for_few(client, buyer, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    credit_note(invoice(buyer))
    with CaptureQueriesContext(connection) as few:
        client.get("/invoices")
    for _n in range(8):
        credit_note(invoice(buyer))
    with django_assert_num_queries(len(few)):
        client.get("/invoices")


def test_the_pdf_says_who_what_how_much_and_when(client, buyer):
    made = invoice(buyer, notes=("Reverse charge: the buyer owes the tax.",))
    text = text_of(client.get(made.get_absolute_url()))
    for told in (
        "Invoice",
        made.full_number,
        "Atelier",
        "1 Example Street",
        "10115 Berlin",
        "Anna Berg",
        "anna@example.org",
        "Evening tide · Personal licence",
        "$12.00",
        "Nov. 27, 2026",
        "Reverse charge: the buyer owes the tax.",
        "Paid in full",
        "0199-order",
    ):
        assert told in text
    # Without tax nothing is said of it.
    assert "Tax" not in text
    note = text_of(client.get(credit_note(made).get_absolute_url()))
    for told in ("Credit note", "CN-", made.full_number, "Total paid back", "$12.00"):
        assert told in note
    assert "Paid in full" not in note


def test_the_same_document_is_the_same_file(client, buyer):
    made = invoice(buyer)
    assert client.get(made.get_absolute_url()).content == client.get(made.get_absolute_url()).content


def test_tax_is_shown_by_line_and_by_rate(client, buyer):
    lines = (
        DocumentLine("line:1", "One", 1681, 319, 1900, "DE"),
        DocumentLine("line:2", "Two", 841, 159, 1900, "DE"),
        DocumentLine("line:3", "Three", 1000, 255, 2550, "FI"),
    )
    company = Party("Berg GmbH", ("Kunstweg 5", "04109 Leipzig"), "DE", "DE136695976", "anna@example.org")
    text = text_of(client.get(invoice(buyer, lines=lines, buyer=company, currency="EUR").get_absolute_url()))
    for told in ("Tax DE 19 % on €25.22", "€4.78", "Tax FI 25.5 % on €10.00", "€35.22", "€42.55", "€20.00"):
        assert told in text
    for told in ("Berg GmbH", "04109 Leipzig", "VAT id: DE136695976"):
        assert told in text


def test_yen_have_no_decimals(client, buyer):
    made = invoice(buyer, currency="JPY", lines=(DocumentLine("line:1", "潮", 1909, 191, 1000, "JP"),))
    text = text_of(client.get(made.get_absolute_url()))
    assert "¥2,100" in text
    assert "2,100." not in text
    assert "潮" in text


def test_it_is_written_in_its_buyers_language_whoever_reads_it(client, buyer):
    lines = (DocumentLine("line:1", "黄昏的潮 · 个人授权", 1200),)
    made = invoice(buyer, language="zh-hans", lines=lines)
    assert made.language == "zh-hans"
    text = text_of(client.get(made.get_absolute_url()))
    assert "黄昏的潮" in text
    assert "2026年11月27日" in text


def test_many_lines_take_many_pages(client, buyer):
    lines = tuple(DocumentLine(f"line:{n}", f"Work {n} with a title that goes on and on", 100) for n in range(80))
    made = invoice(buyer, lines=lines)
    answer = client.get(made.get_absolute_url())
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) >= 3
    assert "$80.00" in text_of(answer)


def test_to_others_it_does_not_exist(client, buyer):
    path = invoice(buyer).get_absolute_url()
    client.force_login(UserFactory())
    assert client.get(path).status_code == 404
    client.logout()
    answer = client.get(path)
    assert (answer.status_code, "/login" in answer.url) == (302, True)
    assert client.get("/invoices").status_code == 302
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_at_the_order_and_for_a_guest(client, buyer):
    guest = UserFactory(is_guest=True)
    orders = {buyer: paid_order(buyer), guest: paid_order(guest)}
    assert "The invoice appears here in a moment." in client.get(f"/orders/{orders[buyer].pk}").text
    made = {person: invoice(person, object_ref=order.reference) for person, order in orders.items()}
    note = credit_note(made[buyer])
    page = client.get(f"/orders/{orders[buyer].pk}").text
    assert f"Invoice {made[buyer].full_number}" in page
    assert f"Credit note {note.full_number}" in page
    assert made[guest].full_number not in page
    client.logout()
    path = f"/orders/{orders[guest].pk}"
    assert client.get(made[guest].get_absolute_url()).status_code == 302
    client.get(f"{path}?key={key_of(orders[guest].pk, guest)}")
    assert made[guest].full_number in client.get(path).text
    assert client.get(made[guest].get_absolute_url()).status_code == 200
    # This browser may show one order, and nothing of another.
    assert client.get(made[buyer].get_absolute_url()).status_code == 302


def test_an_order_that_cost_nothing_promises_no_invoice(client, buyer):
    order = paid_order(buyer)
    Order.objects.filter(pk=order.pk).update(total_minor=0)
    assert "The invoice appears" not in client.get(f"/orders/{order.pk}").text


def test_administrators_see_all_and_whether_a_number_is_missing(client, buyer):
    for _n in range(3):
        made = invoice(buyer)
    note = credit_note(made)
    address = "/admin/billing/document/"
    client.force_login(UserFactory(is_staff=True))
    assert client.get(address).status_code == 403
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    page = client.get(address).text
    assert "3 numbers, without a gap" in page
    assert "1 number, without a gap" in page
    assert note.full_number in page
    found = client.get(address, {"q": note.full_number}).text
    assert f"{note.pk}/change" in found
    assert client.get(f"{address}{made.pk}/change/").status_code == 200
    assert client.post(f"{address}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_document DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM billing_document WHERE kind = 'invoice' AND number = 2")
        cursor.execute("ALTER TABLE billing_document ENABLE TRIGGER USER")
    assert f"These numbers have no document: INV-{made.year}-000002" in client.get(address).text
    assert Document.objects.filter(kind="invoice").count() == 2
