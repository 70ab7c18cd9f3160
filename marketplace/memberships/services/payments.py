"""Each paid invoice of a membership is one sale to the artist; what goes back of it follows the sale."""

from django.db import transaction

from billing import gateway
from billing.documents.deferring import defer_document
from billing.gateway import Invoice
from billing.models import Sale
from billing.services import record_refund, record_refund_failed, record_sale
from billing.services.taxes import note_taxes
from marketplace.core.clock import now
from marketplace.memberships.models import Membership, MembershipPayment
from marketplace.memberships.services.at_stripe import price_known_as
from marketplace.memberships.services.copies import copy_membership
from marketplace.memberships.services.ending import end_now
from marketplace.memberships.services.joining import MEMBERSHIP_KEY

# How the ledger and the documents name a payment. It is an order of its own: each has an invoice.
REFERENCE_KIND = "membership_invoice"
_FAILED = {"failed", "canceled"}


def book_paid_invoice(invoice: Invoice) -> None:
    """Book what an invoice of a membership brought, once per invoice; nothing where nothing was paid.

    Another room's invoice is left alone. Raises ObjectNotKnownYet.
    """
    ours = invoice.subscription_metadata.get(MEMBERSHIP_KEY)
    if not ours or invoice.subscription_id is None or invoice.status != "paid":
        return
    payment_ref = gateway.payment_of_invoice(invoice.id) if invoice.paid.amount_minor else ""
    taxes = gateway.invoice_taxes(invoice.id) if invoice.paid.amount_minor and invoice.computes_tax else ()
    with transaction.atomic():
        row = copy_membership(invoice.subscription_id, ours=ours)
        if not invoice.paid.amount_minor or MembershipPayment.objects.filter(invoice_id=invoice.id).exists():
            return
        reference = f"{REFERENCE_KIND}:{invoice.id}"
        note_taxes(object_ref=reference, lines=taxes, buyer_tax_id=invoice.buyer_tax_id)
        sale = record_sale(
            order_ref=reference,
            line_ref=reference,
            artist=row.artist,
            gross=invoice.paid,
            tax=invoice.tax_paid,
            payment_ref=payment_ref,
        )
        MembershipPayment.objects.create(
            membership=row,
            price=price_known_as(invoice.price_id) or row.price,
            invoice_id=invoice.id,
            payment_ref=payment_ref,
            sale=sale,
            amount_minor=invoice.paid.amount_minor,
            currency=invoice.paid.currency,
            starts_at=invoice.period_start,
            ends_at=invoice.period_end,
        )
        defer_document(reference)


def note_refund(*, refund_id: str, payment_ref: str) -> None:
    """Money of a membership's payment went back: the artist gives her share, the platform its fee. All of it ends the
    membership, unless the period that it paid is over.

    Another room's refund is left alone; of a payment that is not in the ledger yet billing itself says that it is to be
    tried again.
    """
    payment = MembershipPayment.objects.filter(payment_ref=payment_ref).first() if payment_ref else None
    if payment is None:
        return
    refund = gateway.retrieve_refund(refund_id)
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=payment.membership_id)
        reference = f"{REFERENCE_KIND}:{payment.invoice_id}"
        sale = record_refund(line_ref=reference, amount=refund.amount, refund_ref=refund.id)
        if refund.status in _FAILED:
            record_refund_failed(line_ref=reference, refund_ref=refund.id)
        elif refund.status == "succeeded" and sale.state == Sale.State.REFUNDED and _runs(payment):
            end_now(payment.membership_id, Membership.EndedBecause.REFUNDED)


def _runs(payment: MembershipPayment) -> bool:
    return payment.ends_at is None or payment.ends_at > now()
