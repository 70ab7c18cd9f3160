"""Who looks at works: a person's pseudonym, or the digest of an anonymous session."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts.models import User
from recommendations.models.steering import FeedSettings

Consent = FeedSettings.Consent


@dataclass(frozen=True, slots=True)
class Viewer:
    """``key`` is what events carry; ``user_id`` stays in this process, to leave out what the person owns.

    ``consent``: what the viewer said to being remembered, as far as the caller knows it. None: a person's stored
    answer counts; for a session it is the caller's word that it may be kept.
    """

    key: str
    user_id: UUID | None = None
    consent: Consent | None = None


def viewer_of(*, user: object = None, session_key: str | None = None, consent: Consent | None = None) -> Viewer | None:
    """The viewer behind a request; None for a stranger without a session.

    A session's key opens the session, so only its SHA-256 is kept.
    """
    if isinstance(user, User):
        return Viewer(key=f"p:{user.pseudonym.hex}", user_id=user.pk, consent=consent)
    if session_key:
        return Viewer(key=f"s:{_digest(session_key)}", consent=consent)
    return None


def passer_by(*, address: str, user_agent: str, consent: Consent) -> Viewer:
    """A stranger without a session: told apart by her network address and browser for counting within a day.

    Such a key is never stored as it is (``recommendations.consent``): who gives consent gets a session.
    """
    return Viewer(key=f"n:{_digest(f'{address} {user_agent}')}", consent=consent)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
