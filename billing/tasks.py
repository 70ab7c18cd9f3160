"""Jobs of billing. Each may run twice, at once, and after a crash."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from billing import letters
from billing.documents.deferring import defer_document
from billing.documents.due import documents_missing
from billing.documents.writing import issue_document
from billing.services.closing import close_ledger
from billing.services.disputed_plans import follow_dispute
from billing.services.expiry import expire_credits
from billing.services.judged_payments import settlements_left_behind
from billing.services.onboarding import copy_payout_account
from billing.services.own_refunds import take_back_of_disputed
from billing.services.own_warnings import return_warned
from billing.services.paid_periods import grant_due_months
from billing.services.payouts import pay_out_due, payouts_left_behind, send_payout
from billing.services.plan_changes import changes_left_behind, make_change
from billing.services.plan_grace import end_overdue_benefits
from billing.services.plan_invoices import settle_held_invoice
from billing.services.purchases import settle_held_purchase
from billing.services.reconciling import reconcile
from billing.services.refused_payments import return_payment, returns_left_behind
from billing.services.reserves import release_reserves
from billing.services.sales import mature_sales
from billing.services.taxes import tell_stripe_where
from billing.services.top_ups import people_low_on_credits, top_up
from billing.webhooks.processing import MOST_ATTEMPTS, process_event
from billing.webhooks.receiving import events_left_behind, fetch_undelivered_events
from marketplace.core.clock import now

# How far back the nightly look goes, and how long a job may still be trying.
LOOKED_BACK, LEFT_ALONE = timedelta(days=4), timedelta(hours=4)


@app.task(
    name="billing.process_event",
    retry=RetryStrategy(max_attempts=MOST_ATTEMPTS - 1, exponential_wait=2),
)
def process_stored_event(event_id: str) -> None:
    """Process one event of Stripe."""
    process_event(event_id)


@app.task(name="billing.send_payout", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def send_due_payout(payout_id: str) -> None:
    """Transfer one payout; the transfer's idempotency key is the payout's id."""
    send_payout(payout_id=payout_id)


@app.task(name="billing.issue_document", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def issue_due_document(object_ref: str) -> None:
    """Write the invoice of a sale, or the credit note of a refund or a lost dispute."""
    issue_document(object_ref)


@app.periodic(cron="50 2 * * *")
@app.task(name="billing.issue_missing_documents", queueing_lock="billing.issue_missing_documents")
def issue_missing_documents(timestamp: int) -> None:
    """Every night: queue documents whose jobs have ended without writing them."""
    for object_ref in documents_missing(since=now() - LOOKED_BACK, until=now() - LEFT_ALONE):
        defer_document(object_ref)


@app.task(name="billing.copy_account", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def copy_account(stripe_account_id: str) -> None:
    """Copy how a connected account stands from Stripe."""
    copy_payout_account(stripe_account_id)


@app.task(name="billing.tell_of_stopped_payouts", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def tell_of_stopped_payouts(stop_id: str) -> None:
    """The letter to an artist whose payouts a person has stopped."""
    letters.write_about_stop(stop_id=UUID(stop_id))


@app.task(name="billing.tell_of_lifted_stop", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def tell_of_lifted_stop(stop_id: str) -> None:
    """The letter to an artist who can be paid again."""
    letters.write_about_lifting(stop_id=UUID(stop_id))


@app.task(name="billing.tell_of_bank_refusal", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def tell_of_bank_refusal(stripe_payout_id: str) -> None:
    """The letter to an artist whose bank did not take a payout."""
    letters.write_about_bank_refusal(stripe_payout_id=stripe_payout_id)


@app.task(name="billing.follow_lost_dispute", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def follow_lost_dispute(dispute_id: str) -> None:
    """What a payment bought that a bank has kept is taken back, where it was credits or a plan."""
    take_back_of_disputed(dispute_id=dispute_id)


@app.periodic(cron="* * * * *")
@app.task(name="billing.sweep", queueing_lock="billing.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: take up what a dead worker left behind."""
    for event_id in events_left_behind():
        defer_event(event_id)
    for payout_id in payouts_left_behind():
        defer_payout(payout_id)
    for change_id in changes_left_behind():
        defer_plan_change(change_id)
    for object_ref in settlements_left_behind():
        defer_settlement(object_ref)
    for object_ref in returns_left_behind():
        defer_return(object_ref)


@app.periodic(cron="* * * * *")
@app.task(name="billing.tend_plans", queueing_lock="billing.tend_plans")
def tend_plans(timestamp: int) -> None:
    """Every minute: grant the months that have begun, end what is overdue, top up who is low on credits."""
    grant_due_months()
    end_overdue_benefits()
    for user_id in people_low_on_credits():
        defer_top_up(str(user_id))


@app.task(name="billing.make_plan_change", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def make_plan_change(change_id: str) -> None:
    """Tell Stripe of a change whose caller died; the same request as the first."""
    make_change(change_id=UUID(change_id))


@app.task(name="billing.follow_disputed_plan", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def follow_disputed_plan(payment_ref: str) -> None:
    """What a dispute of a plan's payment does to the plan."""
    follow_dispute(payment_ref=payment_ref)


@app.task(name="billing.return_warned_payment", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def return_warned_payment(object_ref: str) -> None:
    """Give back a payment for credits or a plan of which a bank warned."""
    return_warned(object_ref=object_ref)


# With waits of 3, 9, 27 … seconds the last of 9 attempts is some 3 hours after the first.
@app.task(name="billing.top_up", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def buy_top_up(user_id: str) -> None:
    """Buy the pack that a person agreed to, where she is low on credits."""
    top_up(user_id=UUID(user_id))


@app.task(name="billing.send_plan_letter", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def send_plan_letter(letter_id: str) -> None:
    """A letter about a plan."""
    letters.write_about_plan(letter_id=UUID(letter_id))


@app.task(name="billing.send_top_up_letter", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def send_top_up_letter(user_id: str) -> None:
    """The letter about an automatic top-up that stopped."""
    letters.write_about_top_up(user_id=UUID(user_id))


@app.periodic(cron="* * * * *")
@app.task(name="billing.settle_accounts", queueing_lock="billing.settle_accounts")
def settle_accounts(timestamp: int) -> None:
    """Every minute: end holding times, release reserves, expire credits, start the payouts that are due."""
    mature_sales()
    release_reserves()
    expire_credits()
    pay_out_due()


@app.periodic(cron="*/15 * * * *")
@app.task(name="billing.close_ledger", queueing_lock="billing.close_ledger")
def close(timestamp: int) -> None:
    """Every quarter of an hour: write down what every account holds, so that reading it stays as fast."""
    close_ledger()


@app.periodic(cron="5 * * * *")
@app.task(name="billing.fetch_events", queueing_lock="billing.fetch_events")
def fetch_events(timestamp: int) -> None:
    """Every hour: ask Stripe for events whose webhook never arrived."""
    fetch_undelivered_events()


@app.periodic(cron="20 3 * * *")
@app.task(
    name="billing.reconcile",
    queueing_lock="billing.reconcile",
    retry=RetryStrategy(max_attempts=6, exponential_wait=5),
)
def reconcile_nightly(timestamp: int) -> None:
    """Every night: compare the ledger with Stripe's books."""
    reconcile()


@app.task(
    name="billing.reconcile_now",
    queueing_lock="billing.reconcile_now",
    retry=RetryStrategy(max_attempts=3, exponential_wait=5),
)
def reconcile_now() -> None:
    """When an administrator asks: the same."""
    reconcile()


_letter = RetryStrategy(max_attempts=9, exponential_wait=3)


@app.task(name="billing.tell_of_held_welcome", retry=_letter)
def tell_of_held_welcome(user_id: str) -> None:
    """The letter to a person whose welcome credits are looked at."""
    letters.write_about_welcome(user_id=UUID(user_id))


@app.task(name="billing.tell_of_decided_welcome", retry=_letter)
def tell_of_decided_welcome(user_id: str) -> None:
    """The letter when somebody decided on them."""
    letters.write_about_welcome(user_id=UUID(user_id))


@app.task(name="billing.settle_held_payment", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def settle_held_payment(object_ref: str) -> None:
    """Act on what was decided about a payment for credits or a plan."""
    kind, _colon, key = object_ref.partition(":")
    if kind == "purchase":
        settle_held_purchase(purchase_id=UUID(key))
    else:
        settle_held_invoice(invoice_id=key)


@app.task(name="billing.return_payment", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def return_refused_payment(object_ref: str) -> None:
    """Give back a payment that was not accepted."""
    return_payment(object_ref=object_ref)


@app.task(name="billing.tell_of_judged_payment", retry=_letter)
def tell_of_judged_payment(object_ref: str, state: str) -> None:
    """The letter about a payment that is checked, or was."""
    letters.write_about_payment(object_ref=object_ref, state=state)


def defer_settlement(object_ref: str) -> None:
    """Queue what follows from a decision once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            settle_held_payment.configure(queueing_lock=f"settle:{object_ref}").defer(object_ref=object_ref)
    except AlreadyEnqueued:
        return


def defer_return(object_ref: str) -> None:
    """Queue a return once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            return_refused_payment.configure(queueing_lock=f"return:{object_ref}").defer(object_ref=object_ref)
    except AlreadyEnqueued:
        return


def defer_event(event_id: str) -> None:
    """Queue an event once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            process_stored_event.configure(queueing_lock=f"event:{event_id}").defer(event_id=event_id)
    except AlreadyEnqueued:
        return


def defer_event_now(event_id: str) -> None:
    """Queue an event beside its own job, which may wait for hours to try again: both do each thing once."""
    try:
        with transaction.atomic():
            process_stored_event.configure(queueing_lock=f"event_now:{event_id}").defer(event_id=event_id)
    except AlreadyEnqueued:
        return


def defer_payout(payout_id: str) -> None:
    """Queue a payout once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            send_due_payout.configure(queueing_lock=f"payout:{payout_id}").defer(payout_id=payout_id)
    except AlreadyEnqueued:
        return


def defer_reconciliation() -> None:
    """Queue a comparison with Stripe's books; nothing happens where one is waiting already."""
    try:
        with transaction.atomic():
            reconcile_now.defer()
    except AlreadyEnqueued:
        return


def defer_plan_change(change_id: str) -> None:
    """Queue a change of a plan once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            make_plan_change.configure(queueing_lock=f"plan-change:{change_id}").defer(change_id=change_id)
    except AlreadyEnqueued:
        return


def defer_top_up(user_id: str) -> None:
    """Queue a look at a person's top-up once; nothing happens where one is waiting already."""
    try:
        with transaction.atomic():
            buy_top_up.configure(queueing_lock=f"top-up:{user_id}").defer(user_id=user_id)
    except AlreadyEnqueued:
        return


@app.task(name="billing.keep_customer", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def keep_customer(user_id: str) -> None:
    """Give Stripe a person's billing details as they are now, for the tax of what she pays later."""
    tell_stripe_where(UUID(user_id))
