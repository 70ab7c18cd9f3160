"""Closing the ledger: the balances of all accounts that moved, up to an entry below which nothing can come any more."""

import logging
from datetime import datetime

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from billing.models import LedgerClosing

log = logging.getLogger(__name__)

# How long writers may be kept waiting while those before them finish; longer, and the closing waits for the next turn.
PATIENCE_MS = 500

_BALANCES = """
    INSERT INTO billing_accountclosing (closing_id, account_id, balance_minor)
    SELECT %(closing)s, moved.account_id, moved.total + coalesce(
        (SELECT c.balance_minor FROM billing_accountclosing c WHERE c.account_id = moved.account_id
         ORDER BY c.closing_id DESC LIMIT 1), 0)
    FROM (SELECT account_id, sum(amount_minor) AS total FROM billing_entry
          WHERE id > %(after)s AND id <= %(up_to)s GROUP BY account_id) AS moved
"""


def close_ledger() -> LedgerClosing | None:
    """Write down the balance of every account that moved since the last closing; None where none did, where another
    process is closing just now, or where a writer did not finish in time. May run twice at once.
    """
    boundary = _boundary()
    if boundary is None:
        return None
    up_to, closed_at = boundary
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('billing.close_ledger'))")
        if not cursor.fetchone()[0]:
            return None
        last = LedgerClosing.objects.order_by("-id").first()
        after = last.up_to_entry if last is not None else 0
        if up_to <= after:
            return None
        closing = LedgerClosing.objects.create(up_to_entry=up_to, closed_at=closed_at)
        cursor.execute(_BALANCES, {"closing": closing.pk, "after": after, "up_to": up_to})
    return closing


def _boundary() -> tuple[int, datetime] | None:
    """The highest entry and the moment at which it was: a lock waits until nobody is writing any, so that no lower
    number can still be on its way to a commit.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE_MS}ms"])
            cursor.execute("LOCK TABLE billing_entry IN SHARE MODE")
            cursor.execute("SELECT max(id), clock_timestamp() FROM billing_entry")
            up_to, closed_at = cursor.fetchone()
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        log.warning("the ledger was not closed: somebody has been writing for longer than %d ms", PATIENCE_MS)
        return None
    return (up_to, closed_at) if up_to is not None else None
