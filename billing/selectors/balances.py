"""Balances of any account of the ledger, now and at any past moment, in a time that does not grow with its entries.

A balance is the account's last closing and the entries since (`billing.services.closing`). An account with a floor has
a balance row of its own, which its writers lock; no other account has a row that writers share.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from billing.models import Account
from marketplace.core.money import Money

# No transaction stays open for so long: entries that were not there at a closing are no older than this.
LONGEST_TRANSACTION = timedelta(days=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_NEWEST = """
    SELECT l.up_to_entry, l.closed_at,
           coalesce((SELECT c.balance_minor FROM billing_accountclosing c
                     WHERE c.account_id = %(account)s AND c.closing_id <= l.id ORDER BY c.closing_id DESC LIMIT 1), 0)
    FROM billing_ledgerclosing l WHERE l.closed_at <= coalesce(%(moment)s, 'infinity'::timestamptz)
    ORDER BY l.id DESC LIMIT 1
"""
_SINCE = """
    SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = %(account)s AND e.id > %(after)s
"""
_UNTIL = _SINCE + " AND e.recorded_at > %(since)s AND e.recorded_at <= %(moment)s"


def balance_of(account: Account) -> Money:
    """What stands on ``account`` now, by the ledger's signs (a positive balance is owed or earned)."""
    closed, after, _closed_at = _closing_of(account, None)
    return Money(closed + _sum_of(_SINCE, account=account.pk, after=after), account.currency)


def balance_at(account: Account, moment: datetime) -> Money:
    """What stood on ``account`` at ``moment``: the sum of all entries that were recorded by then."""
    closed, after, closed_at = _closing_of(account, moment)
    since = closed_at - LONGEST_TRANSACTION if closed_at is not None else _EVER
    return Money(
        closed + _sum_of(_UNTIL, account=account.pk, after=after, since=since, moment=moment), account.currency
    )


def _closing_of(account: Account, moment: datetime | None) -> tuple[int, int, datetime | None]:
    """(the balance, the last entry, the time) of the last closing by ``moment``; of none: nothing, and no entry.

    Asked by itself: only when PostgreSQL is told the entry's number does it know that few entries come after it, and
    neither looks through those of all accounts nor starts other processes to help it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"account": account.pk, "moment": moment})
        found = cursor.fetchone()
    return (int(found[2]), int(found[0]), found[1]) if found is not None else (0, 0, None)


def _sum_of(sql: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])
