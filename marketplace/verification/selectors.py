"""The answers, for pages and API."""

from marketplace.verification.answers import CertificateAnswer, FileAnswer
from marketplace.verification.certificates import verify_certificate_file, verify_number
from marketplace.verification.files import verify_file

__all__ = ["verify_anything", "verify_certificate_file", "verify_file", "verify_number"]


def verify_anything(data: bytes) -> FileAnswer | CertificateAnswer:
    """A dropped file, whatever it is: a certificate (JSON) or a picture. Raises what those two raise."""
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return verify_certificate_file(data)
    return verify_file(data)
