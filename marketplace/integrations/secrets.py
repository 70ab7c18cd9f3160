"""Secrets of endpoints: made, sealed for the database, and used to sign as Standard Webhooks says.

The database holds them only sealed under a key that is derived from the shop's own: a copy of the database alone signs
nothing. After a change of ATELIER_SECRET_KEY they cannot be opened any more, and their owners make new ones.
"""

import base64
import secrets
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from standardwebhooks import Webhook

from marketplace.integrations.errors import SecretUnreadable

PREFIX = "whsec_"
# The specification asks for 24 to 64 bytes.
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as its owner gets it: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str) -> str:
    """``secret`` as the database holds it."""
    return _box().encrypt(secret.encode()).decode()


def open_sealed(sealed: str) -> str:
    """The secret again. Raises SecretUnreadable."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def signed_headers(*, message_id: str, at: datetime, body: str, keys: list[str]) -> dict[str, str]:
    """The three headers of the specification; each of ``keys`` signs, so that a receiver may know either."""
    signatures = [Webhook(key).sign(message_id, at, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _box() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"atelier webhook secrets")
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
