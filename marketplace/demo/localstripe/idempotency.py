"""Idempotency keys: the answer is stored in the transaction of its effect, so both are on disk or neither is."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .errors import StripeError
from .transaction import Transaction

KEPT_S = 24 * 3600
MAX_KEY_LENGTH = 255


@dataclass(frozen=True)
class StoredAnswer:
    status: int
    body: str
    request_id: str


class KeysInUse:
    """The keys that requests of this process are working on. Lost with the process, as their work then is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, account: str, key: str) -> Iterator[None]:
        """Raises a 409 while another request holds the same key."""
        with self._lock:
            if (account, key) in self._keys:
                raise StripeError(
                    f"There is currently another in-progress request using this Idempotent Key: {key} (that probably "
                    "means you submitted twice, and the other request is still going through). Please try again later.",
                    status=409,
                    type="idempotency_error",
                    code="idempotency_key_in_use",
                    is_final=False,
                )
            self._keys.add((account, key))
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard((account, key))


def fingerprint(method: str, path: str, params: dict[str, object]) -> str:
    """What must be the same when a key is used again: endpoint and parameters, whatever their order."""
    text = json.dumps([method, path, params], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_key(key: str) -> None:
    if len(key) > MAX_KEY_LENGTH:
        raise StripeError(
            f"Idempotency-Key is too long: at most {MAX_KEY_LENGTH} characters.",
            type="idempotency_error",
            is_final=False,
        )


def stored_answer(tx: Transaction, key: str, wanted_fingerprint: str) -> StoredAnswer | None:
    """The first answer under this key; raises ``idempotency_error`` if it was asked for something else."""
    row = tx.execute(
        "SELECT * FROM idempotency WHERE account = ? AND key = ? AND created > ?",
        (tx.account, key, time.time() - KEPT_S),
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != wanted_fingerprint:
        raise StripeError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
            is_final=False,
        )
    return StoredAnswer(int(row["status"]), str(row["body"]), str(row["request_id"]))


def store_answer(tx: Transaction, key: str, its_fingerprint: str, *, request_id: str, status: int, body: str) -> None:
    tx.execute(
        """INSERT OR REPLACE INTO idempotency (account, key, fingerprint, request_id, status, body, created)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (tx.account, key, its_fingerprint, request_id, status, body, time.time()),
    )


def forget_old_answers(tx: Transaction) -> None:
    tx.execute("DELETE FROM idempotency WHERE created <= ?", (time.time() - KEPT_S,))
