"""Why an artist's money is not with her yet: each cause with its reason, its amount and its date.

What stops a payout is said once, in `blockers`: the service that pays asks the same function, so that no payout is held
back without a reason that its artist can read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, Min, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from billing.models import Dispute, DisputedSale, Payout, PayoutAccount, PayoutStop, RollingReserve, Sale
from billing.selectors.debts import debt_since
from billing.selectors.earnings import artist_balance, payout_account_of, payouts_of
from billing.selectors.payout_dates import least_payout, schedule_of
from billing.selectors.sellers import declaration_of, missing_identity
from billing.selectors.stripe_requirements import requirements_in_words, restriction_in_words
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money

# After a refused payout the next try waits, so that an account that Stripe refuses is not asked every minute.
PAYOUT_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PayoutHold:
    """Money of an artist that is not with her yet: how much, why, since when, until when (where that is known), and
    what ends it otherwise (``way_out``). ``cause`` is stable and for programs.
    """

    amount: Money
    cause: str
    reason: str
    since: datetime | None = None
    until: datetime | None = None
    way_out: str = ""


def payout_holds(artist: Artist, currency: str = "USD") -> list[PayoutHold]:
    """Why ``artist``'s money in ``currency`` is not paid out yet, one entry for each cause; what is available can be
    held for several causes at once, and each of them says so.
    """
    balance = artist_balance(artist, currency)
    holds = [*_within_holding_time(artist, currency), *_kept_back(artist, currency)]
    if balance.available.amount_minor:
        holds += blockers(artist, balance.available) or [_waits_for_its_date(artist, balance.available)]
    holds += _held_by_disputes(artist, currency)
    if balance.debt.amount_minor:
        holds.append(_owed(artist, balance.debt))
    return holds


def blockers(artist: Artist, available: Money) -> list[PayoutHold]:
    """Everything that stops a payout of ``available`` at this moment, whatever its date; empty where it can go out."""
    return [
        *obstacles(artist, available),
        *_owing(artist, available),
        *_last_payout(artist, available),
        *_below_minimum(available),
    ]


def obstacles(artist: Artist, available: Money) -> list[PayoutHold]:
    """Those of `blockers` that no amount and no time alone will end: a person's stop, details that are missing."""
    return [
        *_stopped_by_a_person(artist, available),
        *_not_ready(payout_account_of(artist), artist, available),
    ]


def open_stop_of(artist: Artist) -> PayoutStop | None:
    """The stop that a person of the shop has put on ``artist``'s payouts; None where there is none."""
    return PayoutStop.objects.filter(artist=artist, lifted_at=None).first()


def _within_holding_time(artist: Artist, currency: str) -> Iterator[PayoutHold]:
    """The artist's shares of the pending sales, by the day on which they become available."""
    days = (
        Sale.objects.filter(artist=artist, currency=currency, state=Sale.State.PENDING)
        .annotate(day=TruncDate("available_at"))
        .order_by("day")
        .values_list("day")
        .annotate(
            total=Sum(
                F("gross_minor")
                - F("deducted_minor")
                - F("refunded_minor")
                + F("deducted_refunded_minor")
                - F("held_minor")
            ),
            until=Max("available_at"),
            since=Min("created_at"),
        )
    )
    for _day, total, until, since in days:
        if not total:
            continue  # a dispute holds all of it
        reason = _("Within the holding time after the sale.")
        yield PayoutHold(Money(int(total), currency), "holding_time", reason, since, until)


def _kept_back(artist: Artist, currency: str) -> Iterator[PayoutHold]:
    days = (
        RollingReserve.objects.filter(artist=artist, currency=currency, left_minor__gt=0)
        .annotate(day=TruncDate("release_at"))
        .order_by("day")
        .values_list("day")
        .annotate(total=Sum("left_minor"), until=Max("release_at"), since=Min("taken_at"))
    )
    for _day, total, until, since in days:
        reason = _("Kept back while you are new here, for buyers who want their money back.")
        yield PayoutHold(Money(int(total), currency), "reserve", reason, since, until)


def _held_by_disputes(artist: Artist, currency: str) -> Iterator[PayoutHold]:
    parts = DisputedSale.objects.filter(
        sale__artist=artist, sale__currency=currency, dispute__outcome=Dispute.Outcome.OPEN, amount_minor__gt=0
    ).select_related("dispute")
    for part in parts.order_by("dispute__opened_at"):
        yield PayoutHold(
            Money(part.held_minor, currency),
            "dispute",
            _("The buyer's bank disputes a payment; it is decided there."),
            part.dispute.opened_at,
            part.dispute.evidence_due_by,
            _("The bank decides; it can take two to three months."),
        )
    yield from _held_of_others_sales(artist, currency)


def _held_of_others_sales(artist: Artist, currency: str) -> Iterator[PayoutHold]:
    """What came with a sale (a discount that the shop pays, a referral, a royalty) is held as the sale is."""
    held = Sale.objects.filter(artist=artist, currency=currency, part_of__isnull=False, held_minor__gt=0)
    parts = list(held.annotate(root=Coalesce("part_of__part_of", "part_of")).order_by("created_at"))
    open_ones = DisputedSale.objects.filter(
        sale__in=[part.root for part in parts], dispute__outcome=Dispute.Outcome.OPEN, amount_minor__gt=0
    )
    disputes = {one.sale_id: one.dispute for one in open_ones.select_related("dispute")}
    for part in parts:
        dispute = disputes[part.root]
        yield PayoutHold(
            Money(part.held_minor, currency),
            "dispute",
            _("%(kind)s: the buyer's bank disputes the payment that it came from.") % {"kind": part.get_kind_display()},
            dispute.opened_at,
            dispute.evidence_due_by,
            _("The bank decides; it can take two to three months."),
        )


def _owed(artist: Artist, debt: Money) -> PayoutHold:
    since = debt_since(artist, debt.currency)
    return PayoutHold(-debt, "debt", _("Owed after a refund; your next sales repay it."), since)


def _waits_for_its_date(artist: Artist, available: Money) -> PayoutHold:
    schedule = schedule_of(artist)
    if schedule.next_at is None:
        reason = _("Ready. You have chosen to be paid only when you ask for it.")
        return PayoutHold(available, "schedule", reason, way_out=_("Ask for a payout on this page."))
    reason = _("Ready. It goes out with your next payout.")
    return PayoutHold(available, "schedule", reason, None, schedule.next_at, _("You can also ask for it now."))


def _stopped_by_a_person(artist: Artist, available: Money) -> Iterator[PayoutHold]:
    stop = open_stop_of(artist)
    if stop is not None:
        reason = _("We have stopped your payouts: %(reason)s") % {"reason": stop.reason}
        yield PayoutHold(available, "stopped", reason, stop.stopped_at, None, _("Answer the letter that we sent you."))


def _not_ready(account: PayoutAccount | None, artist: Artist, available: Money) -> Iterator[PayoutHold]:
    if account is None:
        way_out = _("Set up payouts on this page.")
        yield PayoutHold(available, "not_set_up", _("You have not set up payouts yet."), way_out=way_out)
        return
    wanted = requirements_in_words(account.requirements_due)
    way_out = _("It wants: %(what)s.") % {"what": _(", ").join(wanted)} if wanted else ""
    since, until = account.refreshed_at, account.requirements_deadline
    if not account.details_submitted:
        reason = _("Your details at the payment service are not complete.")
        yield PayoutHold(available, "not_complete", reason, since, until, way_out)
        return
    if not account.is_ready:
        reason = restriction_in_words(account.disabled_reason) or _(
            "The payment service is still checking your details or needs more of them."
        )
        yield PayoutHold(available, "restricted", reason, since, until, way_out)
    missing = missing_identity(account, declaration_of(artist))
    if missing:
        reason = _("We must know who sells before we pay. Still missing: %(what)s.") % {"what": _(", ").join(missing)}
        way_out = _("Complete it under “Who sells” and “Payouts” on this page.")
        yield PayoutHold(available, "identity", reason, None, None, way_out)


def _owing(artist: Artist, available: Money) -> Iterator[PayoutHold]:
    debt = artist_balance(artist, available.currency).debt
    if debt.amount_minor:
        reason = _("You owe %(amount)s after a refund; nothing is paid out before it is repaid.") % {"amount": debt}
        yield PayoutHold(available, "debt", reason, debt_since(artist, available.currency))


def _last_payout(artist: Artist, available: Money) -> Iterator[PayoutHold]:
    last = payouts_of(artist).filter(currency=available.currency).first()
    if last is None:
        return
    if last.state == Payout.State.SENDING:
        reason = _("A payout is on its way; the next one can follow when it has left.")
        yield PayoutHold(available, "under_way", reason, last.created_at, None, _("This takes minutes."))
    elif last.state == Payout.State.FAILED and last.ended_at is not None:
        again = last.ended_at + PAYOUT_RETRY_AFTER
        if again > now():
            reason = _("The last payout was refused: %(reason)s") % {"reason": last.failure_reason}
            yield PayoutHold(available, "refused", reason, last.ended_at, again, _("It is tried again by itself."))


def _below_minimum(available: Money) -> Iterator[PayoutHold]:
    least = least_payout(available.currency)
    if available < least:
        reason = _("Below the least that is paid out, %(least)s; %(missing)s is missing.") % {
            "least": least,
            "missing": least - available,
        }
        yield PayoutHold(available, "minimum", reason, way_out=_("It goes out once there is enough."))
