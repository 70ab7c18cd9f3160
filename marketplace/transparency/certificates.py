"""A root and a leaf certificate of our own for Content Credentials.

The leaf follows the C2PA certificate profile (C2PA specification 2.2, 14.5.1): version 3, a permitted EKU
(emailProtection), key usage digitalSignature alone, subject and authority key identifiers.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "Atelier"
ROOT_DAYS = 20 * 365
# Nothing offline can countersign the time, so what a leaf signed is valid only as long as the leaf itself.
LEAF_DAYS = 5 * 365

_UNUSED = {
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "encipher_only": False,
    "decipher_only": False,
}


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _begin(
    *, subject: x509.Name, issuer: x509.Name, key: EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Another machine's clock may be a little behind.
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def make_root(*, key: EllipticCurvePrivateKey, at: datetime) -> x509.Certificate:
    """A self-signed root that may issue leaves and nothing below them."""
    name = _name("Atelier Content Credentials Root")
    return (
        _begin(subject=name, issuer=name, key=key.public_key(), at=at, days=ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **_UNUSED), critical=True
        )
        .sign(key, hashes.SHA256())
    )


def make_leaf(
    *,
    key: EllipticCurvePublicKey,
    root: x509.Certificate,
    root_key: EllipticCurvePrivateKey,
    at: datetime,
) -> x509.Certificate:
    """The certificate whose key signs Content Credentials."""
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _begin(
            subject=_name("Atelier Content Credentials"),
            issuer=root.subject,
            key=key,
            at=at,
            days=LEAF_DAYS,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **_UNUSED), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(root_key, hashes.SHA256())
    )
