"""The keys of this site: read once per process, made at first start outside production."""

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from marketplace.core.clock import now
from marketplace.transparency.errors import SigningKeysMissing
from marketplace.transparency.keyfiles import SigningMaterial, make_signing_files, read_signing_files
from marketplace.transparency.models import SigningKey


@lru_cache(maxsize=4)
def _material_in(folder: Path) -> SigningMaterial:
    try:
        return read_signing_files(folder)
    except SigningKeysMissing:
        if settings.IN_PRODUCTION or (folder.is_dir() and any(folder.iterdir())):
            raise
    make_signing_files(folder, for_demo=True)
    return read_signing_files(folder)


def signing_material() -> SigningMaterial:
    """What this site signs with. Outside production a set is made where there is none.

    Raises SigningKeysMissing in production or for half a set, and SigningKeysUnusable.
    """
    return _material_in(Path(settings.CONFIGURATION.signing_dir))


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """The public key as a JWK (RFC 8037, section 2)."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(raw)}


def key_id(jwk: dict[str, str]) -> str:
    """The JWK's thumbprint (RFC 7638): SHA-256 over its required members in lexical order."""
    required = json.dumps({name: jwk[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return base64url(hashlib.sha256(required.encode()).digest())


def current_kid() -> str:
    """The id of the key that signs statements now."""
    return key_id(public_jwk(signing_material().statement_key.public_key()))


def publish_current_key() -> SigningKey:
    """Put the public half of the present key among those that are published, if it is not there."""
    jwk = public_jwk(signing_material().statement_key.public_key())
    kid = key_id(jwk)
    known = SigningKey.objects.filter(pk=kid).first()
    if known is None:
        SigningKey.objects.bulk_create(
            [SigningKey(kid=kid, public_jwk=jwk, first_used_at=now())], ignore_conflicts=True
        )
        known = SigningKey.objects.get(pk=kid)
    return known


def leaf_sha256() -> str:
    """SHA-256 (hex) of the certificate that signs Content Credentials."""
    return signing_material().leaf.fingerprint(hashes.SHA256()).hex()
