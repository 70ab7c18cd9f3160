"""What leaves a payment of the shop's own: as far as its money is still there, and what is beyond that is a loss.

A buyer can get her money twice, from the shop and from her bank. What the second of them takes was never there twice,
so it must not make revenue, or what is to be returned to others, fall below nothing.
"""

from django.db.models import Sum

from billing.models import Account, AccountKind, Dispute, Entry, Reason, Transaction
from billing.services.ledger import account_of
from billing.services.revenue import tax_going_with

# How a payment that was no sale came in.
BROUGHT_BY = (Reason.REVENUE, Reason.UNUSED, Reason.HELD)


def taxed_revenue(payment_ref: str) -> Transaction | None:
    """The payment for credits or a plan, where there was tax in it."""
    paid = Transaction.objects.filter(stripe_ref=payment_ref, reason=Reason.REVENUE)
    return paid.filter(entries__account__kind=AccountKind.TAX_COLLECTED).first()


def taken_of_payment(
    payment_ref: str, kind: AccountKind, currency: str, amount_minor: int
) -> list[tuple[Account, int]]:
    """Entries that take so much of a payment from the account ``kind`` that it came to, with the tax in it, and the
    rest from the shop's losses. The caller posts them in the same transaction, in which the payment stays locked.
    """
    refs = _locked_refs_of(payment_ref)
    taxed = taxed_revenue(payment_ref)
    with_tax = _moved(refs, kind) + (_moved(refs, AccountKind.TAX_COLLECTED) if taxed else 0)
    there = min(amount_minor, max(0, with_tax))
    tax = tax_going_with(taxed, there) if taxed else 0
    entries = [
        (account_of(kind, currency), tax - there),
        (account_of(AccountKind.DISPUTE_LOSSES, currency), there - amount_minor),
    ]
    return [*entries, (account_of(AccountKind.TAX_COLLECTED, currency), -tax)] if tax else entries


def given_back_to_payment(
    payment_ref: str, kind: AccountKind, currency: str, amount_minor: int, *, tax_minor: int
) -> list[tuple[Account, int]]:
    """The reverse, after a refund that failed and had taken ``tax_minor``: first what was lost by it is no loss any
    more.
    """
    refs = _locked_refs_of(payment_ref)
    found = min(amount_minor - tax_minor, max(0, -_moved(refs, AccountKind.DISPUTE_LOSSES)))
    entries = [
        (account_of(AccountKind.DISPUTE_LOSSES, currency), found),
        (account_of(kind, currency), amount_minor - found - tax_minor),
    ]
    return [*entries, (account_of(AccountKind.TAX_COLLECTED, currency), tax_minor)] if tax_minor else entries


def _locked_refs_of(payment_ref: str) -> list[str]:
    """What the ledger's transactions about a payment are about; refunds and disputes of it wait for each other."""
    brought = Transaction.objects.select_for_update(no_key=True).filter(stripe_ref=payment_ref, reason__in=BROUGHT_BY)
    refs = list(brought.order_by("pk").values_list("object_ref", flat=True))
    disputes = Dispute.objects.filter(payment_ref=payment_ref).values_list("pk", flat=True)
    return [*refs, *(f"dispute:{dispute}" for dispute in disputes)]


def _moved(refs: list[str], kind: AccountKind) -> int:
    entries = Entry.objects.filter(transaction__object_ref__in=refs, account__kind=kind)
    return int(entries.aggregate(total=Sum("amount_minor"))["total"] or 0)
