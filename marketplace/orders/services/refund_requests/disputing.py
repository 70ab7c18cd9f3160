"""A bank disputes the payment of a granted request before its money went back: Stripe refuses the refund meanwhile, and
the end of the dispute decides.
"""

import logging
from uuid import UUID

from django.db import transaction

from billing.models import Dispute
from marketplace.orders.models import RefundRequest

Payback = RefundRequest.Payback
logger = logging.getLogger(__name__)


def follow_dispute(*, dispute_id: str) -> None:
    """Bring the granted requests of a disputed payment to what the dispute says now; in any order, and more than once.

    Open: they wait. Lost: the bank has given the buyer her money, nothing more is due. Won: the money goes back after
    all.
    """
    payment = Dispute.objects.get(pk=dispute_id).payment_ref
    if not payment:
        return
    granted = RefundRequest.objects.filter(
        line__order__payment_intent_id=payment, payback__in=(Payback.DUE, Payback.DISPUTED), refund_id=""
    )
    for request_id in granted.order_by("pk").values_list("pk", flat=True):
        wait_for_bank(request_id=request_id)


@transaction.atomic
def wait_for_bank(*, request_id: UUID, is_refused: bool = False) -> None:
    """The same for one request. ``is_refused``: Stripe has just said that the payment is disputed, of which we may not
    have heard.
    """
    rows = RefundRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("line__order")
    request = rows.get(pk=request_id)
    if request.payback not in {Payback.DUE, Payback.DISPUTED} or request.refund_id:
        return
    payback = _payback_by(request.line.order.payment_intent_id, request.payback, is_refused=is_refused)
    if payback == request.payback:
        return
    request.payback = payback
    request.save(update_fields=["payback"])
    _after(request)


def _payback_by(payment: str, now_it_is: str, *, is_refused: bool) -> str:
    outcomes = set(Dispute.objects.filter(payment_ref=payment).values_list("outcome", flat=True))
    if Dispute.Outcome.OPEN in outcomes:
        return Payback.DISPUTED
    if Dispute.Outcome.LOST in outcomes:
        return Payback.SETTLED
    if is_refused:
        # Won, and still not to be refunded: in another way then. Or a dispute whose event is on its way.
        return Payback.FAILED if Dispute.Outcome.WON in outcomes else Payback.DISPUTED
    return Payback.DUE if Dispute.Outcome.WON in outcomes else now_it_is


def _after(request: RefundRequest) -> None:
    from marketplace.orders import tasks

    if request.payback == Payback.DUE:
        tasks.defer_payback(request.pk)
    elif request.payback == Payback.FAILED:
        logger.error("request %s cannot be refunded at Stripe; %s are still due", request.pk, request.granted)
        tasks.tell_buyer_of_failed_payback.defer(request_id=str(request.pk))
        return
    tasks.tell_of_disputed_payback.defer(request_id=str(request.pk), payback=request.payback)
