"""A bank warns early that a payment was fraud: held orders are refused, delivered ones refunded or looked at."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.models import Order, OrderLine, RefundRequest
from marketplace.orders.services.refund_requests import left_to_refund
from marketplace.risk.errors import VerdictDecided
from marketplace.risk.facts import WarningFacts
from marketplace.risk.models import Decision
from marketplace.risk.selectors import verdict_on
from marketplace.risk.services import decide, warn

State = Order.State
_PREFIX = "warning:"


def note_warning(*, order_id: UUID, warning: gateway.FraudWarning) -> None:
    """Act on a warning about an order's payment, once: by the configuration, or by a person.

    Raises ObjectNotKnownYet where the payment itself has not been handled yet.
    """
    order = Order.objects.select_related("buyer").filter(pk=order_id).first()
    if order is None:
        raise ObjectNotKnownYet(f"order {order_id} is not here")
    if order.state in Order.UNDECIDED:
        raise ObjectNotKnownYet(f"order {order.pk} is not settled yet")
    if order.state == State.HELD:
        if not refuse_held(order_id=order.pk, reason=f"The bank warns of fraud: {warning.type}"):
            # Approved a moment ago: a warning about the sale that it is about to become.
            raise ObjectNotKnownYet(f"order {order.pk} is being settled")
        return
    if order.state != State.PAID:
        return
    if settings.CONFIGURATION.fraud_warning == "refund":
        give_back_all(order_id=order.pk)
        return
    warn(
        subject_ref=f"{_PREFIX}{order.pk}",
        person=order.buyer,
        facts=WarningFacts(type=warning.type, amount=order.paid),
    )


def refuse_held(*, order_id: UUID, reason: str) -> bool:
    """A bank has spoken before a person did: a held order is refused. Answers whether it is: where a person has
    approved it already, nothing happens.
    """
    verdict = verdict_on(Order(pk=order_id).reference)
    if verdict is None:
        return False
    if verdict.is_waiting:
        with suppress(VerdictDecided):  # by a person, in this moment
            decide(decider=None, verdict_id=verdict.pk, approves=False, reason=reason)
    return Decision.objects.filter(verdict=verdict, is_approved=False).exists()


def order_of_warning(subject_ref: str) -> UUID | None:
    """The order that a warning's verdict is about; None where it is another room's payment."""
    return UUID(subject_ref.removeprefix(_PREFIX)) if subject_ref.startswith(_PREFIX) else None


@transaction.atomic
def give_back_all(*, order_id: UUID) -> None:
    """Return what is left of every line's price, as granted refund requests, so that the licences end with the money.

    Once: what was granted before is not granted again.
    """
    from marketplace.orders import tasks

    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    for line in OrderLine.objects.select_for_update(no_key=True, of=("self",)).filter(order=order).order_by("pk"):
        left = left_to_refund(line)
        if left.amount_minor:
            tasks.defer_payback(_granted(line, left).pk)


def _granted(line: OrderLine, left: Money) -> RefundRequest:
    # What the buyer has asked for herself is answered by this.
    RefundRequest.objects.filter(line=line, state__in=RefundRequest.UNDECIDED).update(
        state=RefundRequest.State.WITHDRAWN, decided_at=now()
    )
    return RefundRequest.objects.create(
        line=line,
        reason=RefundRequest.Reason.BANK_WARNED,
        asked_minor=left.amount_minor,
        granted_minor=left.amount_minor,
        state=RefundRequest.State.GRANTED,
        payback=RefundRequest.Payback.DUE,
        decide_by=now(),
        decided_at=now(),
    )
