"""Posting to the ledger: the one place that inserts transactions and entries.

Order of locks, the same everywhere: balance row(s) first, by account id; then holds, lots, sales; then the
insert of the transaction, whose unique key makes a second writer wait for the first.
"""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from billing.models import Account, AccountKind, Balance, Entry, Reason, Sale, Transaction
from marketplace.accounts.models import Artist, User
from marketplace.core.money import CREDITS

# The kinds whose accounts hold credits; all others hold money.
IN_CREDITS = frozenset(
    {
        AccountKind.USER_CREDITS,
        AccountKind.USER_HELD,
        AccountKind.CREDITS_ISSUED,
        AccountKind.CREDITS_SPENT,
        AccountKind.CREDITS_EXPIRED,
    }
)


def account_of(kind: AccountKind, currency: str, *, user: User | None = None, artist: Artist | None = None) -> Account:
    """The account, opened where it does not exist; two callers at once open one.

    All accounts of an owner in a currency are opened together, in one order: two transactions that open them one by
    one, each in its own order, would wait for each other in a circle.
    """
    owner = {"currency": currency, "user": user, "artist": artist}
    account = Account.objects.filter(kind=kind, **owner).first()
    if account is None:
        accounts = [Account(kind=each, **owner) for each in sorted(_kinds_beside(kind, currency))]
        Account.objects.bulk_create(accounts, ignore_conflicts=True)
        account = Account.objects.get(kind=kind, **owner)
    return account


def _kinds_beside(kind: AccountKind, currency: str) -> list[AccountKind]:
    """The kinds that have the same sort of owner (a person, an artist, or the shop) and hold credits, or money."""
    kinds = IN_CREDITS if currency == CREDITS else frozenset(AccountKind) - IN_CREDITS
    return [each for each in {*kinds, kind} if _sort_of_owner(each) == _sort_of_owner(kind)]


def _sort_of_owner(kind: AccountKind) -> str:
    return next((sort for sort in ("user_", "artist_") if kind.startswith(sort)), "shop")


def lock_balance(account: Account) -> Balance:
    """The balance row of an account with a floor, locked until the transaction ends."""
    return Balance.objects.select_for_update(no_key=True).get(account=account)


def lock_available(sales: Collection[Sale]) -> None:
    """Lock the available balances of the artists of ``sales`` and of all that is part of them, by account id."""
    keys = [sale.pk for sale in sales]
    parts = Sale.objects.filter(Q(part_of__in=keys) | Q(part_of__part_of__in=keys))
    every = [*sales, *parts.select_related("artist")]
    # An account that is opened here keeps others from opening it until the end: they are opened in one order as well.
    owners = {(sale.artist_id, sale.currency): sale.artist for sale in every}
    accounts = [
        account_of(AccountKind.ARTIST_AVAILABLE, currency, artist=owners[artist_id, currency])
        for artist_id, currency in sorted(owners)
    ]
    for account in sorted(accounts, key=lambda account: account.pk):
        lock_balance(account)


@transaction.atomic
def post(
    *,
    object_ref: str,
    effect: str,
    reason: Reason | str,
    entries: Sequence[tuple[Account, int]],
    stripe_ref: str = "",
) -> tuple[Transaction, bool]:
    """Record one effect on one object, once.

    ``entries``: (account, signed minor units); zeros are left out. ``stripe_ref``: where money moved at Stripe, its id
    there, by which the reconciliation finds it. Answers the transaction and whether this
    call made it; a repetition changes nothing. Entries that do not add up to zero are refused by the
    database at commit. Raises IntegrityError where an account with a floor would fall below zero.
    """
    moved = [(account, amount) for account, amount in entries if amount]
    made = Transaction(
        object_ref=object_ref, effect=effect, reason=reason, stripe_ref=stripe_ref, entry_count=len(moved)
    )
    # ON CONFLICT DO NOTHING waits for a writer of the same key and leaves our own transaction usable.
    Transaction.objects.bulk_create([made], ignore_conflicts=True)
    recorded = Transaction.objects.get(object_ref=object_ref, effect=effect)
    if recorded.id != made.id:
        return recorded, False
    Entry.objects.bulk_create(
        [Entry(transaction=recorded, account=account, amount_minor=amount) for account, amount in moved]
    )
    return recorded, True
