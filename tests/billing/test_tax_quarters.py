"""What is declared: by quarter, place and rate, less what went back, and never another sum than the ledger's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.gateway import Dispute, Taxed
from billing.models import AccountKind, TaxedPart
from billing.selectors.taxes import quarter_of, tax_quarter
from billing.services import note_dispute, record_refund
from billing.services.ledger import account_of, post
from billing.services.revenue import record_revenue, revenue_with_tax
from billing.services.taxes import note_taxes
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def line(paid: int, tax: int, place: str = "DE", rate: int = 1900, reason: str = "standard_rated", currency="USD"):
    amount = Money(paid, currency)
    return Taxed("", amount, amount, Money(tax, currency), place, rate, reason)


def sold(paid: int, tax: int, *parts: Taxed, ref: str = "purchase:1", currency: str = "USD") -> None:
    note_taxes(object_ref=ref, lines=parts or [line(paid, tax, currency=currency)])
    record_revenue(object_ref=ref, paid=Money(paid, currency), tax=Money(tax, currency))


def here():
    return tax_quarter(*quarter_of(now()))


def rows() -> list[tuple[str, int, str, int, int]]:
    return [
        (row.place, row.basis_points, row.tax.currency, row.net.amount_minor, row.tax.amount_minor)
        for row in here().rows
    ]


@pytest.mark.django_db
def test_places_rates_and_currencies_stand_apart():
    sold(1190, 190, ref="purchase:1")
    sold(2380, 380, ref="purchase:2")
    sold(1200, 200, line(1200, 200, "FR", 2000), ref="purchase:3")
    sold(1100, 100, ref="purchase:4", currency="JPY")
    sold(500, 0, line(500, 0, "US", 0, "not_collecting"), ref="purchase:5")
    record_revenue(object_ref="purchase:6", paid=usd(700))  # without Stripe Tax
    assert rows() == [
        ("DE", 1900, "JPY", 1000, 100),
        ("DE", 1900, "USD", 3000, 570),
        ("FR", 2000, "USD", 1000, 200),
        ("US", 0, "USD", 500, 0),
    ]
    found = here()
    assert found.sums == found.in_ledger == (Money(100, "JPY"), usd(770))
    assert found.agrees


@pytest.mark.django_db
def test_what_goes_back_of_a_sale_is_less():
    sale = sell(ArtistFactory(), 2380, tax=usd(380))
    note_taxes(object_ref=sale.line_ref, lines=[line(2380, 380)])
    record_refund(line_ref=sale.line_ref, amount=usd(595), refund_ref="re_1")
    assert rows() == [("DE", 1900, "USD", 1500, 285)]
    record_refund(line_ref=sale.line_ref, refund_ref="re_2")
    assert rows() == []
    assert here().agrees


def disputed(payment: str, amount: int, status: str) -> None:
    """A dispute of a payment, opened and closed."""
    opened = Dispute(
        id=f"du_{status}",
        payment_intent_id=payment,
        amount=usd(amount),
        reason="fraudulent",
        status="needs_response",
        created=now(),
        evidence_due_by=now() + timedelta(days=9),
        is_withdrawn=True,
        is_reinstated=False,
    )
    note_dispute(opened)
    assert here().agrees
    note_dispute(replace(opened, status=status, is_reinstated=status == "won"))


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "net", "tax"), [("won", 2000, 380), ("lost", 1000, 190)])
def test_a_dispute_of_a_sale_counts_when_it_is_lost(status, net, tax):
    sale = sell(ArtistFactory(), 2380, tax=usd(380), payment_ref="pi_1")
    note_taxes(object_ref=sale.line_ref, lines=[line(2380, 380)])
    disputed("pi_1", 1190, status)
    assert rows() == [("DE", 1900, "USD", net, tax)]
    assert here().agrees


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "net", "tax"), [("won", 2000, 380), ("lost", 1000, 190)])
def test_so_does_one_of_credits_or_a_plan(status, net, tax):
    note_taxes(object_ref="purchase:1", lines=[line(2380, 380)])
    record_revenue(object_ref="purchase:1", paid=usd(2380), tax=usd(380), payment_ref="pi_1")
    disputed("pi_1", 1190, status)
    assert rows() == [("DE", 1900, "USD", net, tax)]
    assert here().agrees


@pytest.mark.django_db
def test_a_payment_at_two_rates_is_divided_to_the_last_unit():
    sold(2501, 301, line(1190, 190), line(1311, 111, "DE", 700))
    assert rows() == [("DE", 1900, "USD", 1000, 190), ("DE", 700, "USD", 1200, 111)]
    cash = account_of(AccountKind.CASH_AT_STRIPE, "USD")
    entries = [(cash, 1000), *revenue_with_tax(usd(-1000), tax_minor=-120)]
    post(object_ref="purchase:1", effect="refunded:re_1", reason="refund", entries=entries)
    assert sum(tax for *_what, tax in rows()) == 181
    assert sum(net for *_what, net, _tax in rows()) == 1320
    assert here().agrees


@pytest.mark.django_db
def test_tax_that_nobody_placed_is_shown_as_such():
    record_revenue(object_ref="purchase:1", paid=usd(1190), tax=usd(190))
    (row,) = here().rows
    assert (row.place, row.tax) == ("", usd(190))
    assert here().agrees


@pytest.mark.django_db
def test_other_quarters_have_none_of_it():
    sold(1190, 190)
    year, quarter = quarter_of(now())
    before = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    assert tax_quarter(*before).rows == ()
    assert [quarter_of(datetime(2026, month, 1, tzinfo=UTC))[1] for month in (1, 3, 4, 12)] == [1, 1, 2, 4]
    with pytest.raises(ValueError, match="no quarter"):
        tax_quarter(2026, 5)


@pytest.mark.django_db
def test_two_queries_for_many_payments(django_assert_num_queries):
    for number in range(9):
        sold(1190, 190, ref=f"purchase:{number}")
    with django_assert_num_queries(2):
        here()


@pytest.mark.django_db(transaction=True)
def test_whose_tax_it_is_cannot_be_changed_afterwards():
    sold(1190, 190)
    sold(1190, 190)
    assert TaxedPart.objects.count() == 1
    for change in (lambda: TaxedPart.objects.update(place="FR"), lambda: TaxedPart.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert rows() == [("DE", 1900, "USD", 1000, 190)]


class TestWhateverGoesBack(TestCase):
    @settings(deadline=None, max_examples=25)
    @given(
        parts=st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 2700)), min_size=1, max_size=4),
        gone=st.lists(st.integers(1, 3000), max_size=4),
    )
    def test_rows_and_ledger_say_the_same(self, parts, gone):
        lines = [line(net + net * rate // 10_000, net * rate // 10_000, "DE", rate) for net, rate in parts]
        paid, tax = sum(one.paid.amount_minor for one in lines), sum(one.tax.amount_minor for one in lines)
        sold(paid, tax, *lines)
        sale = sell(ArtistFactory(), paid, tax=usd(tax))
        note_taxes(object_ref=sale.line_ref, lines=lines)
        for number, amount in enumerate(gone):
            sale.refresh_from_db()
            record_refund(
                line_ref=sale.line_ref, amount=usd(min(amount, sale.left.amount_minor)), refund_ref=f"re_{number}"
            )
        found = here()
        assert found.agrees
        sale.refresh_from_db()
        left = paid + sale.gross_minor - sale.refunded_minor
        assert sum(row.net.amount_minor + row.tax.amount_minor for row in found.rows) == left
