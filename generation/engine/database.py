"""The worker's one connection to the queue's database, shared by its threads.

One, because many workers share a server whose connections are few. A statement takes milliseconds, so that threads
wait for each other no longer than that; news of the queue (NOTIFY) come over the same connection.
"""

import contextlib
import logging
import select
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from generation.engine.stopping import DatabaseAway

logger = logging.getLogger(__name__)

_CONNECT_TIMEOUT_S = 10
# A server that vanished without a word must not hold all threads for TCP's own quarter of an hour.
_DEAD_AFTER_MS = 20_000


class Database:
    """Statements for any thread; ``wait_for_news`` for one. A lost connection is opened again by the next statement."""

    def __init__(self, url: str, *, channel: str = "") -> None:
        self._url, self._channel = url, channel
        self._lock = threading.RLock()
        self._connection: psycopg.Connection | None = None
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)

    def rows(self, statement: Any, arguments: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """The statement's rows, committed. Raises DatabaseAway; after it nobody knows whether it was done."""
        with self._lock, self._away():
            cursor = self._connected().execute(statement, arguments)
            return cursor.fetchall() if cursor.description is not None else []

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All ``rows`` of the block, by this thread, or none of them. Raises DatabaseAway."""
        with self._lock, self._away(), self._connected().transaction():
            yield

    def wait_for_news(self, timeout_s: float) -> None:
        """Until the channel has news, ``wake`` is called, or the time is over. Raises DatabaseAway."""
        with self._lock, self._away():
            number = self._connected().fileno()
        # A thread that uses the connection meanwhile wakes this one too: it then looks into the queue once more. One
        # that has closed it leaves a number behind that select refuses.
        with contextlib.suppress(OSError, ValueError):
            select.select([self._woken.fileno(), number], [], [], timeout_s)
        with contextlib.suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass

    def wake(self) -> None:
        """End ``wait_for_news`` now. For any thread; also safe in a signal's handler."""
        with contextlib.suppress(BlockingIOError, OSError):
            self._waker.send(b"!")

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()
        self._woken.close()
        self._waker.close()

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=_CONNECT_TIMEOUT_S,
                application_name="generation-worker",
                keepalives_idle=15,
                tcp_user_timeout=_DEAD_AFTER_MS,
            )
            if self._channel:
                connection.add_notify_handler(lambda _news: self.wake())
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
            self._connection = connection
        return self._connection

    @contextlib.contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.DeadlockDetected):
                raise DatabaseAway(str(error)) from error
            self._drop()
            raise DatabaseAway(str(error).strip() or type(error).__name__) from error

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
