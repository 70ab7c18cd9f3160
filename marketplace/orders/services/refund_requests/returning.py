"""The money of a granted request goes back, once; the ledger follows Stripe, the licence ends with the whole price."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import Dispute, Sale, Transaction
from billing.services import record_refund, record_refund_failed, record_return_failed, record_unused_returned
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceEnding
from marketplace.licensing.services import end_licence, lock_rights
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services.parts_of_refunds import is_booked
from marketplace.orders.services.refund_requests.disputing import wait_for_bank

Payback = RefundRequest.Payback
logger = logging.getLogger(__name__)
_FAILED = {"failed", "canceled"}
# A job's own tries end after some three hours; then the sweep takes the request up again.
_LEFT_BEHIND_AFTER = timedelta(hours=4)


def reference_of(request_id: UUID) -> str:
    """How Stripe names this request."""
    return f"refund_request:{request_id}"


def return_money(*, request_id: UUID) -> None:
    """Ask Stripe to return what was granted, or what became of it where it was asked before. Where a bank disputes the
    payment, its decision is waited for.

    The idempotency key and the refund's reference are the request's: neither a crash after Stripe's answer and before
    our commit nor a try after the key's day returns anything twice. Raises the gateway's errors; tried again, it goes
    on.
    """
    request = RefundRequest.objects.select_related("line__order").get(pk=request_id)
    if request.payback != Payback.DUE:
        return
    payment = request.line.order.payment_intent_id
    if request.refund_id:
        refund = gateway.retrieve_refund(request.refund_id)
    else:
        try:
            refund = gateway.refund_named(
                reference_of(request_id), payment_intent_id=payment
            ) or gateway.refund_payment(
                payment_intent_id=payment,
                amount=request.granted,
                idempotency_key=_key_of(request),
                reason="requested_by_customer",
                reference=reference_of(request_id),
            )
        except gateway.StripeRefused as error:
            if error.facts.get("stripe_code") != "charge_disputed":
                raise
            wait_for_bank(request_id=request_id, is_refused=True)
            return
    note_returned(request_id=request_id, refund=refund)


def _key_of(request: RefundRequest) -> str:
    """Of the request; another one after each dispute that was won, since Stripe keeps its refusal with the key."""
    won = Dispute.objects.filter(payment_ref=request.line.order.payment_intent_id, outcome=Dispute.Outcome.WON).count()
    return f"{reference_of(request.pk)}:after:{won}" if won else reference_of(request.pk)


@transaction.atomic
def note_returned(*, request_id: UUID, refund: gateway.Refund) -> None:
    """Write down what Stripe says of a request's refund; in any order, and more than once.

    At Stripe the money leaves when a refund begins, so the ledger books it then. Where the bank does not take it, it is
    still the buyer's: she is told, and another refund of the payment, made by hand at Stripe, takes its place. The
    licence ends when all of its price has arrived. Raises ObjectNotKnownYet for another refund that has, in this
    moment, become somebody else's to book.
    """
    # The order first: a refund by hand is booked in one way, as the order's or as this request's.
    Order.objects.select_for_update(no_key=True).get(lines__refund_requests=request_id)
    request = (
        RefundRequest.objects.select_for_update(no_key=True, of=("self",))
        .select_related("line__grant", "line__order")
        .get(pk=request_id)
    )
    is_another = bool(request.refund_id) and request.refund_id != refund.id
    if request.payback == Payback.NONE or (is_another and refund.reference == reference_of(request.pk)):
        return  # its own refund, whose place another has taken, has said all that it had to say
    if is_another and (request.payback != Payback.FAILED or is_booked(refund)):
        raise ObjectNotKnownYet(refund=refund.id)
    # Rights before balances, as a sale locks them.
    lock_rights(work_id=request.line.work_id)
    before = request.payback
    if is_another or _has_taken_its_place(request, refund):
        _by_another_refund(request, refund)
    else:
        _by_its_refund(request, refund)
    request.save(update_fields=["refund_id", "payback"])
    if request.payback != before:
        _after(request)


def _by_its_refund(request: RefundRequest, refund: gateway.Refund) -> None:
    line = request.line
    record_refund(line_ref=line.reference, amount=refund.amount, refund_ref=refund.id)
    from marketplace.orders import tasks

    tasks.settle_referral.defer(line_id=str(line.pk))
    request.refund_id = refund.id
    if refund.status in _FAILED:
        record_refund_failed(line_ref=line.reference, refund_ref=refund.id)
        request.payback = Payback.FAILED
    elif refund.status == "succeeded" and request.payback != Payback.FAILED:
        request.payback = Payback.RETURNED


def _has_taken_its_place(request: RefundRequest, refund: gateway.Refund) -> bool:
    """Whether ``refund`` was booked as what reached the buyer after the request's own had failed."""
    line_ref, effect = request.line.reference, f"returned:{refund.id}"
    return Transaction.objects.filter(object_ref=line_ref, effect=effect).exists()


def _by_another_refund(request: RefundRequest, refund: gateway.Refund) -> None:
    is_new, line_ref = refund.id != request.refund_id, request.line.reference
    if is_new and (refund.status in _FAILED or refund.amount != request.granted):
        return
    record_unused_returned(object_ref=line_ref, returned=refund.amount, refund_ref=refund.id)
    request.refund_id = refund.id
    if refund.status in _FAILED:
        record_return_failed(object_ref=line_ref, returned=refund.amount, refund_ref=refund.id)
        request.payback = Payback.FAILED
    elif is_new:
        request.payback = Payback.RETURNED if refund.status == "succeeded" else Payback.DUE
    elif refund.status == "succeeded" and request.payback == Payback.DUE:
        request.payback = Payback.RETURNED


def _after(request: RefundRequest) -> None:
    from marketplace.orders import tasks

    line = request.line
    if request.payback == Payback.FAILED:
        # A person must return it in another way; the list of requests can be filtered by this.
        logger.error("refund %s of request %s failed; %s are still due", request.refund_id, request.pk, request.granted)
        tasks.tell_buyer_of_failed_payback.defer(request_id=str(request.pk))
    is_whole = Sale.objects.filter(line_ref=line.reference, state=Sale.State.REFUNDED).exists()
    if request.payback == Payback.RETURNED and is_whole and line.grant is not None:
        end_licence(grant=line.grant, reason=LicenceEnding.Reason.REFUNDED)


def paybacks_left_behind() -> list[UUID]:
    """Requests whose money is due and whose job has ended or died."""
    late = RefundRequest.objects.filter(payback=Payback.DUE, decided_at__lt=now() - _LEFT_BEHIND_AFTER)
    return list(late.values_list("pk", flat=True)[:100])
