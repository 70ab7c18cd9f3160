"""Payouts: an artist's available money, transferred to her connected account.

The money leaves her available account when the payout is made, and comes back there if Stripe refuses.
Between the two stands ``payouts_in_transit``. The transfer's idempotency key is the payout's id, so that a
job that runs twice, or again after a crash between the transfer and our commit, transfers once.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import PayoutNotPossible
from billing.gateway import StripeRefused
from billing.models import Account, AccountKind, Balance, Payout, PayoutAccount, PayoutSchedule, Reason
from billing.selectors import PAYOUT_RETRY_AFTER, PayoutHold, blockers
from billing.services.debts import debt_of
from billing.services.ledger import account_of, lock_balance, post
from billing.services.payout_schedules import give_default_schedules
from billing.signals import payout_ended
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money

ASK_BEFORE_REPEATING_AFTER = timedelta(hours=1)


def pay_out_due() -> int:
    """Start the payouts whose date has come, and those that were refused a day ago; answers how many.

    Each takes all of the available money of one artist in one currency, unless something stops it
    (`billing.selectors.blockers`). May run twice at once.
    """
    give_default_schedules()
    due = PayoutSchedule.objects.filter(next_at__lte=now()).select_related("artist").order_by("next_at")
    on_their_date = sum(_pay_out_on_date(schedule) for schedule in due)
    return on_their_date + sum(_start_payout(account) == [] for account in _refused_a_day_ago())


@transaction.atomic
def pay_out_now(*, artist: Artist, currency: str) -> None:
    """Start a payout that ``artist`` asks for. Raises PayoutNotPossible with the first thing that stops it."""
    stopped_by = _start_payout(account_of(AccountKind.ARTIST_AVAILABLE, currency, artist=artist))
    if stopped_by is None:
        raise PayoutNotPossible(way_out=_("There is no available money at present."), cause="nothing")
    if stopped_by:
        first = stopped_by[0]
        raise PayoutNotPossible(first.reason, way_out=first.way_out, cause=first.cause)


@transaction.atomic
def _pay_out_on_date(schedule: PayoutSchedule) -> int:
    claimed = PayoutSchedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(
        next_at=schedule.date_after(now())
    )
    if not claimed:
        return 0
    accounts = Account.objects.filter(artist=schedule.artist, kind=AccountKind.ARTIST_AVAILABLE)
    return sum(_start_payout(account) == [] for account in accounts.select_related("artist").order_by("pk"))


def _refused_a_day_ago() -> list[Account]:
    last = Payout.objects.filter(artist=OuterRef("account__artist"), currency=OuterRef("account__currency"))
    newest = last.order_by("-created_at")
    again = (
        Balance.objects.filter(account__kind=AccountKind.ARTIST_AVAILABLE, amount_minor__gt=0)
        .annotate(last_state=Subquery(newest.values("state")[:1]), last_end=Subquery(newest.values("ended_at")[:1]))
        .filter(last_state=Payout.State.FAILED, last_end__lte=now() - PAYOUT_RETRY_AFTER)
    )
    return [balance.account for balance in again.select_related("account__artist").order_by("account_id")]


@transaction.atomic
def _start_payout(account: Account) -> list[PayoutHold] | None:
    """Start a payout of all that is there. Answers what stopped it: nothing where it began; None without money."""
    from billing.tasks import defer_payout

    artist = account.artist
    assert artist is not None  # the database keeps it so
    amount = lock_balance(account).amount_minor
    if amount <= 0:
        return None
    stopped_by = blockers(artist, Money(amount, account.currency))
    if stopped_by:
        return stopped_by
    payout = Payout.objects.create(
        artist=artist,
        destination=PayoutAccount.objects.get(artist=artist).stripe_account_id,
        amount_minor=amount,
        currency=account.currency,
    )
    transit = account_of(AccountKind.PAYOUTS_IN_TRANSIT, account.currency)
    post(
        object_ref=f"payout:{payout.id}",
        effect="started",
        reason=Reason.PAYOUT,
        entries=[(account, -amount), (transit, amount)],
    )
    defer_payout(str(payout.id))
    return []


def send_payout(*, payout_id: str) -> Payout:
    """Transfer a payout that was started. Raises a Retryable error where Stripe's answer is not known, or our own key
    is refused.

    A refusal ends the payout as failed, states Stripe's reason and returns the money to the artist's available
    account; but for a transfer that an earlier try has made, whose answer was lost.
    """
    payout = Payout.objects.select_related("artist").get(pk=payout_id)
    if payout.state != Payout.State.SENDING:
        return payout
    try:
        transfer = _transfer_made_earlier(payout) or gateway.create_transfer(
            amount=payout.amount,
            destination=payout.destination,
            group=f"payout:{payout.id}",
            metadata={"payout": str(payout.id)},
            idempotency_key=f"payout:{payout.id}",
        )
    except StripeRefused as refusal:
        # Said of this try alone. Whoever fails a payout whose transfer was made pays it a second time.
        made = gateway.transfer_in_group(f"payout:{payout.id}")
        if made is None:
            return _fail(payout, refusal)
        transfer = made
    return _finish(payout, transfer.id)


def _transfer_made_earlier(payout: Payout) -> gateway.Transfer | None:
    """Stripe forgets idempotency keys after a day: for a payout that waited long its transfer is looked for."""
    if payout.created_at > now() - ASK_BEFORE_REPEATING_AFTER:
        return None
    return gateway.transfer_in_group(f"payout:{payout.id}")


@transaction.atomic
def _finish(payout: Payout, transfer_id: str) -> Payout:
    claimed = Payout.objects.filter(pk=payout.pk, state=Payout.State.SENDING).update(
        state=Payout.State.SENT, stripe_transfer_id=transfer_id, ended_at=now()
    )
    if claimed:
        transit = account_of(AccountKind.PAYOUTS_IN_TRANSIT, payout.currency)
        cash = account_of(AccountKind.CASH_AT_STRIPE, payout.currency)
        post(
            object_ref=f"payout:{payout.id}",
            effect="sent",
            reason=Reason.PAYOUT,
            entries=[(transit, -payout.amount_minor), (cash, payout.amount_minor)],
            stripe_ref=transfer_id,
        )
    payout.refresh_from_db()
    if claimed:
        payout_ended.send(sender=Payout, payout=payout)
    return payout


@transaction.atomic
def _fail(payout: Payout, refusal: StripeRefused) -> Payout:
    available = account_of(AccountKind.ARTIST_AVAILABLE, payout.currency, artist=payout.artist)
    lock_balance(available)
    claimed = Payout.objects.filter(pk=payout.pk, state=Payout.State.SENDING).update(
        state=Payout.State.FAILED, failure_reason=_reason_of(refusal), ended_at=now()
    )
    if claimed:
        transit = account_of(AccountKind.PAYOUTS_IN_TRANSIT, payout.currency)
        debt = account_of(AccountKind.ARTIST_DEBT, payout.currency, artist=payout.artist)
        repaid = min(payout.amount_minor, debt_of(payout.artist, payout.currency))
        post(
            object_ref=f"payout:{payout.id}",
            effect="returned",
            reason=Reason.PAYOUT_RETURNED,
            entries=[
                (transit, -payout.amount_minor),
                (debt, repaid),
                (available, payout.amount_minor - repaid),
            ],
        )
    payout.refresh_from_db()
    if claimed:
        payout_ended.send(sender=Payout, payout=payout)
    return payout


def _reason_of(refusal: StripeRefused) -> str:
    if refusal.facts.get("stripe_code") == "balance_insufficient":
        return _("The shop's balance at Stripe is not settled yet; it will be tried again.")
    return str(refusal.facts.get("reason") or refusal.message)


def payouts_left_behind(*, older_than_s: int = 300) -> list[str]:
    """Payouts whose job may have died with its worker."""
    late = Payout.objects.filter(state=Payout.State.SENDING, created_at__lt=now() - timedelta(seconds=older_than_s))
    return [str(payout_id) for payout_id in late.values_list("id", flat=True)]
