"""What the steps work in: artists and works, the local Stripe, events that wait, and how all of it comes to rest."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from billing import gateway
from billing.checks import ledger_figures
from billing.gateway import StripeRefused
from billing.gateway import client as gateway_client
from billing.gateway.client import client as stripe_client
from billing.models import Entry, LedgerDifference, Payout, PayoutAccount, PlanSubscription, StripeEvent
from billing.services import copy_payout_account, onboard_artist, reconcile, send_payout
from billing.webhooks import process_event, run_again
from billing.webhooks.receiving import fetch_undelivered_events
from marketplace.accounts.models import Artist, User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services import refund_order, return_money
from tests.demo.localstripe.orders import PERSON
from tests.demo.localstripe.server import tell, told, visit
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import declare
from tests.factories.licensing import work_on_sale

REST_WITHIN_S = 60
# Prices whose shares do not come out even.
PRICES_MINOR = (101, 999, 1337, 2501, 10_007)
# Of a refund: the bank has taken the money, or somebody has given it back by hand already.
REFUSED_RIGHTLY = {"charge_disputed", "charge_already_refunded"}
_UNBALANCED = """
    SELECT count(*) FROM (
        SELECT 1 FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
        WHERE e.id > %s GROUP BY e.transaction_id, a.currency HAVING sum(e.amount_minor) <> 0) AS faulty
"""


class World:
    """Lives as long as the campaign; each run of steps brings buyers of its own."""

    def __init__(self, begun: datetime) -> None:
        self.begun = begun
        self.base = settings.CONFIGURATION.stripe_api_base
        self.steps = 0
        self._last_entry = 0
        self.artists = [self._artist() for _ in range(2)]
        self.works = [self._work(artist, price) for artist in self.artists for price in PRICES_MINOR]

    def _artist(self) -> Artist:
        artist = ArtistFactory()
        page = f"{settings.BASE_URL}/earnings"
        assert visit(onboard_artist(artist=artist, return_url=page, refresh_url=page), PERSON).status == 303
        copy_payout_account(PayoutAccount.objects.get(artist=artist).stripe_account_id)
        declare(artist)
        return artist

    def _work(self, artist: Artist, price_minor: int) -> Work:
        work = work_on_sale(terms=("personal",), artist=artist)
        set_offers(work=work, offers=[OfferTerms("personal", Money(price_minor, "USD"))])
        return work

    def people(self) -> list[User]:
        return [UserFactory() for _ in range(3)]

    # -- events -----------------------------------------------------------------------------------------------------

    def handle(self, chance: random.Random, most: int) -> None:
        """Some of the events that have come, in any order, each up to three times, also such as were handled before."""
        waiting = list(StripeEvent.objects.filter(state="received").values_list("pk", flat=True)[:200])
        before = list(StripeEvent.objects.filter(state="processed").order_by("-received_at").values_list("pk")[:20])
        again = [pk for (pk,) in before]
        chosen = [*chance.sample(waiting, min(most, len(waiting))), *chance.sample(again, min(2, len(again)))]
        for event_id in chosen:
            for _ in range(chance.randint(1, 3)):
                if event_id in again:
                    run_again(event_id)
                self._process(event_id)

    def _process(self, event_id: str) -> bool:
        try:
            process_event(event_id)
        except Retryable:
            # The queue gives up after hours of trying; here all of them pass in a moment.
            StripeEvent.objects.filter(pk=event_id).update(attempts=0, state=StripeEvent.State.RECEIVED)
            return False
        return True

    @contextmanager
    def unanswered(self) -> Iterator[None]:
        """What a person or a job does and Stripe does not answer, or answers with an error, is tried again later."""
        try:
            yield
        except Retryable:
            gateway_client.breaker(self.base).close()

    # -- the end ----------------------------------------------------------------------------------------------------

    def come_to_rest(self) -> None:
        """Stripe behaves, everything that was put off is done, every event comes and is handled."""
        tell(self.base, None)
        gateway_client.breaker(self.base).close()
        fetch_undelivered_events(days=1)
        for lost in gateway.undelivered_events(since=self.begun):
            stripe_client().raw_request("post", f"/v1/events/{lost.id}/retry")
        for plan in PlanSubscription.objects.exclude(stripe_subscription_id=None).exclude(state="canceled"):
            self._cancel(plan)
        until = time.monotonic() + REST_WITHIN_S
        while unrest := self._unrest():
            assert time.monotonic() < until, unrest
            time.sleep(0.1)

    def _cancel(self, plan: PlanSubscription) -> None:
        assert plan.stripe_subscription_id is not None
        if gateway.retrieve_subscription(plan.stripe_subscription_id).status != "canceled":
            stripe_client().v1.subscriptions.cancel(plan.stripe_subscription_id)

    def _unrest(self) -> str:
        """What is still to come, in words; nothing where all is at rest."""
        if told(self.base)["waiting"]:
            return "Stripe holds events back"
        waiting = StripeEvent.objects.exclude(state="processed").order_by("received_at").values_list("pk", flat=True)
        # All of them, also after one that cannot be handled yet.
        left = [event_id for event_id in list(waiting) if not self._process(event_id)]
        self.do_jobs()
        if left:
            events = StripeEvent.objects.filter(pk__in=left)
            return f"events cannot be handled: {[(event.type, event.last_error) for event in events]}"
        if unsettled := self._unsettled_refunds():
            return f"refunds are on their way: {unsettled}"
        return "events have come" if StripeEvent.objects.exclude(state="processed").exists() else ""

    def do_jobs(self) -> None:
        """What the queue does about refunds and payouts that are due, hours later where Stripe must be asked first."""
        for request in RefundRequest.objects.filter(payback="due"):
            # A bank has the money: Stripe refuses to return it, and it stays with the request.
            self.job(lambda request=request: return_money(request_id=request.pk))
        for order in Order.objects.filter(state="refund_due"):
            self.job(lambda order=order: refund_order(order_id=order.pk))
        Payout.objects.filter(state="sending").update(created_at=now() - timedelta(hours=2))
        for payout in Payout.objects.filter(state="sending"):
            self.job(lambda payout=payout: send_payout(payout_id=str(payout.pk)))

    def job(self, call: Callable[[], object]) -> None:
        with self.unanswered():
            try:
                call()
            except StripeRefused as refused:
                if refused.facts["stripe_code"] not in REFUSED_RIGHTLY:
                    raise

    def _unsettled_refunds(self) -> list[str]:
        refunds = stripe_client().v1.refunds.list({"limit": 50}).data
        since = self.begun.timestamp()
        return [
            refund.id
            for refund in refunds
            if refund.created >= since
            and (refund.status == "pending" or (refund.status == "succeeded" and _fails_later(str(refund.charge))))
        ]

    def differences(self) -> list[str]:
        """Between the ledger and Stripe's books, with no grace, and the faults of the ledger by itself."""
        run = reconcile(since=self.begun, grace=timedelta(seconds=-5))
        named = [
            f"{one.kind} {one.ref}: {one.ledger_minor} / {one.stripe_minor}"
            for one in LedgerDifference.objects.filter(agreed_at=None)
        ]
        assert len(named) == run.differences
        return named + self.faults()

    # -- invariants -------------------------------------------------------------------------------------------------

    def faults(self) -> list[str]:
        """All invariants of the ledger."""
        return [f"{figure.name}: {figure.value}" for figure in ledger_figures() if figure.is_fault and figure.value]

    def unbalanced_since_last_time(self) -> int:
        """Transactions among the newest that do not add up to zero: cheap enough for every step."""
        with connection.cursor() as cursor:
            cursor.execute(_UNBALANCED, [self._last_entry])
            unbalanced = int(cursor.fetchone()[0])
        newest = Entry.objects.order_by("-id").values_list("id", flat=True).first()
        self._last_entry = newest or 0
        return unbalanced


def _fails_later(charge_id: str) -> bool:
    charge = stripe_client().v1.charges.retrieve(charge_id)
    details = charge.payment_method_details
    return bool(details and details.card and details.card.last4 == "5126")
