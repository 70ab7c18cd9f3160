"""What the queue would do by now about this run's people: the jobs that the steps have called for, hours later."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from billing.gateway import StripeRefused
from billing.models import AutomaticTopUp, Dispute, Payout
from billing.services import send_payout, top_up
from billing.services.plan_changes import changes_left_behind, make_change
from billing.services.top_ups import people_low_on_credits
from marketplace.core.clock import now
from marketplace.orders.models import LineReturn, Order, ReferralReward, RefundRequest
from marketplace.orders.services import refund_order, return_money, send_line_return, settle_reward
from marketplace.orders.services.holding import settle_held
from marketplace.orders.services.warnings import give_back_all, order_of_warning, refuse_held
from marketplace.risk.models import Verdict
from marketplace.risk.services import decide
from tests.billing.machine.world import World


def do_jobs(world: World) -> None:
    """All of it once; what Stripe refuses for good reason stays as it is."""
    _settle_orders(world)
    _return_money(world)
    _pay_out(world)
    _tend_plans(world)


def let_time_to_decide_pass(world: World) -> None:
    """What nobody has decided in time is refused; a bank's warning then stays without a consequence."""
    for verdict in Verdict.objects.filter(person__in=world.people, outcome="hold", decision=None):
        decide(decider=None, verdict_id=verdict.pk, approves=verdict.kind == Verdict.Kind.WARNING)


def _settle_orders(world: World) -> None:
    for order in Order.objects.filter(buyer__in=world.people, state="held"):
        disputes = Dispute.objects.filter(payment_ref=order.payment_intent_id)
        if disputes.exclude(status__in=Dispute.ENDED).exists():
            refuse_held(order_id=order.pk, reason="The bank disputes the payment.")
        world.job(lambda order=order: settle_held(order_id=order.pk))
    refused = Verdict.objects.filter(person__in=world.people, kind="warning", decision__is_approved=False)
    for verdict in refused:
        give_back_all(order_id=order_of_warning(verdict.subject_ref))


def _return_money(world: World) -> None:
    for order in Order.objects.filter(buyer__in=world.people, state="refund_due"):
        world.job(lambda order=order: refund_order(order_id=order.pk))
    for request in RefundRequest.objects.filter(line__order__buyer__in=world.people, payback="due"):
        # A bank has the money: Stripe refuses to return it, and it stays with the request.
        world.job(lambda request=request: return_money(request_id=request.pk))
    for row in LineReturn.objects.filter(line__order__buyer__in=world.people, state="due"):
        world.job(lambda row=row: send_line_return(line_id=row.pk))
    for reward in ReferralReward.objects.filter(line__order__buyer__in=world.people, part=None):
        settle_reward(line_id=reward.pk)


def _pay_out(world: World) -> None:
    # Hours later: Stripe is asked first for a transfer that was made and not heard of.
    Payout.objects.filter(state="sending").update(created_at=now() - timedelta(hours=2))
    for payout in Payout.objects.filter(state="sending"):
        world.job(lambda payout=payout: send_payout(payout_id=str(payout.pk)))


def _tend_plans(world: World) -> None:
    for change_id in changes_left_behind(older_than_s=0):
        with suppress(StripeRefused):  # which is noted with the change
            world.job(lambda change_id=change_id: make_change(change_id=change_id))
    agreed = set(AutomaticTopUp.objects.filter(user__in=world.people).values_list("user_id", flat=True))
    for user_id in people_low_on_credits(at=now() + timedelta(minutes=3)) if agreed else []:
        if user_id in agreed:
            world.job(lambda user_id=user_id: top_up(user_id=user_id))
