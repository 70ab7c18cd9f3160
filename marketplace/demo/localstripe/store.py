"""The SQLite file: its schema, one connection per thread, and read and write transactions.

Writes take the database's only write lock at their start (BEGIN IMMEDIATE), so two requests never decide on the
same old state, and are on disk when the answer leaves (synchronous=FULL).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .transaction import Transaction

LOCK_TIMEOUT_S = 60

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    private TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_of_kind ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS objects_of_customer ON objects (kind, json_extract(body, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_of_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_of_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_of_source ON objects (kind, json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_of_type ON objects (kind, json_extract(body, '$.type'));
CREATE TABLE IF NOT EXISTS deliveries (
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL DEFAULT 0,
    first_at REAL NOT NULL,
    next_at REAL NOT NULL,
    last_result TEXT,
    PRIMARY KEY (event, endpoint)
);
CREATE TABLE IF NOT EXISTS repeats (
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    copies INTEGER NOT NULL,
    together INTEGER NOT NULL,
    PRIMARY KEY (event, endpoint)
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (next_at) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency (created);
CREATE TABLE IF NOT EXISTS clocks (
    id TEXT PRIMARY KEY,
    frozen_at INTEGER,
    offset_s INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS schedule (
    object TEXT NOT NULL,
    task TEXT NOT NULL,
    clock TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (object, task)
);
CREATE TABLE IF NOT EXISTS file_contents (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT OR IGNORE INTO clocks (id) VALUES ('real'), ('billing');
"""


class Store:
    """The database of one server. ``platform`` is the id of the account that owns the secret key."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "localstripe.sqlite3"
        self._local = threading.local()
        self._write_lock = threading.Lock()
        self.platform = ""
        self.changed = threading.Event()  # set by each commit of this process: the delivery waits for it
        connection = self._connection()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(SCHEMA)
        with self.writing() as tx:
            self.platform = tx.setting("platform_account") or tx.name_platform()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=LOCK_TIMEOUT_S, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous=FULL")
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection (before a fork)."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def writing(
        self, *, account: str | None = None, request_id: str | None = None, idempotency_key: str | None = None
    ) -> Iterator[Transaction]:
        """A write transaction: committed at the end, rolled back by any exception."""
        connection = self._connection()
        # The thread lock queues this process's own writers fairly; SQLite's lock guards against other processes.
        with self._write_lock:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(
                    connection,
                    account=account or self.platform,
                    platform=self.platform,
                    real_now_s=int(time.time()),
                    request_id=request_id,
                    idempotency_key=idempotency_key,
                )
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self.changed.set()

    @contextmanager
    def reading(self, *, account: str | None = None) -> Iterator[Transaction]:
        """One consistent snapshot; nothing written in it is kept."""
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield Transaction(
                connection,
                account=account or self.platform,
                platform=self.platform,
                real_now_s=int(time.time()),
            )
        finally:
            connection.execute("ROLLBACK")
