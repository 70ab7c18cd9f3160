"""How the log's entries hang together; the database's trigger computes the same hash by its own code."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

FIRST_PREVIOUS_HASH = "0" * 64


def entry_hash(
    *,
    previous_hash: str,
    sequence: int,
    entry_id: UUID,
    kind: str,
    subject: str,
    payload_sha256: str,
    logged_at: datetime,
) -> str:
    """SHA-256 (hex) over the fields, one per line, the time in UTC to the microsecond."""
    lines = (
        previous_hash,
        str(sequence),
        str(entry_id),
        kind,
        subject,
        payload_sha256,
        logged_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
