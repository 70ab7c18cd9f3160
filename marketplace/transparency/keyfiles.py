"""The folder of the site's signing keys: making it whole or not at all, and reading it.

It holds `statement_key.pem` (Ed25519, signs statements), `content_key.pem` (P-256) with `content_chain.pem` (leaf, then
any intermediates) and `root_certificate.pem` (the trust anchor of Content Credentials). A set made here has
`root_key.pem` too, which is needed only to issue the next leaf; a demo's set has the marker `made-for-demo`.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _

from marketplace.core.clock import now
from marketplace.transparency.certificates import make_leaf, make_root
from marketplace.transparency.errors import SigningKeysExist, SigningKeysMissing, SigningKeysUnusable

DEMO_MARKER = "made-for-demo"
STATEMENT_KEY = "statement_key.pem"
CONTENT_KEY = "content_key.pem"
CONTENT_CHAIN = "content_chain.pem"
ROOT_CERTIFICATE = "root_certificate.pem"
ROOT_KEY = "root_key.pem"
NEEDED = (STATEMENT_KEY, CONTENT_KEY, CONTENT_CHAIN, ROOT_CERTIFICATE)


@dataclass(frozen=True, slots=True)
class SigningMaterial:
    """What the site signs with. ``content_chain_pem``: leaf first; ``root_pem``: the trust anchor."""

    statement_key: Ed25519PrivateKey
    content_key: EllipticCurvePrivateKey
    content_chain_pem: str
    root_pem: str

    @property
    def leaf(self) -> x509.Certificate:
        """The certificate of ``content_key``."""
        return x509.load_pem_x509_certificates(self.content_chain_pem.encode())[0]


def _private_pem(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_signing_files(folder: Path, *, for_demo: bool) -> bool:
    """Make a whole set of keys in ``folder``, which must be absent or empty.

    The set is made beside it and moved there in one step: nobody sees half a set, and of two processes that start at
    once one wins (the answer is False for the other). Raises SigningKeysExist where the folder holds anything else.
    """
    at = now()
    statement_key = Ed25519PrivateKey.generate()
    root_key, content_key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root = make_root(key=root_key, at=at)
    leaf = make_leaf(key=content_key.public_key(), root=root, root_key=root_key, at=at)

    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".signing-", dir=folder.parent))  # mkdtemp: 0700
    try:
        for name, key in ((STATEMENT_KEY, statement_key), (CONTENT_KEY, content_key), (ROOT_KEY, root_key)):
            _write(made / name, _private_pem(key), mode=0o600)
        for name, certificate in ((CONTENT_CHAIN, leaf), (ROOT_CERTIFICATE, root)):
            _write(made / name, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
        if for_demo:
            note = b"These keys were made by themselves for a demo or a test. Production refuses them.\n"
            _write(made / DEMO_MARKER, note, mode=0o644)
        try:
            made.rename(folder)  # fails unless the folder is absent or empty
        except OSError as error:
            if all((folder / name).exists() for name in NEEDED):
                return False
            raise SigningKeysExist(
                _("%(folder)s is not empty, so no keys are made there.") % {"folder": folder},
                way_out=_("Choose an empty folder, or move away what lies there."),
            ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)  # gone already where it was moved
    return True


def read_signing_files(folder: Path) -> SigningMaterial:
    """The keys in ``folder``. Raises SigningKeysMissing, and SigningKeysUnusable for files that do not fit together."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise SigningKeysMissing(
            _("SIGNING_DIR: %(folder)s lacks %(files)s.") % {"folder": folder, "files": ", ".join(missing)},
            way_out=_("Put the files there, or make a set with: python manage.py make_signing_keys"),
        )
    try:
        statement_key = serialization.load_pem_private_key((folder / STATEMENT_KEY).read_bytes(), None)
        content_key = serialization.load_pem_private_key((folder / CONTENT_KEY).read_bytes(), None)
        chain_pem = (folder / CONTENT_CHAIN).read_text("ascii")
        leaf = x509.load_pem_x509_certificates(chain_pem.encode())[0]
        root_pem = (folder / ROOT_CERTIFICATE).read_text("ascii")
        x509.load_pem_x509_certificate(root_pem.encode())
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeysUnusable(
            _("SIGNING_DIR: a file in %(folder)s cannot be read: %(error)s") % {"folder": folder, "error": error},
            way_out=_("Keys are unencrypted PKCS#8 in PEM, certificates PEM."),
        ) from error
    if not isinstance(statement_key, Ed25519PrivateKey) or not isinstance(content_key, EllipticCurvePrivateKey):
        raise SigningKeysUnusable(
            _("SIGNING_DIR: %(folder)s holds keys of another kind.") % {"folder": folder},
            way_out=_("statement_key.pem is an Ed25519 key, content_key.pem a P-256 key."),
        )
    if leaf.public_key() != content_key.public_key():
        raise SigningKeysUnusable(
            _("SIGNING_DIR: content_chain.pem in %(folder)s is not the certificate of content_key.pem.")
            % {"folder": folder},
            way_out=_("Put the certificate that was issued for this key first in content_chain.pem."),
        )
    return SigningMaterial(statement_key, content_key, chain_pem, root_pem)
