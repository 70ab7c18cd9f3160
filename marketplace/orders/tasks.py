"""Jobs of orders. Each may run twice, at once, and after a crash."""

from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from marketplace.orders import letters
from marketplace.orders.services import (
    carts,
    closing,
    downloads,
    evidence,
    holding,
    line_returns,
    referrals,
    refund_requests,
    refunds,
    surplus_payments,
    warnings,
)

# With waits of 3, 9, 27 … seconds the last of 9 attempts is some 3 hours after the first.
_again = RetryStrategy(max_attempts=9, exponential_wait=3)


@app.task(name="orders.expire", retry=_again)
def expire(order_id: str) -> None:
    """The time to pay is over."""
    closing.expire_order(order_id=UUID(order_id))


@app.task(name="orders.close_others", retry=_again)
def close_others(work_id: str) -> None:
    """The work was sold exclusively."""
    closing.close_others(work_id=UUID(work_id))


@app.task(name="orders.close_for_hold", retry=_again)
def close_for_hold(work_id: str) -> None:
    """Somebody has begun to buy the work exclusively."""
    closing.close_for_hold(work_id=UUID(work_id))


@app.task(name="orders.refund", retry=_again)
def refund(order_id: str) -> None:
    """The money goes back."""
    refunds.refund_order(order_id=UUID(order_id))


@app.task(name="orders.tell_buyer", retry=_again)
def tell_buyer(order_id: str) -> None:
    """The letter to the buyer after a sale."""
    letters.write_to_buyer(order_id=UUID(order_id))


@app.task(name="orders.tell_artist", retry=_again)
def tell_artist(order_id: str) -> None:
    """The letter to the artist after a sale."""
    letters.write_to_artist(order_id=UUID(order_id))


@app.task(name="orders.tell_refunded", retry=_again)
def tell_refunded(order_id: str) -> None:
    """The letter to a buyer whose payment came too late."""
    letters.write_about_refund(order_id=UUID(order_id))


@app.task(name="orders.tell_refund_failed", retry=_again)
def tell_refund_failed(order_id: str) -> None:
    """The letter to a buyer whose bank did not take the money back."""
    letters.write_about_failed_refund(order_id=UUID(order_id))


@app.task(name="orders.tell_held", retry=_again)
def tell_held(order_id: str) -> None:
    """The letter to a buyer whose payment is looked at."""
    letters.write_about_hold(order_id=UUID(order_id))


@app.task(name="orders.settle_held", retry=_again)
def settle_held(order_id: str) -> None:
    """Somebody has decided on a held order."""
    holding.settle_held(order_id=UUID(order_id))


@app.task(name="orders.refuse_disputed", retry=_again)
def refuse_disputed(order_id: str) -> None:
    """A bank disputes the payment of an order that may be held."""
    warnings.refuse_held(order_id=UUID(order_id), reason="The bank disputes the payment.")


@app.task(name="orders.give_back_all", retry=_again)
def give_back_all(order_id: str) -> None:
    """A bank's warning was found right."""
    warnings.give_back_all(order_id=UUID(order_id))


@app.task(name="orders.return_money", retry=_again)
def return_money(request_id: str) -> None:
    """What was granted goes back."""
    refund_requests.return_money(request_id=UUID(request_id))


@app.task(name="orders.send_line_return", retry=_again)
def send_line_return(line_id: str) -> None:
    """The price of a line that could not be granted goes back."""
    line_returns.send_line_return(line_id=UUID(line_id))


@app.task(name="orders.tell_line_return_failed", retry=_again)
def tell_line_return_failed(line_id: str) -> None:
    """The letter to a buyer whose bank did not take a line's price."""
    letters.write_about_failed_line_return(line_id=UUID(line_id))


@app.task(name="orders.return_surplus_payment", retry=_again)
def return_surplus_payment(surplus_id: str) -> None:
    """A second payment of an order goes back."""
    surplus_payments.return_surplus_payment(surplus_id=UUID(surplus_id))


@app.task(name="orders.tell_surplus_payment", retry=_again)
def tell_surplus_payment(surplus_id: str) -> None:
    """The letter to a buyer who has paid twice."""
    letters.write_about_surplus_payment(surplus_id=UUID(surplus_id))


@app.task(name="orders.tell_surplus_return_failed", retry=_again)
def tell_surplus_return_failed(surplus_id: str) -> None:
    """The letter to a buyer whose bank did not take her second payment back."""
    letters.write_about_failed_surplus_return(surplus_id=UUID(surplus_id))


@app.task(name="orders.tell_recipient", retry=_again)
def tell_recipient(order_id: str) -> None:
    """The letter to whom an order was given."""
    letters.write_to_recipient(order_id=UUID(order_id))


@app.task(name="orders.tell_artist_of_request", retry=_again)
def tell_artist_of_request(request_id: str) -> None:
    """The letter to the artist from whom a refund is asked."""
    letters.write_about_request(request_id=UUID(request_id))


@app.task(name="orders.tell_buyer_of_decision", retry=_again)
def tell_buyer_of_decision(request_id: str) -> None:
    """The letter to the buyer when somebody decided."""
    letters.write_about_decision(request_id=UUID(request_id))


@app.task(name="orders.tell_buyer_of_failed_payback", retry=_again)
def tell_buyer_of_failed_payback(request_id: str) -> None:
    """The letter to a buyer whose bank did not take what was granted."""
    letters.write_about_failed_payback(request_id=UUID(request_id))


@app.task(name="orders.follow_dispute", retry=_again)
def follow_dispute(dispute_id: str) -> None:
    """What a dispute means for granted requests whose money has not gone back."""
    refund_requests.follow_dispute(dispute_id=dispute_id)


@app.task(name="orders.tell_of_disputed_payback", retry=_again)
def tell_of_disputed_payback(request_id: str, payback: str) -> None:
    """The letters to buyer and artist about a granted refund whose payment a bank disputes, or has decided on."""
    letters.write_about_disputed_payback(request_id=UUID(request_id), payback=payback)


@app.task(name="orders.end_disputed_licence", retry=_again)
def end_disputed_licence(line_id: str, dispute_id: str) -> None:
    """The buyer's bank has kept the price for good."""
    closing.end_disputed_licence(line_id=UUID(line_id), dispute_id=dispute_id)


@app.task(name="orders.settle_referral", retry=_again)
def settle_referral(line_id: str) -> None:
    """The credits of a referral are due, or a refund has taken some of them back."""
    referrals.settle_reward(line_id=UUID(line_id))


@app.task(name="orders.gather_evidence", retry=_again)
def gather_evidence(dispute_id: str) -> None:
    """What is known about a disputed payment is put together."""
    evidence.gather_evidence(dispute_id=dispute_id)


@app.task(name="orders.tell_artists_of_dispute", retry=_again)
def tell_artists_of_dispute(dispute_id: str) -> None:
    """The letter to the artists of what is disputed."""
    letters.write_about_dispute(dispute_id=dispute_id)


@app.task(name="orders.tell_reversed", retry=_again)
def tell_reversed(order_id: str) -> None:
    """The letter about an order that was taken back."""
    letters.write_about_reversal(order_id=UUID(order_id))


@app.task(name="orders.hand_in_evidence", retry=_again)
def hand_in_evidence(dispute_id: str) -> None:
    """It goes to the bank."""
    evidence.hand_in_evidence(dispute_id=dispute_id)


@app.task(name="orders.give_up_dispute", retry=_again)
def give_up_dispute(dispute_id: str) -> None:
    """The dispute is not contested."""
    evidence.give_up_dispute(dispute_id=dispute_id)


@app.periodic(cron="40 4 * * *")
@app.task(name="orders.forget_old_records", queueing_lock="orders.forget_old_records")
def forget_old_records(timestamp: int) -> None:
    """Every night: downloads and letters that were kept for long enough."""
    downloads.forget_old_records()


@app.periodic(cron="* * * * *")
@app.task(name="orders.sweep", queueing_lock="orders.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: end what a dead worker left behind."""
    closing.sweep_orders()
    refund_requests.hand_over_late_requests()
    refund_requests.grant_overdue_requests()
    for surplus_id in surplus_payments.surplus_payments_left_behind():
        defer_surplus_return(surplus_id)
    for request_id in refund_requests.paybacks_left_behind():
        defer_payback(request_id)
    for line_id in line_returns.line_returns_left_behind():
        defer_line_return(line_id)
    for line_id in referrals.rewards_due():
        defer_settling(line_id)
    for order_id in holding.held_orders_left_behind():
        defer_once(settle_held, order_id)
    evidence.send_what_is_due()
    for row in evidence.unfinished_answers():
        defer_answer(_TASK_OF_ANSWER[row.state], row.pk)


@app.periodic(cron="40 4 * * *")
@app.task(name="orders.forget_old_carts", queueing_lock="orders.forget_old_carts")
def forget_old_carts(timestamp: int) -> None:
    """Every night: guests' carts that nobody came back for."""
    carts.forget_old_carts()


_TASK_OF_ANSWER = {"gathering": gather_evidence, "sending": hand_in_evidence, "conceding": give_up_dispute}


def defer_answer(task: Task[Any, Any, Any], dispute_id: str) -> None:
    """Queue ``task`` for the answer to a dispute; nothing happens where it is waiting already."""
    try:
        with transaction.atomic():
            task.configure(queueing_lock=f"{task.name}:{dispute_id}").defer(dispute_id=dispute_id)
    except AlreadyEnqueued:
        return


def defer_once(task: Task[Any, Any, Any], order_id: UUID) -> None:
    """Queue ``task`` for an order; nothing happens where it is waiting already."""
    try:
        with transaction.atomic():
            task.configure(queueing_lock=f"{task.name}:{order_id}").defer(order_id=str(order_id))
    except AlreadyEnqueued:
        return


def defer_payback(request_id: UUID) -> None:
    """Queue the return of a request's money; nothing happens where it is waiting already."""
    try:
        with transaction.atomic():
            # One after the other (lock): each asks for what the one before has left.
            name = f"payback:{request_id}"
            return_money.configure(lock=name, queueing_lock=name).defer(request_id=str(request_id))
    except AlreadyEnqueued:
        return


def defer_line_return(line_id: UUID) -> None:
    """Queue the return of a line's price; nothing happens where it is waiting already."""
    try:
        with transaction.atomic():
            name = f"line_return:{line_id}"
            send_line_return.configure(lock=name, queueing_lock=name).defer(line_id=str(line_id))
    except AlreadyEnqueued:
        return


def defer_surplus_return(surplus_id: UUID) -> None:
    """Queue the return of a second payment; nothing happens where it is waiting already."""
    try:
        with transaction.atomic():
            name = f"surplus:{surplus_id}"
            return_surplus_payment.configure(lock=name, queueing_lock=name).defer(surplus_id=str(surplus_id))
    except AlreadyEnqueued:
        return


def defer_settling(line_id: UUID) -> None:
    """Queue the credits of a referral; nothing happens where they are waiting already."""
    try:
        with transaction.atomic():
            settle_referral.configure(queueing_lock=f"referral:{line_id}").defer(line_id=str(line_id))
    except AlreadyEnqueued:
        return
