"""Each paid invoice of a plan at Stripe has one of ours, with its lines and the buyer's words."""

import pytest

from billing import gateway
from billing.documents.own_sales import draft_of_plan_invoice
from billing.gateway import InvoiceLine, PaidInvoice, Refund
from billing.models import Document, StripeEvent, Transaction
from billing.services.own_refunds import note_own_refund
from billing.webhooks import process_event
from marketplace.core.money import Money
from tests.billing.test_plans import MONTH_S, advance, subscribed, user

__all__ = ["subscribed", "user"]
PRICE = Money(1900, "USD")
pytestmark = pytest.mark.django_db(transaction=True)


def test_every_month_has_its_invoice_once(subscribed, run_jobs, wait_for_event):
    run_jobs()
    first = Document.objects.get()
    assert (first.user, first.total, first.kind) == (subscribed, PRICE, "invoice")
    (line,) = first.facts.lines
    assert line.name.startswith("Studio, ")
    assert " to " in line.name
    for event in StripeEvent.objects.order_by("-received_at"):
        process_event(event.id)
    run_jobs()
    assert Document.objects.count() == 1
    advance(MONTH_S)
    wait_for_event("invoice.paid", count=2)
    run_jobs()
    assert [document.number for document in Document.objects.order_by("number")] == [1, 2]
    assert Document.objects.values("object_ref").distinct().count() == 2


def refund_of(booked, amount, status="succeeded"):
    return Refund(f"re_{amount}", status, Money(amount, "USD"), booked.stripe_ref)


def test_what_goes_back_of_a_month_has_a_credit_note(subscribed, run_jobs, monkeypatch):
    run_jobs()
    booked = Transaction.objects.get(effect="paid")
    for refund in (refund_of(booked, 700, "failed"), *[refund_of(booked, 500)] * 2, refund_of(booked, 1400)):
        monkeypatch.setattr(gateway, "retrieve_refund", lambda _id, refund=refund: refund)
        note_own_refund(refund_id=refund.id, payment_ref=booked.stripe_ref)
    run_jobs()
    notes = Document.objects.filter(kind="credit_note").order_by("number")
    assert sorted(note.total.amount_minor for note in notes) == [500, 1400]
    invoice = Document.objects.get(kind="invoice")
    assert {note.about for note in notes} == {invoice}
    assert notes[0].facts.lines[0].name == f"Part of invoice {invoice.full_number}"


def test_what_a_balance_at_stripe_paid_has_a_line(subscribed, run_jobs, monkeypatch):
    """Of an invoice of a change: a part of the old plan comes back, the rest of it from what was paid before."""
    run_jobs()
    booked = Transaction.objects.get(effect="paid")
    customer = subscribed.stripe_customer.stripe_customer_id
    lines = (
        InvoiceLine("Unused time on Studio", -700, "", True, None, None),
        InvoiceLine("Remaining time on Pro", 2100, "", True, None, None),
    )
    found = PaidInvoice("in_1", "", customer, "USD", lines)
    monkeypatch.setattr("billing.gateway.retrieve_paid_invoice", lambda _id: found)
    draft = draft_of_plan_invoice(booked.object_ref)
    assert [(line.name, line.net_minor) for line in draft.lines] == [
        ("Unused time on Studio", -700),
        ("Remaining time on Pro", 2100),
        ("Balance of earlier invoices", 500),
    ]
    assert (draft.net, draft.order) == (PRICE, "in_1")
