"""Balances of any account of the ledger, now and at any past moment, in a time that does not grow with its entries.

A balance is the account's last closing and the entries since (`billing.services.closing`). An account with a floor has
a balance row of its own, which its writers lock; no other account has a row that writers share.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from billing.models import Account
from marketplace.core.money import Money

# No transaction stays open for so long: entries that were not there at a closing are no older than this.
LONGEST_TRANSACTION = timedelta(days=1)

_NOW = """
    WITH newest AS (SELECT id, up_to_entry FROM billing_ledgerclosing ORDER BY id DESC LIMIT 1)
    SELECT coalesce((SELECT c.balance_minor FROM billing_accountclosing c
                     WHERE c.account_id = %(account)s AND c.closing_id <= (SELECT id FROM newest)
                     ORDER BY c.closing_id DESC LIMIT 1), 0)
         + coalesce((SELECT sum(e.amount_minor) FROM billing_entry e
                     WHERE e.account_id = %(account)s
                     AND e.id > coalesce((SELECT up_to_entry FROM newest), 0)), 0)
"""
_THEN = """
    WITH past AS (SELECT id, up_to_entry, closed_at FROM billing_ledgerclosing
                  WHERE closed_at <= %(moment)s ORDER BY id DESC LIMIT 1)
    SELECT coalesce((SELECT c.balance_minor FROM billing_accountclosing c
                     WHERE c.account_id = %(account)s AND c.closing_id <= (SELECT id FROM past)
                     ORDER BY c.closing_id DESC LIMIT 1), 0)
         + coalesce((SELECT sum(e.amount_minor) FROM billing_entry e
                     WHERE e.account_id = %(account)s
                     AND e.id > coalesce((SELECT up_to_entry FROM past), 0)
                     AND e.recorded_at > coalesce((SELECT closed_at FROM past) - %(longest)s, '-infinity')
                     AND e.recorded_at <= %(moment)s), 0)
"""


def balance_of(account: Account) -> Money:
    """What stands on ``account`` now, by the ledger's signs (a positive balance is owed or earned)."""
    return _asked(account, _NOW)


def balance_at(account: Account, moment: datetime) -> Money:
    """What stood on ``account`` at ``moment``: the sum of all entries that were recorded by then."""
    return _asked(account, _THEN, moment=moment, longest=LONGEST_TRANSACTION)


def _asked(account: Account, sql: str, **more: Any) -> Money:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"account": account.pk, **more})
        return Money(int(cursor.fetchone()[0]), account.currency)
