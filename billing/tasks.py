"""Jobs of billing. Each may run twice, at once, and after a crash."""

from datetime import timedelta

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from billing.documents.deferring import defer_document
from billing.documents.due import documents_missing
from billing.documents.writing import issue_document
from billing.services.closing import close_ledger
from billing.services.expiry import expire_credits
from billing.services.payouts import pay_out_due, payouts_left_behind, send_payout
from billing.services.reconciling import reconcile
from billing.services.sales import mature_sales
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


@app.periodic(cron="* * * * *")
@app.task(name="billing.sweep", queueing_lock="billing.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: take up what a dead worker left behind."""
    for event_id in events_left_behind():
        defer_event(event_id)
    for payout_id in payouts_left_behind():
        defer_payout(payout_id)


@app.periodic(cron="* * * * *")
@app.task(name="billing.settle_accounts", queueing_lock="billing.settle_accounts")
def settle_accounts(timestamp: int) -> None:
    """Every minute: end holding times, expire credits, start the payouts that are due."""
    mature_sales()
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


def defer_event(event_id: str) -> None:
    """Queue an event once; nothing happens where its job is waiting already."""
    try:
        with transaction.atomic():
            process_stored_event.configure(queueing_lock=f"event:{event_id}").defer(event_id=event_id)
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
