"""The money of a granted request goes back, once; the ledger follows Stripe, the licence ends with the whole price."""

import logging
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.models import Sale
from billing.services import record_refund, record_refund_failed
from marketplace.licensing.models import LicenceEnding
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.models import RefundRequest

Payback = RefundRequest.Payback
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}


def return_money(*, request_id: UUID) -> None:
    """Ask Stripe to return what was granted, or what became of it where it was asked before.

    The idempotency key is the request's: a crash after Stripe's answer and before our commit returns nothing twice.
    Raises the gateway's errors; tried again, it goes on.
    """
    request = RefundRequest.objects.select_related("line__order").get(pk=request_id)
    if request.payback != Payback.DUE:
        return
    if request.refund_id:
        refund = gateway.retrieve_refund(request.refund_id)
    else:
        refund = gateway.refund_payment(
            payment_intent_id=request.line.order.payment_intent_id,
            amount=request.granted,
            idempotency_key=f"refund_request:{request.pk}",
            reason="requested_by_customer",
        )
    note_returned(request_id=request_id, refund=refund)


@transaction.atomic
def note_returned(*, request_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a request's refund; in any order, and more than once.

    At Stripe the money leaves when a refund begins, so the ledger books it then; a refund that fails is undone. The
    licence ends when all of its price has gone back and Stripe says that it arrived.
    """
    request = RefundRequest.objects.select_for_update(of=("self",)).select_related("line__grant").get(pk=request_id)
    line = request.line
    if request.refund_id not in {"", refund.id} or request.payback in {Payback.NONE, Payback.FAILED}:
        return
    # Rights before balances, as a sale locks them.
    lock_rights(work_id=line.work_id)
    sale: Sale = record_refund(line_ref=line.reference, amount=refund.amount, refund_ref=refund.id)
    request.refund_id = refund.id
    if refund.status in _FAILED:
        record_refund_failed(line_ref=line.reference, refund_ref=refund.id)
        request.payback = Payback.FAILED
        # A person must return it in another way; the list of requests can be filtered by this.
        logger.error(
            "refund %s of request %s failed; %s are still to be returned", refund.id, request.pk, refund.amount
        )
    elif refund.status == "succeeded":
        request.payback = Payback.RETURNED
        if sale.state == Sale.State.REFUNDED and line.grant is not None:
            end_licence(grant=line.grant, reason=LicenceEnding.Reason.REFUNDED)
    request.save(update_fields=["refund_id", "payback"])
