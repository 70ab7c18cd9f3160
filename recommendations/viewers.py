"""Who looks at works: a person's pseudonym, or the digest of an anonymous session."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts.models import User


@dataclass(frozen=True, slots=True)
class Viewer:
    """``key`` is what events carry; ``user_id`` stays in this process, to leave out what the person owns."""

    key: str
    user_id: UUID | None = None


def viewer_of(*, user: object = None, session_key: str | None = None) -> Viewer | None:
    """The viewer behind a request; None for a stranger without a session.

    A session's key opens the session, so only its SHA-256 is kept.
    """
    if isinstance(user, User):
        return Viewer(key=f"p:{user.pseudonym.hex}", user_id=user.pk)
    if session_key:
        return Viewer(key=f"s:{hashlib.sha256(session_key.encode()).hexdigest()[:40]}")
    return None
