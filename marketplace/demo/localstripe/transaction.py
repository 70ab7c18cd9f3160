"""One transaction's view of the objects: load, insert, save, list, and savepoints."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .errors import resource_missing
from .identifiers import new_id

Json = dict[str, Any]


class Transaction:
    """Objects are loaded once per transaction: every reader of an id shares one dict, so none works on an old copy."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        account: str,
        platform: str,
        real_now_s: int,
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        self.connection = connection
        self.account = account
        self.platform = platform
        self.real_now_s = real_now_s
        self.request_id = request_id
        self.idempotency_key = idempotency_key
        self._loaded: dict[str, tuple[str, str, Json, Json]] = {}

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        return self.connection.execute(sql, values)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happened inside if it raises."""
        self.execute("SAVEPOINT effect")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO effect")
            self.execute("RELEASE effect")
            self._loaded.clear()
            raise
        self.execute("RELEASE effect")

    @contextmanager
    def acting_as(self, account: str) -> Iterator[None]:
        """Work on another account's objects for a moment (a transfer's other side)."""
        before, self.account = self.account, account
        try:
            yield
        finally:
            self.account = before

    # -- settings ------------------------------------------------------------------------------------------------
    def setting(self, name: str) -> str | None:
        row = self.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        self.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def name_platform(self) -> str:
        account = new_id("acct", 16)
        self.set_setting("platform_account", account)
        return account

    # -- objects -------------------------------------------------------------------------------------------------
    def insert(self, kind: str, body: Json, private: Json | None = None) -> Json:
        """Store a new object of this account; returns ``body``, now the transaction's shared dict."""
        private = private if private is not None else {}
        self.execute(
            "INSERT INTO objects (id, kind, account, created, body, private) VALUES (?, ?, ?, ?, ?, ?)",
            (
                body["id"],
                kind,
                self.account,
                body.get("created", self.real_now_s),
                json.dumps(body),
                json.dumps(private),
            ),
        )
        self._loaded[body["id"]] = (kind, self.account, body, private)
        return body

    def save(self, body: Json) -> Json:
        """Write back an object of this transaction and its private part."""
        _, _, shared, private = self._loaded[body["id"]]
        assert shared is body, "an object was changed through a copy"
        self.execute(
            "UPDATE objects SET body = ?, private = ? WHERE id = ?",
            (json.dumps(body), json.dumps(private), body["id"]),
        )
        return body

    def delete(self, id: str) -> None:
        self.execute("DELETE FROM objects WHERE id = ?", (id,))
        self.execute("DELETE FROM schedule WHERE object = ?", (id,))
        self._loaded.pop(id, None)

    def find(self, id: str, *, kind: str | None = None, any_account: bool = False) -> Json | None:
        if id not in self._loaded:
            row = self.execute("SELECT * FROM objects WHERE id = ?", (id,)).fetchone()
            if row is None:
                return None
            self._remember(row)
        found_kind, account, body, _ = self._loaded[id]
        if kind not in (None, found_kind) or (account != self.account and not any_account):
            return None
        return body

    def load(self, kind: str, id: str, *, param: str = "id", any_account: bool = False) -> Json:
        """The object, or Stripe's ``resource_missing`` naming the parameter that pointed to it."""
        body = self.find(id, kind=kind, any_account=any_account)
        if body is None:
            raise resource_missing(kind.rpartition(".")[2], id, param=param)
        return body

    def private(self, id: str) -> Json:
        """What the server keeps beside an object and never shows. ``save`` of the object writes it back."""
        if id not in self._loaded:
            self.find(id, any_account=True)
        return self._loaded[id][3]

    def kind_of(self, id: str) -> str:
        self.private(id)
        return self._loaded[id][0]

    def account_of(self, id: str) -> str:
        self.private(id)
        return self._loaded[id][1]

    def _remember(self, row: sqlite3.Row) -> Json:
        if row["id"] not in self._loaded:
            self._loaded[row["id"]] = (
                row["kind"],
                row["account"],
                json.loads(row["body"]),
                json.loads(row["private"]),
            )
        return self._loaded[row["id"]][2]

    def select(
        self,
        kind: str,
        *,
        where: dict[str, Any] | None = None,
        conditions: list[tuple[str, tuple[Any, ...]]] | None = None,
        newest_first: bool = True,
        limit: int | None = None,
        any_account: bool = False,
    ) -> list[Json]:
        """Objects of a kind; ``where`` maps JSON paths (``customer``, ``recurring.interval``) to values."""
        clauses = ["kind = ?"]
        values: list[Any] = [kind]
        if not any_account:
            clauses.append("account = ?")
            values.append(self.account)
        for path, wanted in (where or {}).items():
            clauses.append(f"json_extract(body, '$.{path}') = ?")
            values.append(int(wanted) if isinstance(wanted, bool) else wanted)
        for clause, clause_values in conditions or []:
            clauses.append(clause)
            values.extend(clause_values)
        order = "DESC" if newest_first else "ASC"
        sql = f"SELECT * FROM objects WHERE {' AND '.join(clauses)} ORDER BY seq {order}"  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {int(limit)}"
        return [self._remember(row) for row in self.execute(sql, tuple(values))]

    def sequence(self, id: str) -> int | None:
        """The position of an object in listings."""
        row = self.execute("SELECT seq FROM objects WHERE id = ?", (id,)).fetchone()
        return None if row is None else int(row["seq"])
