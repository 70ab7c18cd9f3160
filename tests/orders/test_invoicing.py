"""A paid order has its invoice, in its buyer's words; a refund that was granted has its credit note."""

import pytest

from billing.checks import ledger_figures
from billing.models import Document
from marketplace.core.money import Money
from marketplace.orders.invoicing import draft_of_order
from marketplace.orders.models import Order
from marketplace.orders.services import ask_refund, decide_refund
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def paid(pay, wait_for_event, run_jobs):
    buyer = UserFactory(display_name="Anna", email="anna@example.org")
    order = begun_order(work_on_sale(artist=ArtistFactory(), title="Evening tide"), buyer=buyer)
    assert draft_of_order(order.reference) is None
    pay(order)
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert order.state == "paid"
    return order


def test_a_paid_order_has_one_invoice(paid):
    invoice = Document.objects.get()
    assert (invoice.kind, invoice.object_ref, invoice.user) == ("invoice", paid.reference, paid.buyer)
    assert invoice.total == Money(1200, "USD")
    facts = invoice.facts
    assert [line.name for line in facts.lines] == ["Evening tide · Personal licence"]
    assert (facts.buyer.name, facts.order, facts.sold_on) == ("Anna", str(paid.pk), paid.paid_at.date())


def test_a_refund_in_part_has_a_credit_note_of_so_much(paid, run_jobs, wait_for_event):
    request = ask_refund(
        buyer=paid.buyer,
        line_id=paid.lines.get().pk,
        reason="not_as_described",
        words="Too dark.",
        amount=Money(300, "USD"),
    )
    artist = paid.lines.get().work.artist.user
    decide_refund(decider=artist, request_id=request.pk, grants=True, amount=Money(300, "USD"))
    run_jobs()
    note = Document.objects.get(kind="credit_note")
    assert (note.total, note.about.object_ref) == (Money(300, "USD"), paid.reference)
    assert note.facts.lines[0].name == "Evening tide · Personal licence"
    assert [one.name for one in ledger_figures() if one.is_fault and one.value] == []


def test_an_order_that_is_not_there_or_is_none_has_no_invoice():
    for reference in ("order:nothing", "order:0199aaaa-0000-7000-8000-000000000000"):
        assert draft_of_order(reference) is None
    assert not Order.objects.exists()
