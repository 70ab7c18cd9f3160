"""What the steps work in: artists and works, the local Stripe, events that wait, and a log of what happened."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection

from billing.checks import ledger_figures
from billing.gateway import StripeRefused
from billing.gateway import client as gateway_client
from billing.models import Entry, LedgerDifference, PayoutAccount, StripeEvent
from billing.services import copy_payout_account, onboard_artist, reconcile
from billing.webhooks import process_event, run_again
from marketplace.accounts.models import Artist, User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.models import DiscountCode
from marketplace.orders.services import referral_link_of
from tests.billing.machine.telling import told_of
from tests.demo.localstripe.orders import PERSON
from tests.demo.localstripe.server import visit
from tests.factories.accounts import ArtistFactory, UserFactory, confirmed_user
from tests.factories.billing import declare
from tests.factories.licensing import work_on_sale
from tests.factories.royalties import remixed, shared

# Prices whose shares do not come out even.
PRICES_MINOR = (101, 999, 1337, 2501, 10_007)
# Of a refund: the bank has taken the money, or somebody has given it back by hand already, all of it or too much of it.
REFUSED_RIGHTLY = {"charge_disputed", "charge_already_refunded"}
_TOO_MUCH = "greater than unrefunded amount"
_UNBALANCED = """
    SELECT count(*) FROM (
        SELECT 1 FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
        WHERE e.id > %s GROUP BY e.transaction_id, a.currency HAVING sum(e.amount_minor) <> 0) AS faulty
"""
KEPT_NOTES = 300


class World:
    """Lives as long as the campaign; each run of steps brings buyers of its own."""

    def __init__(self, begun: datetime) -> None:
        self.begun = begun
        self.base = settings.CONFIGURATION.stripe_api_base
        self.steps = 0
        self.people: list[User] = []
        self.differences_found = 0
        self.seconds: Counter[str] = Counter()
        self._last_entry = 0
        self._notes: deque[str] = deque(maxlen=KEPT_NOTES)
        self.artists = [self._artist() for _ in range(2)]
        self.works = [self._work(artist, price) for artist in self.artists for price in PRICES_MINOR]
        # Of each artist some works earn for the other as well: one as a remix, one that she made with her, one as both.
        for which, (one, other) in enumerate((self.artists, self.artists[::-1])):
            first, second, third, *_rest = [work for work in self.works if work.artist == one]
            parent = next(work for work in self.works[::-1] if work.artist == other)
            remixed(first, parent, owing=1500 + which)
            remixed(third, parent, owing=None)
            for work in (second, third):
                shared(work, with_=other, basis_points=3333)
        self.clerk = self._clerk()
        self.codes = ["", "OF-THE-SHOP", "OF-AN-ARTIST"]
        DiscountCode.objects.create(
            code="OF-THE-SHOP", share_basis_points=1333, most_uses_per_buyer=None, most_uses=10**9
        )
        DiscountCode.objects.create(
            code="OF-AN-ARTIST", artist=self.artists[0], share_basis_points=2500, most_uses_per_buyer=None
        )
        # Of an artist, who gets money, and of somebody without a storefront, who gets credits.
        referrers = (self.artists[1].user, UserFactory())
        self.links = ["", *(referral_link_of(user=referrer).code for referrer in referrers)]

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

    def _clerk(self) -> User:
        """Somebody of the platform who decides."""
        clerk = UserFactory(is_staff=True)
        for right in ("risk.add_decision", "orders.change_refundrequest"):
            app, codename = right.split(".")
            clerk.user_permissions.add(Permission.objects.get(codename=codename, content_type__app_label=app))
        return User.objects.get(pk=clerk.pk)

    def bring_people(self) -> None:
        """For a new run."""
        self.people = [confirmed_user() for _ in range(3)]
        self.note("-- new people --")

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Count the seconds that something takes."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[what] += time.monotonic() - began

    def note(self, what: str) -> None:
        """Keep what happened, with its moment."""
        self._notes.append(f"{now():%H:%M:%S.%f} {self.steps} {what}")

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
                self.process(event_id)

    def process(self, event_id: str) -> bool:
        """Whether the event could be handled."""
        self.note(f"  event {event_id}")
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
        except Retryable as error:
            self.note(f"  {type(error).__name__}: {error.facts}")
            gateway_client.breaker(self.base).close()

    def job(self, call: Callable[[], object]) -> None:
        """What the queue calls: tried again later, or refused for good reason."""
        with self.unanswered():
            try:
                call()
            except StripeRefused as refused:
                is_too_much = _TOO_MUCH in str(refused.facts.get("reason"))
                if refused.facts["stripe_code"] not in REFUSED_RIGHTLY and not is_too_much:
                    raise

    # -- invariants -------------------------------------------------------------------------------------------------

    def differences(self) -> list[str]:
        """Between the ledger and Stripe's books, with no grace, and the faults of the ledger by itself."""
        run = reconcile(since=self.begun, grace=timedelta(seconds=-5))
        found = list(LedgerDifference.objects.filter(agreed_at=None))
        assert len(found) == run.differences
        self.differences_found += len(found)
        named = [f"{one.kind} {one.ref}: {one.ledger_minor} / {one.stripe_minor}" for one in found]
        return named + [told_of(one.ref) for one in found] + self.faults()

    def faults(self) -> list[str]:
        """All invariants of the ledger; where one is broken, with the sums of all kinds of accounts."""
        figures = ledger_figures()
        broken = [f"{figure.name}: {figure.value}" for figure in figures if figure.is_fault and figure.value]
        sums = ", ".join(f"{figure.name} {figure.value}" for figure in figures if not figure.is_fault)
        return [*broken, sums] if broken else []

    def unbalanced_since_last_time(self) -> int:
        """Transactions among the newest that do not add up to zero: cheap enough for every step."""
        with connection.cursor() as cursor:
            cursor.execute(_UNBALANCED, [self._last_entry])
            unbalanced = int(cursor.fetchone()[0])
        newest = Entry.objects.order_by("-id").values_list("id", flat=True).first()
        self._last_entry = newest or 0
        return unbalanced

    def require(self, wrong: list[str]) -> None:
        """Fails with all that is wrong, and with what happened before, where anything is."""
        assert not wrong, "\n".join(["", *wrong, "-- what happened before --", *self._notes])
