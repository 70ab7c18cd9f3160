"""What of a sale is its artist's: where it is taken from, and where it goes back to."""

from billing.models import Account, AccountKind, Sale
from billing.services.debts import debt_of
from billing.services.ledger import account_of, lock_balance
from billing.services.reserves import rolling_reserve_of, take_from_reserve


def reserve_of(sale: Sale) -> Account:
    """Where what a dispute holds of it waits."""
    return account_of(AccountKind.ARTIST_RESERVE, sale.currency, artist=sale.artist)


def taken_from_artist(sale: Sale, available: Account, share: int) -> list[tuple[Account, int]]:
    """Entries that take ``share`` of a sale from its artist, in this order: what is pending or kept back of this very
    sale, what is available, and the rest is owed. The caller posts them, once, and holds the lock on ``available``.
    """
    if sale.state == Sale.State.PENDING:
        return [(account_of(AccountKind.ARTIST_PENDING, sale.currency, artist=sale.artist), -share)]
    kept_back = take_from_reserve(sale, share)
    from_available = min(share - kept_back, lock_balance(available).amount_minor)
    debt = account_of(AccountKind.ARTIST_DEBT, sale.currency, artist=sale.artist)
    return [
        (rolling_reserve_of(sale), -kept_back),
        (available, -from_available),
        (debt, -(share - kept_back - from_available)),
    ]


def given_to_artist(sale: Sale, available: Account, share: int) -> list[tuple[Account, int]]:
    """Entries that give ``share`` of a sale to its artist; what she owes is repaid first. What was kept back of the
    sale for a while is not kept back again: the bank has decided.
    """
    if sale.state == Sale.State.PENDING:
        return [(account_of(AccountKind.ARTIST_PENDING, sale.currency, artist=sale.artist), share)]
    repaid = min(share, debt_of(sale.artist, sale.currency))
    debt = account_of(AccountKind.ARTIST_DEBT, sale.currency, artist=sale.artist)
    return [(debt, repaid), (available, share - repaid)]
