"""Sending a letter: claimed first, so that it never goes out twice."""

import smtplib
import socket
from datetime import timedelta
from uuid import UUID

from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.digests.letters import letter_of
from marketplace.digests.models import Digest

State = Digest.State
# News that waited longer are none.
STALE_AFTER = timedelta(days=3)
# After these the mail server has surely not taken the letter. After any other failure it may have: then it stays
# claimed, and is not sent again.
NOT_TAKEN = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ConnectionRefusedError, socket.gaierror)


def send_digest(*, digest_id: UUID) -> bool:
    """Send it where it waits; answers whether it was sent. Of callers at once, one sends.

    Called outside of a transaction: the claim must stand before the mail server is spoken to. A letter whose works are
    all gone meanwhile, or that its reader no longer wants, is dropped. Raises Retryable where the server did not take
    it.
    """
    if not Digest.objects.filter(pk=digest_id, state=State.WAITING).update(state=State.SENDING):
        return False
    digest = Digest.objects.select_related("reader").get(pk=digest_id)
    try:
        letter = None if digest.written_at < now() - STALE_AFTER else letter_of(digest)
    except Exception:
        _release(digest)  # nothing was sent
        raise
    if letter is None:
        _end(digest, State.DROPPED)
        return False
    try:
        letter.send()
    except NOT_TAKEN as error:
        if _is_refused_for_good(error):
            _end(digest, State.DROPPED)
            return False
        _release(digest)
        raise Retryable("The mail server did not take a letter.", way_out="It is tried again.") from error
    _end(digest, State.SENT)
    return True


def _is_refused_for_good(error: Exception) -> bool:
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _said in error.recipients.values())


def _release(digest: Digest) -> None:
    Digest.objects.filter(pk=digest.pk, state=State.SENDING).update(state=State.WAITING)


def _end(digest: Digest, state: str) -> None:
    Digest.objects.filter(pk=digest.pk, state=State.SENDING).update(state=state, ended_at=now())
