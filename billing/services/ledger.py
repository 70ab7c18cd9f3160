"""Posting to the ledger: the one place that inserts transactions and entries.

Order of locks, the same everywhere: balance row(s) first, by account id; then holds, lots, sales; then the
insert of the transaction, whose unique key makes a second writer wait for the first.
"""

from collections.abc import Collection, Sequence

from django.db import connection, transaction
from django.db.models import Q

from billing.models import Account, AccountKind, Balance, Entry, Reason, Sale, Transaction
from billing.services.once import insert_once
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
    account = Account.objects.filter(kind=kind, currency=currency, user=user, artist=artist).first()
    return account or _open(kind, currency, user, artist)


def accounts_of(
    kinds: Sequence[AccountKind], currency: str, *, user: User | None = None, artist: Artist | None = None
) -> list[Account]:
    """The accounts of different ``kinds`` in their order, asked for at once: a person's are those of ``user``, an
    artist's those of ``artist``, the others the shop's. Opened as `account_of` opens them, in that order.
    """
    owners: dict[str, tuple[User | None, Artist | None]] = {
        "user_": (user, None),
        "artist_": (None, artist),
        "shop": (None, None),
    }
    wanted = [(kind, *owners[_sort_of_owner(kind)]) for kind in kinds]
    any_of = Q()
    for kind, person, hers in wanted:
        any_of |= Q(kind=kind, user=person, artist=hers)
    found = {AccountKind(account.kind): account for account in Account.objects.filter(any_of, currency=currency)}
    return [found.get(kind) or _open(kind, currency, person, hers) for kind, person, hers in wanted]


def _open(kind: AccountKind, currency: str, user: User | None, artist: Artist | None) -> Account:
    owner = {"currency": currency, "user": user, "artist": artist}
    accounts = [Account(kind=each, **owner) for each in sorted(_kinds_beside(kind, currency))]
    Account.objects.bulk_create(accounts, ignore_conflicts=True)
    return Account.objects.get(kind=kind, **owner)


def _kinds_beside(kind: AccountKind, currency: str) -> list[AccountKind]:
    """The kinds that have the same sort of owner (a person, an artist, or the shop) and hold credits, or money."""
    kinds = IN_CREDITS if currency == CREDITS else frozenset(AccountKind) - IN_CREDITS
    return [each for each in {*kinds, kind} if _sort_of_owner(each) == _sort_of_owner(kind)]


def _sort_of_owner(kind: AccountKind) -> str:
    return next((sort for sort in ("user_", "artist_") if kind.startswith(sort)), "shop")


def open_accounts(artists: Collection[Artist], currency: str) -> None:
    """Open the accounts of several artists in one order; for who then posts to them in another.

    What is opened here keeps others from opening it until the transaction ends.
    """
    for artist in sorted(set(artists), key=lambda artist: artist.pk):
        account_of(AccountKind.ARTIST_PENDING, currency, artist=artist)


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


def lock_payment(payment_ref: str) -> None:
    """Until the transaction ends, nobody else decides what the payment with this id at Stripe is.

    Whoever turns a payment into something (a sale, credits, money to be returned) and whoever notes that a bank
    disputes it calls this before looking, and after the lock on what was paid for: neither can miss what the other has
    written and not committed. Nothing happens without an id.
    """
    if payment_ref:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"billing.payment:{payment_ref}"])


# Without a savepoint of its own: within a caller's transaction, what fails here ends that transaction (or the caller's
# own savepoint) as a whole, which is what a posting wants.
@transaction.atomic(savepoint=False)
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
    # A conflict waits for the writer of the same key and leaves our own transaction usable.
    if not insert_once(made):
        return Transaction.objects.get(object_ref=object_ref, effect=effect), False
    Entry.objects.bulk_create(
        [Entry(transaction=made, account=account, amount_minor=amount) for account, amount in moved]
    )
    return made, True
