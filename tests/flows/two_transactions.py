"""One transaction is still open while another, on a connection of its own, must wait for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from marketplace.core.errors import AtelierError
from tests.demo.localstripe.server import wait_until

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def while_open(first: Callable[[], object], second: Callable[[], object]) -> str:
    """Call ``first``, and ``second`` before the first's transaction ends; answers "ok" or the second's error's code.

    Fails where the second does not wait.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(_alone, second)
            wait_until(lambda: other.done() or _waiting() == 1, timeout_s=60, what="waiting for the lock")
            assert not other.done(), f"the second did not wait: {other.result()}"
        return other.result()


def _alone(call: Callable[[], object]) -> str:
    try:
        call()
    except AtelierError as error:
        return error.code
    finally:
        connection.close()
    return "ok"


def _waiting() -> int:
    with connection.cursor() as cursor:
        # Within one transaction PostgreSQL shows what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])
