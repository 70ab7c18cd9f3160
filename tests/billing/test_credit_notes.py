"""Which document a booking calls for: invoices of packs and sales, credit notes of refunds and lost disputes."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from billing.checks import ledger_figures
from billing.documents import sources
from billing.documents.credits import Credited, draft_of_credit
from billing.documents.due import documents_missing
from billing.documents.facts import DocumentLine
from billing.documents.issuing import issue_credit_note
from billing.documents.sources import register_source
from billing.documents.writing import issue_document
from billing.models import CreditPurchase, Document, Transaction
from billing.services import note_dispute, record_refund, record_refund_failed
from billing.services.purchases import record_revenue
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.test_disputes import facts, lost, won
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import CreditPackFactory, sell
from tests.factories.documents import draft, invoice

pytestmark = pytest.mark.django_db(transaction=True)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def missing():
    return list(documents_missing(since=now() - timedelta(hours=1), until=now() + timedelta(hours=1)))


def write_what_is_missing():
    return [issue_document(ref) for ref in missing()]


@pytest.fixture
def shop_of_orders(monkeypatch):
    """A room that tells of orders of two lines, as `orders` does."""
    monkeypatch.setattr(sources, "_SOURCES", dict(sources._SOURCES))
    artist, buyer = ArtistFactory(), UserFactory(language="zh-hans")
    sales = [
        sell(artist, gross, order_ref="order:1", line_ref=f"line:{gross}", payment_ref="pi_1") for gross in (2000, 1000)
    ]
    lines = tuple(DocumentLine(sale.line_ref, f"作品 {sale.gross_minor}", sale.gross_minor) for sale in sales)
    register_source("order", lambda _ref: draft(buyer, lines=lines))
    return sales


def told(document):
    return [(line.ref, line.gross_minor) for line in document.facts.lines]


def test_one_invoice_for_an_order_of_two_sales(shop_of_orders):
    assert missing() == ["order:1"]
    (made,) = write_what_is_missing()
    assert (made.kind, made.total, made.language) == ("invoice", usd(3000), "zh-hans")
    assert missing() == []
    assert issue_document("order:1") == made


def test_each_refund_has_a_credit_note_about_the_invoice(shop_of_orders):
    line = shop_of_orders[0].line_ref
    record_refund(line_ref=line, amount=usd(500), refund_ref="re_1")
    record_refund(line_ref=line, amount=usd(500), refund_ref="re_1")
    record_refund(line_ref=line, refund_ref="re_2")
    # What the bank did not take is still the buyer's: what was decided, and its credit note, stay.
    record_refund_failed(line_ref=line, refund_ref="re_2")
    # The last first: the invoice is written before the credit note that needs it.
    for ref in reversed(missing()):
        issue_document(ref)
    invoice = Document.objects.get(kind="invoice")
    notes = list(Document.objects.filter(kind="credit_note").order_by("number"))
    assert {note.about for note in notes} == {invoice}
    assert sorted(note.total.amount_minor for note in notes) == [500, 1500]
    assert all(note.facts.lines[0].name == "作品 2000" for note in notes)
    assert missing() == []


def test_the_jobs_are_queued_with_what_they_are_about(shop_of_orders, run_jobs):
    record_refund(line_ref=shop_of_orders[0].line_ref, amount=usd(500), refund_ref="re_1")
    run_jobs()
    # The refund's job has written the order's invoice too.
    assert missing() == []
    assert [one.kind for one in Document.objects.order_by("issued_at")] == ["invoice", "credit_note"]


def test_a_lost_dispute_has_one_credit_note_for_all_of_its_sales(shop_of_orders, run_jobs):
    record_refund(line_ref=shop_of_orders[1].line_ref, amount=usd(400), refund_ref="re_1")
    note_dispute(facts(amount=usd(3000)))
    run_jobs()
    assert Document.objects.filter(kind="credit_note").count() == 1
    note_dispute(lost(shop_of_orders[0], amount=usd(3000)))
    note_dispute(lost(shop_of_orders[0], amount=usd(3000)))
    run_jobs()
    note = Document.objects.get(object_ref="dispute:du_1")
    # What had gone back before is not credited a second time.
    assert told(note) == [("line:2000", 2000), ("line:1000", 600)]
    invoice = Document.objects.get(kind="invoice")
    credited = sum(one.total.amount_minor for one in Document.objects.filter(about=invoice))
    assert (note.about, credited) == (invoice, 3000)
    assert missing() == []


def test_what_a_buyer_gets_twice_is_credited_once(shop_of_orders, run_jobs):
    """Her bank has kept the price for good, and somebody at Stripe gives it back besides."""
    first, second = shop_of_orders
    record_refund(line_ref=second.line_ref, amount=usd(300), refund_ref="re_0")
    note_dispute(facts(amount=usd(3000)))
    note_dispute(lost(first, amount=usd(3000)))
    record_refund(line_ref=first.line_ref, amount=usd(2000), refund_ref="re_1")
    run_jobs()
    invoice = Document.objects.get(kind="invoice")
    assert sum(note.total.amount_minor for note in invoice.credit_notes.all()) == 3000
    assert {figure.name: figure.value for figure in ledger_figures()}["invoices_credited_above_their_total"] == 0


def test_of_an_invoice_without_such_lines_no_more_goes_back_than_it_has():
    made = invoice(lines=(DocumentLine("in_1:1", "Unused time", -700), DocumentLine("in_1:2", "Pro", 2100)))

    def credit(amount):
        draft = draft_of_credit(made, Credited(made.object_ref, (("invoice:in_1", amount),), now().date()))
        return issue_credit_note(object_ref=f"test:{amount}", draft=draft, about=made)

    assert credit(900).total == usd(900)
    assert credit(600).total == usd(500)
    assert credit(100) is None
    assert [note.number for note in Document.objects.filter(kind="credit_note").order_by("number")] == [1, 2]


def test_all_of_an_invoice_takes_back_its_lines_as_they_are():
    made = invoice(lines=(DocumentLine("in_1:1", "Unused time", -700), DocumentLine("in_1:2", "Pro", 2100)))
    draft = draft_of_credit(made, Credited(made.object_ref, (("invoice:in_1", 1400),), now().date()))
    assert issue_credit_note(object_ref="test:1", draft=draft, about=made).facts.lines == made.facts.lines


def test_a_dispute_that_was_won_has_none(shop_of_orders, run_jobs):
    note_dispute(facts(amount=usd(3000)))
    note_dispute(won(shop_of_orders[0], amount=usd(3000)))
    run_jobs()
    assert not Document.objects.filter(kind="credit_note").exists()


@pytest.fixture
def purchase(run_jobs):
    user = UserFactory(display_name="Mei", language="zh-hans")
    made = CreditPurchase.objects.create(
        user=user,
        pack=CreditPackFactory(),
        credits=100,
        price_minor=500,
        currency="USD",
        state=CreditPurchase.State.PAID,
        paid_at=now(),
    )
    record_revenue(object_ref=f"purchase:{made.pk}", paid=made.price, payment_ref="pi_9")
    return made


def test_a_credit_pack_has_an_invoice_in_its_buyers_language(purchase, run_jobs):
    run_jobs()
    invoice = Document.objects.get()
    assert (invoice.user, invoice.total, invoice.facts.buyer.name) == (purchase.user, usd(500), "Mei")
    assert invoice.facts.lines[0].name.startswith("一把")


@pytest.mark.parametrize("amount", [500, 200])
def test_a_lost_dispute_of_a_pack_takes_back_so_much_of_it(purchase, run_jobs, amount):
    note_dispute(facts(payment_intent_id="pi_9", amount=usd(amount), status="lost"))
    run_jobs()
    note = Document.objects.get(kind="credit_note")
    assert (note.total, note.about.object_ref) == (usd(amount), f"purchase:{purchase.pk}")


def test_a_payment_that_bought_nothing_has_no_document():
    sell(ArtistFactory(), 1000)
    assert write_what_is_missing() == [None]
    for ref in (f"refund:{Transaction.objects.get().pk}", "dispute:du_404", "nothing:1"):
        assert issue_document(ref) is None
    assert not Document.objects.exists()


def test_the_note_of_the_configuration_stands_where_no_tax_does(purchase, settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"invoice_note": "No VAT: small business.", "seller_address": " Kunstweg 5 | 04109 Leipzig "}
    )
    invoice = issue_document(f"purchase:{purchase.pk}")
    assert invoice.facts.notes == ("No VAT: small business.",)
    assert invoice.facts.seller.address == ("Kunstweg 5", "04109 Leipzig")


def test_the_command_writes_what_is_missing_once(purchase):
    def run():
        out = StringIO()
        call_command("issue_documents", since=f"{now():%Y-%m-%d}", stdout=out)
        return out.getvalue()

    assert run() == "documents_written: 1\n"
    assert run() == "documents_written: 0\n"


def test_every_night_what_no_job_has_written_is_queued(purchase, run_jobs, monkeypatch):
    from billing import tasks

    monkeypatch.setattr(tasks, "issue_document", lambda _ref: None)
    run_jobs()
    assert not Document.objects.exists()
    monkeypatch.undo()
    monkeypatch.setattr(tasks, "LEFT_ALONE", timedelta(0))
    tasks.issue_missing_documents(0)
    run_jobs()
    assert Document.objects.count() == 1
