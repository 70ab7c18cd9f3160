"""Delivering events: at least once, signed, with growing gaps for three days, whatever dies in between.

A delivery is a row, written with its event. It stays pending until the receiver answered 2xx, so a server that is
killed between the receiver's answer and its own note delivers twice; receivers must bear that on Stripe as well.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from .events import with_pending_count
from .store import Store
from .transaction import Json, Transaction

GAPS_S = (1, 3, 10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600)
"""Seconds after each failed attempt; the last is repeated."""
GIVE_UP_AFTER_S = 3 * 24 * 3600
TIMEOUT_S = 20
COPY_GAP_S = 0.05
"""Between the copies of an event where the server was told to repeat it."""


@dataclass(frozen=True)
class Parcel:
    """One attempt: the event as JSON text, where to, and the secret to sign with.

    ``copies_at_once`` is more than 1 only where the server was told to repeat events.
    """

    event: str
    endpoint: str
    url: str
    secret: str
    payload: str
    copies_at_once: int = 1


def signature(payload: str, secret: str, timestamp: int) -> str:
    """The ``Stripe-Signature`` header (https://docs.stripe.com/webhooks#verify-manually)."""
    digest = hmac.new(secret.encode(), f"{timestamp}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def due_parcels(store: Store, *, limit: int, excluding: set[tuple[str, str]]) -> list[Parcel]:
    """Pending deliveries whose time has come, oldest first."""
    parcels: list[Parcel] = []
    with store.reading() as tx:
        rows = tx.execute(
            """SELECT d.event, d.endpoint, r.copies, r.together
               FROM deliveries d LEFT JOIN repeats r ON r.event = d.event AND r.endpoint = d.endpoint
               WHERE d.state = 'pending' AND d.next_at <= ? ORDER BY d.next_at, d.rowid LIMIT ?""",
            (time.time(), limit + len(excluding)),
        ).fetchall()
        for row in rows:
            if (row["event"], row["endpoint"]) in excluding or len(parcels) == limit:
                continue
            event = tx.find(row["event"], any_account=True)
            endpoint = tx.find(row["endpoint"], kind="webhook_endpoint")
            if event is None or endpoint is None:
                continue
            parcels.append(
                Parcel(
                    event=row["event"],
                    endpoint=row["endpoint"],
                    url=endpoint["url"],
                    secret=tx.private(endpoint["id"])["secret"],
                    payload=json.dumps(with_pending_count(tx, event), indent=2, ensure_ascii=False),
                    copies_at_once=row["copies"] if row["together"] else 1,
                )
            )
    return parcels


def send(parcel: Parcel) -> tuple[bool, str]:
    """All copies of an attempt at once. Success is that each was taken; what happened is told of one that was not."""
    if parcel.copies_at_once == 1:
        return _post(parcel)
    with ThreadPoolExecutor(parcel.copies_at_once) as pool:
        results = list(pool.map(_post, [parcel] * parcel.copies_at_once))
    return min(results, key=lambda result: result[0])


def _post(parcel: Parcel) -> tuple[bool, str]:
    """One POST. Redirects are not followed and proxies not used. Returns success and what happened."""
    target = urlsplit(parcel.url)
    body = parcel.payload.encode()
    connection: http.client.HTTPConnection
    if target.scheme == "https":
        connection = http.client.HTTPSConnection(target.netloc, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(target.netloc, timeout=TIMEOUT_S)
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    try:
        connection.request(
            "POST",
            path,
            body=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "Stripe/1.0 (local test server)",
                "Stripe-Signature": signature(parcel.payload, parcel.secret, int(time.time())),
                "Connection": "close",
            },
        )
        response = connection.getresponse()
        response.read(64 * 1024)
    except OSError as error:
        return False, str(error.strerror or error) or type(error).__name__
    except http.client.HTTPException as error:
        return False, f"{type(error).__name__}: {error}"
    finally:
        connection.close()
    return 200 <= response.status < 300, f"HTTP {response.status}"


def record(store: Store, attempts: list[tuple[Parcel, bool, str]]) -> None:
    """Note how attempts ended (delivered or not, and what happened): done, again later, or given up after 3 days."""
    with store.writing() as tx:
        for parcel, is_delivered, result in attempts:
            _record(tx, parcel, is_delivered=is_delivered, result=result)


def _record(tx: Transaction, parcel: Parcel, *, is_delivered: bool, result: str) -> None:
    now = time.time()
    row = tx.execute(
        "SELECT attempts, first_at FROM deliveries WHERE event = ? AND endpoint = ? AND state = 'pending'",
        (parcel.event, parcel.endpoint),
    ).fetchone()
    if row is None:
        return
    attempts = row["attempts"] + 1
    gap: float = GAPS_S[min(attempts, len(GAPS_S)) - 1]
    state = "pending"
    if is_delivered and _takes_a_copy(tx, parcel):
        gap = COPY_GAP_S
    elif is_delivered:
        state = "delivered"
    elif now + gap > row["first_at"] + GIVE_UP_AFTER_S:
        state = "given_up"
    tx.execute(
        """UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, last_result = ?
           WHERE event = ? AND endpoint = ?""",
        (state, attempts, now + gap, result, parcel.event, parcel.endpoint),
    )


def _takes_a_copy(tx: Transaction, parcel: Parcel) -> bool:
    """Whether a delivered event is delivered once more, as told; counts it."""
    values = (parcel.event, parcel.endpoint)
    tx.execute(
        "UPDATE repeats SET copies = copies - ? WHERE event = ? AND endpoint = ?", (parcel.copies_at_once, *values)
    )
    tx.execute("DELETE FROM repeats WHERE event = ? AND endpoint = ? AND copies < 1", values)
    return tx.execute("SELECT 1 FROM repeats WHERE event = ? AND endpoint = ?", values).fetchone() is not None


def resend(tx: Transaction, event: Json, *, endpoint: str | None = None) -> None:
    """Deliver an event again, to one endpoint or to all that it was meant for, now and with a new three days."""
    now = time.time()
    if endpoint is not None:
        tx.execute(
            """INSERT INTO deliveries (event, endpoint, state, first_at, next_at) VALUES (?, ?, 'pending', ?, ?)
               ON CONFLICT (event, endpoint) DO NOTHING""",
            (event["id"], endpoint, now, now),
        )
    tx.execute(
        """UPDATE deliveries SET state = 'pending', first_at = ?, next_at = ?
           WHERE event = ? AND (? IS NULL OR endpoint = ?)
             AND endpoint IN (SELECT id FROM objects WHERE kind = 'webhook_endpoint')""",
        (now, now, event["id"], endpoint, endpoint),
    )


def hurry(tx: Transaction, endpoint: str) -> None:
    """A receiver that may be back (the server restarted) is tried at once instead of at the end of a long gap."""
    tx.execute(
        "UPDATE deliveries SET next_at = ? WHERE endpoint = ? AND state = 'pending' AND attempts > 0",
        (time.time(), endpoint),
    )
