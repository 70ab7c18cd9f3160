"""Reading the log and the published keys."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from marketplace.core.clock import now
from marketplace.transparency.chain import FIRST_PREVIOUS_HASH, entry_hash
from marketplace.transparency.keys import current_kid, publish_current_key, signing_material
from marketplace.transparency.models import LogEntry, SigningKey
from marketplace.transparency.statements import sign_statement


@dataclass(frozen=True, slots=True)
class LogReview:
    """What a walk through the log found: ``broken_at`` is the first entry that does not fit, with the reason."""

    entries: int
    head_hash: str
    broken_at: int | None = None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every entry follows the one before and has the hash of its content."""
        return self.broken_at is None


def review_log() -> LogReview:
    """Walk the whole log and compute every hash again."""
    previous, count = FIRST_PREVIOUS_HASH, 0
    for entry in LogEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        reason = ""
        if entry.sequence != count + 1:
            reason = f"entry {count + 1} is missing"
        elif entry.previous_hash != previous:
            reason = "it does not name the hash of the entry before"
        elif entry.entry_hash != _hash_of(entry):
            reason = "its hash is not that of its content"
        if reason:
            return LogReview(count, previous, broken_at=entry.sequence, reason=reason)
        previous, count = entry.entry_hash, count + 1
    return LogReview(count, previous)


def _hash_of(entry: LogEntry) -> str:
    return entry_hash(
        previous_hash=entry.previous_hash,
        sequence=entry.sequence,
        entry_id=entry.id,
        kind=entry.kind,
        subject=entry.subject,
        payload_sha256=entry.payload_sha256,
        logged_at=entry.logged_at,
    )


def entries_about(subject: str) -> QuerySet[LogEntry]:
    """The log's lines on one subject, oldest first."""
    return LogEntry.objects.filter(subject=subject).order_by("sequence")


def published_keys() -> dict[str, Any]:
    """Everything needed to check what this site signed, without asking it: a JWK set and the root of credentials."""
    publish_current_key()
    current = current_kid()
    return {
        "issuer": settings.BASE_URL,
        "keys": [
            {
                **key.public_jwk,
                "kid": key.kid,
                "alg": key.algorithm,
                "use": "sig",
                "first_used_at": key.first_used_at.isoformat(),
                "signs_now": key.kid == current,
            }
            for key in SigningKey.objects.order_by("first_used_at")
        ],
        "content_credentials_root_pem": signing_material().root_pem,
    }


def signed_log_head() -> dict[str, str]:
    """The newest entry's number and hash, signed. Whoever keeps it can prove later that nothing before was changed."""
    last = LogEntry.objects.order_by("-sequence").first()
    return sign_statement(
        {
            "type": "log_head",
            "issuer": settings.BASE_URL,
            "entries": last.sequence if last else 0,
            "head_hash": last.entry_hash if last else FIRST_PREVIOUS_HASH,
            "at": now().isoformat(),
        }
    )
