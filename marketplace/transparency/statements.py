"""Signed statements: JWS in flattened JSON form (RFC 7515, section 7.2.2), Ed25519 (RFC 8037)."""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from marketplace.transparency.errors import SigningKeyUnknown, StatementMalformed, StatementTampered
from marketplace.transparency.keys import base64url, publish_current_key, signing_material
from marketplace.transparency.models import SigningKey

MEMBERS = frozenset({"payload", "protected", "signature"})


def payload_bytes(payload: dict[str, Any]) -> bytes:
    """The bytes that are signed: UTF-8 JSON, keys in order, no spaces."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign_statement(payload: dict[str, Any]) -> dict[str, str]:
    """``payload`` (plain JSON values) signed by the site: `payload`, `protected`, `signature`, each base64url."""
    key = publish_current_key()
    header = base64url(payload_bytes({"alg": "EdDSA", "kid": key.kid, "typ": "atelier-statement+json"}))
    body = base64url(payload_bytes(payload))
    signature = signing_material().statement_key.sign(f"{header}.{body}".encode())
    return {"payload": body, "protected": header, "signature": base64url(signature)}


def _decoded(text: object) -> bytes:
    if not isinstance(text, str) or "=" in text:
        raise ValueError("base64url without padding is needed")
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    # Spare bits in the last letter would let a second spelling of the same signature pass.
    if base64url(data) != text:
        raise ValueError("not the one spelling of these bytes")
    return data


def verify_statement(statement: object) -> dict[str, Any]:
    """The payload of a statement that this site signed, now or with an earlier key.

    Raises StatementMalformed, SigningKeyUnknown or StatementTampered.
    """
    malformed = StatementMalformed(
        way_out=_("Use the file as it was downloaded: JSON with payload, protected and signature.")
    )
    if not isinstance(statement, dict) or set(statement) != MEMBERS:
        raise malformed
    try:
        header = json.loads(_decoded(statement["protected"]))
        body = _decoded(statement["payload"])
        signature = _decoded(statement["signature"])
    except (ValueError, binascii.Error, RecursionError) as error:
        raise malformed from error
    if not isinstance(header, dict) or header.get("alg") != "EdDSA" or not isinstance(header.get("kid"), str):
        raise malformed
    key = SigningKey.objects.filter(pk=header["kid"]).first()
    if key is None:
        raise SigningKeyUnknown(way_out=_("It was signed by somebody else, or for another site."))
    public = Ed25519PublicKey.from_public_bytes(_decoded(key.public_jwk["x"]))
    try:
        public.verify(signature, f"{statement['protected']}.{statement['payload']}".encode())
    except InvalidSignature as error:
        raise StatementTampered(way_out=_("Ask for the original file.")) from error
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise malformed from error
    if not isinstance(payload, dict):
        raise malformed
    return payload
