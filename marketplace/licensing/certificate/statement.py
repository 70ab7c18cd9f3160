"""What a certificate says, signed by the site's key, and the reading of one that somebody brings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.catalog.models import WorkFile
from marketplace.core.errors import AtelierError
from marketplace.licensing.errors import CertificateInvalid
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.selectors import grant_by_number
from marketplace.transparency.statements import sign_statement, verify_statement

STATEMENT_TYPE = "atelier.licence-certificate"
FORMAT = 1


def verify_address(grant: LicenceGrant) -> str:
    """Where anyone can check this licence."""
    return f"{settings.BASE_URL}/verify?number={grant.number}"


def certificate_payload(grant: LicenceGrant) -> dict[str, Any]:
    """The facts that are signed: the same each time they are asked for. No e-mail, no price."""
    original = next((f for f in grant.version.files.all() if f.role == WorkFile.Role.ORIGINAL), None)
    terms = grant.terms
    return {
        "type": STATEMENT_TYPE,
        "format": FORMAT,
        "number": grant.number,
        "issuer": settings.BASE_URL,
        "granted_at": grant.granted_at.isoformat(timespec="seconds"),
        "holder": {"name": grant.holder_name},
        "artist": {"name": grant.work.artist.name, "handle": grant.work.artist.handle},
        "work": {
            "id": str(grant.work_id),
            "titles": {text.language: text.title for text in grant.work.texts.all()},
            "address": settings.BASE_URL + grant.work.get_absolute_url(),
            "version": grant.version.number,
            "file_sha256": original.sha256 if original else None,
            "media_type": original.media_type if original else None,
        },
        "licence": {
            "code": terms.code,
            "wording_version": terms.version,
            "exclusive": terms.is_exclusive,
            "name": {"en": terms.name_en, "zh-hans": terms.name_zh},
            "summary": {"en": terms.summary_en, "zh-hans": terms.summary_zh},
            "wording": {"en": terms.text_en, "zh-hans": terms.text_zh},
        },
        "verify_at": verify_address(grant),
    }


def certificate_json(grant: LicenceGrant) -> bytes:
    """The certificate as a file (UTF-8 JSON): ``certificate`` to read, ``signed`` to check (a signed statement).

    Raises transparency's errors where the site has no signing keys.
    """
    payload = certificate_payload(grant)
    return json.dumps(
        {"certificate": payload, "signed": sign_statement(payload)}, ensure_ascii=False, indent=2
    ).encode()


@dataclass(frozen=True, slots=True)
class CertificateReading:
    """A certificate whose signature is ours. ``grant`` is the record that it speaks of, in its present state."""

    payload: Mapping[str, Any]
    grant: LicenceGrant

    @property
    def is_in_force(self) -> bool:
        """Whether the licence has not ended since the certificate was made."""
        return getattr(self.grant, "ending", None) is None


def verify_certificate(signed: bytes | str) -> CertificateReading:
    """Read a certificate's file, or the signed statement in it alone.

    Raises CertificateInvalid where it is not one, is not ours, or was changed in its readable or its signed part, and
    LicenceNotFound where our record does not have its number.
    """
    refused = CertificateInvalid(
        _("This is not a certificate that Atelier signed, or it was changed afterwards."),
        way_out=_("Use the file as it was downloaded, or type the certificate's number."),
    )
    try:
        file = json.loads(signed)
    except ValueError as error:
        raise refused from error
    if not isinstance(file, dict):
        raise refused
    try:
        payload = verify_statement(file.get("signed", file))
    except AtelierError as error:
        raise refused from error
    if payload.get("type") != STATEMENT_TYPE or file.get("certificate", payload) != payload:
        raise refused
    return CertificateReading(payload=payload, grant=grant_by_number(str(payload.get("number", ""))))
