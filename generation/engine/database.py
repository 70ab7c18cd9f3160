"""The worker's one connection to the queue's database, shared by its threads.

One, because many workers share a server whose connections are few. A statement takes milliseconds, so that threads
wait for each other no longer than that; news of the queue (NOTIFY) come over the same connection.
"""

import contextlib
import json
import logging
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from generation.engine.stopping import DatabaseAway

logger = logging.getLogger(__name__)

_CONNECT_TIMEOUT_S = 10
# A server that vanished without a word must not hold all threads for TCP's own quarter of an hour.
_DEAD_AFTER_MS = 20_000


class Database:
    """Statements for any thread; ``wait_for_news`` for one, ``wait_for_stops`` for another. A lost connection is opened
    again by the next statement.

    ``on_stop`` hears the row of the queue that somebody wants stopped; it is called with the connection held, so it
    may only lay that down.
    """

    def __init__(self, url: str, *, channel: str = "", on_stop: Callable[[int], None] | None = None) -> None:
        self._url, self._channel, self._on_stop = url, channel, on_stop
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

    def wait_for_stops(self, bell: socket.socket, timeout_s: float) -> None:
        """Until ``bell`` can be read, something came over the connection, or the time is over. Costs no statement; a
        connection that is lost is not opened again for it. Raises DatabaseAway.
        """
        with self._lock:
            connection = self._connection
            number = connection.fileno() if connection is not None and not connection.closed else None
        try:
            awaited = [bell.fileno()] if number is None else [bell.fileno(), number]
            ready, _, _ = select.select(awaited, [], [], timeout_s)
        except (OSError, ValueError):  # another thread has closed it meanwhile
            ready = []
        if number not in ready:
            return
        with self._lock, self._away():
            if connection is None or connection is not self._connection or connection.closed:
                return
            # Another thread's answer may be what came; it was read before the lock was free, and this reads nothing.
            connection.pgconn.consume_input()
            while (news := connection.pgconn.notifies()) is not None:
                self._hear(news.extra.decode())

    def _hear(self, payload: str) -> None:
        """What the queue's triggers say: a job was added, or one that runs is to be stopped."""
        try:
            told = json.loads(payload)
            kind, row_id = told["type"], int(told["job_id"])
        except (ValueError, TypeError, KeyError):
            kind, row_id = "", 0
        if kind == "abort_job_requested":
            if self._on_stop is not None:
                self._on_stop(row_id)
        else:
            self.wake()

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
                connection.add_notify_handler(lambda news: self._hear(news.payload))
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
