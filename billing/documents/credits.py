"""What a refund or a lost dispute takes back from an invoice, read from the ledger."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from billing.documents.facts import DocumentLine, Draft
from billing.models import AccountKind, Dispute, Document, Reason, Sale, Transaction
from marketplace.core.money import split_by_largest_remainder

REFUND, DISPUTE = "refund", "dispute"


@dataclass(frozen=True, slots=True)
class Credited:
    """``invoice_ref``: the sale whose invoice it is; ``parts``: the invoice's lines with what goes back of each, with
    tax, in minor units. A line that the invoice does not have stands for all of it.
    """

    invoice_ref: str
    parts: tuple[tuple[str, int], ...]
    on: date


def credited_by_refund(transaction_id: UUID) -> Credited | None:
    """By a refund that the ledger has booked under this transaction, of a licence or of what the shop sells of its own;
    None where it takes back neither.
    """
    recorded = Transaction.objects.filter(pk=transaction_id, reason=Reason.REFUND).first()
    cash = recorded.entries.filter(account__kind=AccountKind.CASH_AT_STRIPE).first() if recorded is not None else None
    if recorded is None or cash is None:  # what the platform itself had added to a sale is nobody's invoice
        return None
    given = cash.amount_minor
    on = recorded.created_at.date()
    of_object = Transaction.objects.filter(object_ref=recorded.object_ref)
    sale = Sale.objects.filter(line_ref=recorded.object_ref).first()
    if sale is not None:
        return Credited(sale.order_ref, ((sale.line_ref, given),), on)
    # What the bank did not take of a plan's price is booked as the shop's again.
    is_undone = of_object.filter(effect=recorded.effect.replace("refunded:", "refund_failed:")).exists()
    if is_undone or not of_object.filter(reason=Reason.REVENUE).exists():
        return None
    return Credited(recorded.object_ref, ((recorded.object_ref, given),), on)


def credited_by_dispute(dispute_id: str) -> Credited | None:
    """By a dispute that was lost: the sales in it, or the credits or plan; None where nothing was sold."""
    dispute = Dispute.objects.filter(pk=dispute_id, outcome=Dispute.Outcome.LOST).first()
    if dispute is None or dispute.closed_at is None:
        return None
    on = dispute.closed_at.date()
    parts = list(dispute.sales.filter(amount_minor__gt=0).select_related("sale").order_by("pk"))
    if parts:
        return Credited(parts[0].sale.order_ref, tuple((part.sale.line_ref, part.amount_minor) for part in parts), on)
    paid = Transaction.objects.filter(stripe_ref=dispute.payment_ref, reason=Reason.REVENUE).first()
    return Credited(paid.object_ref, ((paid.object_ref, dispute.amount_minor),), on) if paid is not None else None


def draft_of_credit(invoice: Document, credited: Credited) -> Draft:
    """The credit note: to the invoice's buyer, in its language, with its words."""
    facts = invoice.facts
    lines = {line.ref: line for line in facts.lines}
    given_back: list[DocumentLine] = []
    for ref, gross in credited.parts:
        if ref in lines:
            given_back.append(_part_of(lines[ref], gross))
        elif gross == invoice.total.amount_minor:
            given_back.extend(facts.lines)
        else:
            with translation.override(invoice.language):
                name = _("Part of invoice %(number)s") % {"number": invoice.full_number}
            whole = DocumentLine(ref, name, invoice.net_minor, invoice.tax_minor)
            given_back.append(_part_of(whole, gross))
    return Draft(
        user_id=invoice.user_id,
        buyer=facts.buyer,
        language=invoice.language,
        currency=invoice.currency,
        lines=tuple(given_back),
        sold_on=credited.on,
        order=facts.order,
        notes=facts.notes,
    )


def within_what_is_left(draft: Draft, *, about: Document) -> Draft | None:
    """The credit note that ``draft`` wants, but of no line (and of the whole) more than the credit notes before left of
    it: what a buyer gets twice, from her bank and from the shop, is no price any more. None where nothing is left.
    """
    before = list(about.credit_notes.all())
    gone = Counter[str]()
    for note in before:
        gone.update({line.ref: line.gross_minor for line in note.facts.lines})
    invoiced = {line.ref: line.gross_minor for line in about.facts.lines if line.gross_minor > 0}
    lines = [
        _part_of(line, max(0, min(line.gross_minor, invoiced[line.ref] - gone[line.ref])))
        if line.ref in invoiced
        else line
        for line in draft.lines
    ]
    left = about.total.amount_minor - sum(note.total.amount_minor for note in before)
    wanted = sum(line.gross_minor for line in lines)
    if wanted > left:
        # Parts of one invoice that has no such lines (a plan's): from the last on, as much as is left.
        lines = _cut(lines, wanted - left)
    lines = [line for line in lines if line.gross_minor]
    return replace(draft, lines=tuple(lines)) if lines and left > 0 else None


def _cut(lines: list[DocumentLine], too_much: int) -> list[DocumentLine]:
    kept: list[DocumentLine] = []
    for line in reversed(lines):
        off = max(0, min(too_much, line.gross_minor))
        too_much -= off
        kept.insert(0, _part_of(line, line.gross_minor - off))
    return kept


def _part_of(line: DocumentLine, gross: int) -> DocumentLine:
    """So much of a line, with its tax in proportion."""
    if gross == line.gross_minor or not line.gross_minor:
        return line
    net, tax = split_by_largest_remainder(gross, [line.net_minor, line.tax_minor])
    return replace(line, net_minor=net, tax_minor=tax)
