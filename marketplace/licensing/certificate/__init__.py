"""The certificate of a licence: a signed statement that machines read, and a sheet of paper that people frame."""

from marketplace.licensing.certificate.pdf import certificate_pdf
from marketplace.licensing.certificate.statement import (
    CertificateReading,
    certificate_json,
    certificate_payload,
    verify_address,
    verify_certificate,
)

__all__ = [
    "CertificateReading",
    "certificate_json",
    "certificate_payload",
    "certificate_pdf",
    "verify_address",
    "verify_certificate",
]
