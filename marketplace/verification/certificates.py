"""What a certificate is worth, by its number or as the signed file."""

from django.utils.translation import gettext as _

from marketplace.catalog.models import WorkFile
from marketplace.licensing.certificate import verify_certificate
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.selectors import grant_by_number
from marketplace.verification.answers import CertificateAnswer
from marketplace.verification.errors import NothingToCheck
from marketplace.verification.facts import work_facts


def verify_number(number: str) -> CertificateAnswer:
    """The licence with this number, however it is typed. Raises NothingToCheck and LicenceNotFound."""
    if not number.strip():
        raise NothingToCheck(way_out=_("Type the number as it stands on the certificate."))
    return _answer(grant_by_number(number), from_signed_file=False)


def verify_certificate_file(data: bytes) -> CertificateAnswer:
    """A certificate as signed JSON: its signature, then the licence's present state.

    Raises CertificateInvalid for what we did not sign or what was changed, and LicenceNotFound.
    """
    return _answer(verify_certificate(data).grant, from_signed_file=True)


def _answer(grant: LicenceGrant, *, from_signed_file: bool) -> CertificateAnswer:
    ending = getattr(grant, "ending", None)
    original = next((f for f in grant.version.files.all() if f.role == WorkFile.Role.ORIGINAL), None)
    return CertificateAnswer(
        number=grant.number,
        holder_name=grant.holder_name,
        granted_at=grant.granted_at,
        licence_code=grant.terms.code,
        licence_name=grant.terms.name,
        licence_summary=grant.terms.summary,
        wording_version=grant.terms.version,
        is_exclusive=grant.is_exclusive,
        is_valid=ending is None,
        ended_at=ending.ended_at if ending else None,
        work=work_facts(grant.work),
        file_sha256=original.sha256 if original else "",
        from_signed_file=from_signed_file,
    )
