"""What the shop earns with what it sells of its own, credits and plans; the tax in it is not the shop's."""

from django.db.models import Sum

from billing.documents.deferring import defer_document
from billing.models import Account, AccountKind, Entry, Reason, Transaction
from billing.services.ledger import accounts_of, post
from marketplace.core.money import Money, split_by_largest_remainder


def record_revenue(*, object_ref: str, paid: Money, tax: Money | None = None, payment_ref: str = "") -> None:
    """Money received for credits or a plan, once per object; ``tax`` is in it. ``payment_ref``: Stripe's id of the
    payment.
    """
    if paid.amount_minor:
        (cash,) = accounts_of([AccountKind.CASH_AT_STRIPE], paid.currency)
        post(
            object_ref=object_ref,
            effect="paid",
            reason=Reason.REVENUE,
            entries=[
                (cash, -paid.amount_minor),
                *revenue_with_tax(paid, tax_minor=tax.amount_minor if tax else 0),
            ],
            stripe_ref=payment_ref,
        )
        defer_document(object_ref)


def revenue_with_tax(paid: Money, *, tax_minor: int) -> list[tuple[Account, int]]:
    """The two accounts that a payment (or, below zero, what goes back of one) belongs to."""
    sales, taxes = accounts_of([AccountKind.CREDIT_SALES, AccountKind.TAX_COLLECTED], paid.currency)
    return [(sales, paid.amount_minor - tax_minor), (taxes, tax_minor)]


def tax_going_with(paid: Transaction, amount_minor: int) -> int:
    """The tax in the next ``amount_minor`` that leave a payment booked by `record_revenue` (largest remainder of all
    that has left, so that parts add up to the whole). The caller's transaction locks that payment from here on.
    """
    Transaction.objects.select_for_update(no_key=True).get(pk=paid.pk)
    received, tax = -_moved(paid, AccountKind.CASH_AT_STRIPE), _moved(paid, AccountKind.TAX_COLLECTED)
    if not tax:
        return 0
    left, tax_left = _left(paid.object_ref)
    gone = received - left + amount_minor
    return split_by_largest_remainder(tax, [max(received - gone, 0), gone])[1] - (tax - tax_left)


def _moved(booked: Transaction, kind: AccountKind) -> int:
    found = booked.entries.filter(account__kind=kind).aggregate(total=Sum("amount_minor"))["total"]
    return int(found or 0)


def _left(object_ref: str) -> tuple[int, int]:
    """What of a payment, and of its tax, is still there, in minor units."""
    entries = Entry.objects.filter(transaction__object_ref=object_ref)
    kinds = (AccountKind.CREDIT_SALES, AccountKind.TAX_COLLECTED)
    by_kind = dict(
        entries.filter(account__kind__in=kinds)
        .order_by()
        .values_list("account__kind")
        .annotate(total=Sum("amount_minor"))
    )
    tax = int(by_kind.get(AccountKind.TAX_COLLECTED, 0))
    return int(by_kind.get(AccountKind.CREDIT_SALES, 0)) + tax, tax
