"""The rolling reserve of new artists: taken when a sale matures, given to refunds first, released by its date.

All who change a reserve hold the lock on the artist's available balance, so that the rows and her account
`artist_rolling_reserve` move together.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from billing.models import Account, AccountKind, Reason, RollingReserve, Sale
from billing.selectors.reserves import reserve_share
from billing.services.debts import debt_of
from billing.services.ledger import account_of, lock_balance, post
from marketplace.core.clock import now
from marketplace.core.money import share_of_basis_points


def keep_back(sale: Sale, *, net: int, at_most: int) -> int:
    """Keep back the reserve's part of ``net``, ``at_most`` minor units of it; answers how much, for the caller to post.

    The caller has claimed the sale's maturing and holds the lock on the artist's available balance.
    """
    kept = min(share_of_basis_points(net, reserve_share(sale.artist)), at_most)
    if kept:
        RollingReserve.objects.create(
            sale=sale,
            artist=sale.artist,
            currency=sale.currency,
            amount_minor=kept,
            left_minor=kept,
            taken_at=now(),
            release_at=now() + timedelta(days=settings.CONFIGURATION.reserve_days),
        )
    return kept


def take_from_reserve(sale: Sale, share: int) -> int:
    """Take up to ``share`` out of what is kept back of this sale; answers how much, for the caller to post.

    The caller holds the lock on the artist's available balance.
    """
    row = RollingReserve.objects.filter(sale=sale, left_minor__gt=0).first()
    if row is None:
        return 0
    taken = min(share, row.left_minor)
    row.left_minor -= taken
    row.save(update_fields=["left_minor"])
    return taken


def rolling_reserve_of(sale: Sale) -> Account:
    """The account in which the reserve of the sale's artist stands."""
    return account_of(AccountKind.ARTIST_ROLLING_RESERVE, sale.currency, artist=sale.artist)


def release_reserves() -> int:
    """Make every reserve whose date has come available to its artist; answers how many. May run twice at once."""
    due = RollingReserve.objects.filter(left_minor__gt=0, release_at__lte=now()).order_by("release_at")
    return sum(_release(row) for row in due.select_related("sale", "artist").iterator())


@transaction.atomic
def _release(due: RollingReserve) -> bool:
    available = account_of(AccountKind.ARTIST_AVAILABLE, due.currency, artist=due.artist)
    lock_balance(available)
    # A refund may have taken some or all of it meanwhile.
    left = RollingReserve.objects.get(pk=due.pk).left_minor
    if not left:
        return False
    RollingReserve.objects.filter(pk=due.pk).update(left_minor=0, released_at=now())
    repaid = min(left, debt_of(due.artist, due.currency))
    debt = account_of(AccountKind.ARTIST_DEBT, due.currency, artist=due.artist)
    _made, is_new = post(
        object_ref=due.sale.line_ref,
        effect="reserve_released",
        reason=Reason.RESERVE_RELEASED,
        entries=[(rolling_reserve_of(due.sale), -left), (debt, repaid), (available, left - repaid)],
    )
    if not is_new:
        raise AssertionError(f"the reserve of {due.sale.line_ref} is released a second time")
    return True
