"""Writing to the public log, and signing statements."""

import re

from django.db import connection, transaction

from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.transparency.chain import FIRST_PREVIOUS_HASH, entry_hash
from marketplace.transparency.models import LogEntry
from marketplace.transparency.statements import sign_statement, verify_statement

__all__ = ["append_log", "sign_statement", "verify_statement"]

_SHA256 = re.compile(r"[0-9a-f]{64}")


def append_log(*, kind: str, subject: str, payload_sha256: str) -> LogEntry:
    """Add a line to the log, inside the caller's transaction; the same line a second time is the first one.

    ``kind`` says what happened (`work_published`), ``subject`` to what (`work:<id>`), ``payload_sha256`` (hex) what
    exactly. Others who append wait until the caller's transaction ends: call it last in the transaction.
    Raises ValueError for what cannot be a line.
    """
    if not _SHA256.fullmatch(payload_sha256):
        raise ValueError("payload_sha256 is 64 hexadecimal digits")
    if not kind or not subject or "\n" in kind + subject:
        raise ValueError("kind and subject are single lines")
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The trigger takes the same lock; taken before reading so that the last entry is the last.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('transparency_logentry'))")
        known = LogEntry.objects.filter(kind=kind, subject=subject, payload_sha256=payload_sha256).first()
        if known:
            return known
        last = LogEntry.objects.order_by("-sequence").first()
        fields = {
            "sequence": last.sequence + 1 if last else 1,
            "kind": kind,
            "subject": subject,
            "payload_sha256": payload_sha256,
            "logged_at": now(),
            "previous_hash": last.entry_hash if last else FIRST_PREVIOUS_HASH,
        }
        entry_id = new_id()
        return LogEntry.objects.create(
            id=entry_id,
            **fields,
            entry_hash=entry_hash(entry_id=entry_id, **fields),  # type: ignore[arg-type]
        )
