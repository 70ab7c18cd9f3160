"""When an artist's next payout is, and about how much it will be."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Sum

from billing.models import PayoutSchedule, RollingReserve, Sale
from billing.selectors.earnings import artist_balance
from billing.selectors.reserves import reserve_share
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money, share_of_basis_points


@dataclass(frozen=True, slots=True)
class NextPayout:
    """``at``: None where it waits until she asks; ``expected``: what will be available then, as far as is known now;
    ``least``: below this nothing is paid out.
    """

    at: datetime | None
    expected: Money
    least: Money

    @property
    def is_enough(self) -> bool:
        """Whether what is expected reaches the minimum."""
        return self.expected.amount_minor > 0 and not self.expected < self.least


def least_payout(currency: str) -> Money:
    """The least that is paid out in ``currency``; nothing where none is configured."""
    return Money(settings.CONFIGURATION.payout_minimums.get(currency, 0), currency)


def schedule_of(artist: Artist) -> PayoutSchedule:
    """When ``artist`` is paid; the shop's default, unsaved, where she has not chosen and had no money yet."""
    found = PayoutSchedule.objects.filter(artist=artist).first()
    if found is None:
        found = PayoutSchedule(artist=artist)
        found.next_at = found.date_after(now())
    return found


def next_payout(artist: Artist, currency: str) -> NextPayout:
    """The next payout of ``artist`` in ``currency``: what is available, and what will have matured or come out of her
    reserve by then, less what she owes. Refunds, disputes and sales to come can change it.
    """
    at = schedule_of(artist).next_at
    balance = artist_balance(artist, currency)
    by_then = at or now()
    maturing = _net_maturing(artist, currency, by_then)
    kept_back = share_of_basis_points(maturing, reserve_share(artist)) if maturing > 0 else 0
    released = RollingReserve.objects.filter(
        artist=artist, currency=currency, left_minor__gt=0, release_at__lte=by_then
    ).aggregate(total=Sum("left_minor"))["total"]
    expected = balance.available.amount_minor + maturing - kept_back + (released or 0) - balance.debt.amount_minor
    return NextPayout(at, Money(max(0, expected), currency), least_payout(currency))


def _net_maturing(artist: Artist, currency: str, by_then: datetime) -> int:
    total: int | None = Sale.objects.filter(
        artist=artist, currency=currency, state=Sale.State.PENDING, available_at__lte=by_then
    ).aggregate(
        total=Sum(
            F("gross_minor")
            - F("deducted_minor")
            - F("refunded_minor")
            + F("deducted_refunded_minor")
            - F("held_minor")
        )
    )["total"]
    return total or 0
