"""What orders do when billing or risk says that something happened."""

from billing.models import Dispute, Sale
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.selectors import order_id_in
from marketplace.orders.services.evidence import open_evidence
from marketplace.orders.services.warnings import order_of_warning
from marketplace.risk.models import Decision, Verdict

_PREFIX = "order_line:"


def end_lost_licence(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """The buyer's bank kept the whole price: the licence ends, by a job that is queued in the same transaction.

    What a referral got in credits for it goes back by another, for a part as well. Not here: whoever ends a licence
    locks its rights before sales, and the sale is locked already.
    """
    from marketplace.orders import tasks

    if sale.line_ref.startswith(_PREFIX):
        tasks.settle_referral.defer(line_id=sale.line_ref.removeprefix(_PREFIX))
    if sale.state == Sale.State.REFUNDED and sale.line_ref.startswith(_PREFIX):
        tasks.end_disputed_licence.defer(line_id=sale.line_ref.removeprefix(_PREFIX), dispute_id=dispute.pk)


def answer_dispute(*, dispute: Dispute, **_more: object) -> None:
    """A dispute opened or changed: its evidence is gathered by a job, or it is over."""
    from marketplace.orders import tasks

    open_evidence(dispute=dispute)
    held = Order.objects.filter(payment_intent_id=dispute.payment_ref, state=Order.State.HELD).first()
    if held is not None and dispute.payment_ref:
        tasks.refuse_disputed.defer(order_id=str(held.pk))
    # By a job: whoever returns a request's money locks it before balances, and the balances are locked already.
    waiting = RefundRequest.objects.filter(
        line__order__payment_intent_id=dispute.payment_ref, payback__in=RefundRequest.WAITING_PAYBACKS
    )
    if dispute.payment_ref and waiting.exists():
        tasks.follow_dispute.defer(dispute_id=dispute.pk)


def act_on_decision(*, decision: Decision, **_more: object) -> None:
    """What was held is decided: a job settles the order, or returns the money that a bank warned of."""
    from marketplace.orders import tasks

    verdict = decision.verdict
    if verdict.kind == Verdict.Kind.ORDER:
        order_id = order_id_in(verdict.subject_ref)
        if order_id is not None:
            tasks.defer_once(tasks.settle_held, order_id)
    elif verdict.kind == Verdict.Kind.WARNING and not decision.is_approved:
        tasks.defer_once(tasks.give_back_all, order_of_warning(verdict.subject_ref))
