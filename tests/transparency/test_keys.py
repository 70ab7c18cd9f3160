"""The folder of keys: made whole at first start outside production, never half, never over another."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.management import CommandError, call_command

from marketplace.transparency.errors import SigningKeysExist, SigningKeysMissing, SigningKeysUnusable
from marketplace.transparency.keyfiles import DEMO_MARKER, NEEDED, make_signing_files, read_signing_files
from marketplace.transparency.keys import key_id, signing_material


def test_first_use_outside_production_makes_a_marked_set(signing_dir):
    material = signing_material()
    assert (signing_dir / DEMO_MARKER).exists()
    assert signing_material() is material
    assert stat.S_IMODE(signing_dir.stat().st_mode) == 0o700
    for key in signing_dir.glob("*_key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(list(signing_dir.glob("*_key.pem"))) == 3
    assert not list(signing_dir.parent.glob(".signing-*"))


def test_the_leaf_has_what_c2pa_asks_for(signing_dir):
    material = signing_material()
    leaf = material.leaf
    root = x509.load_pem_x509_certificate(material.root_pem.encode())
    extensions = leaf.extensions
    assert ExtendedKeyUsageOID.EMAIL_PROTECTION in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    authority = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert authority == root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    leaf.verify_directly_issued_by(root)


def test_production_makes_no_keys(signing_dir, in_production):
    with pytest.raises(SigningKeysMissing) as raised:
        signing_material()
    assert "make_signing_keys" in raised.value.way_out
    assert not signing_dir.exists()


def test_half_a_set_is_named_and_not_completed(signing_dir):
    make_signing_files(signing_dir, for_demo=True)
    (signing_dir / "content_key.pem").unlink()
    with pytest.raises(SigningKeysMissing, match=r"content_key\.pem"):
        signing_material()
    assert not (signing_dir / "content_key.pem").exists()


def test_nothing_is_written_over_what_lies_there(signing_dir):
    signing_dir.mkdir()
    (signing_dir / "letter.txt").write_text("mine")
    with pytest.raises(SigningKeysExist):
        make_signing_files(signing_dir, for_demo=True)
    assert [file.name for file in signing_dir.iterdir()] == ["letter.txt"]
    assert not list(signing_dir.parent.glob(".signing-*"))


def test_of_many_at_once_one_makes_the_set(signing_dir):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: make_signing_files(signing_dir, for_demo=True), range(8)))
    assert made.count(True) == 1
    read_signing_files(signing_dir)
    assert not list(signing_dir.parent.glob(".signing-*"))


def test_a_certificate_for_another_key_is_refused(signing_dir, tmp_path):
    make_signing_files(signing_dir, for_demo=True)
    other = tmp_path / "other"
    make_signing_files(other, for_demo=True)
    (signing_dir / "content_chain.pem").write_bytes((other / "content_chain.pem").read_bytes())
    with pytest.raises(SigningKeysUnusable, match="content_chain"):
        signing_material()


def test_a_broken_key_file_is_named_as_such(signing_dir):
    make_signing_files(signing_dir, for_demo=True)
    (signing_dir / "statement_key.pem").write_text("no key")
    with pytest.raises(SigningKeysUnusable):
        signing_material()


def test_the_command_makes_a_set_and_leaves_a_made_one(signing_dir, capsys):
    call_command("make_signing_keys", "--for-production", stdout=sys.stdout)
    assert "root_key.pem offline" in capsys.readouterr().out
    assert not (signing_dir / DEMO_MARKER).exists()
    before = {name: (signing_dir / name).read_bytes() for name in NEEDED}
    with pytest.raises(CommandError, match="left as it is"):
        call_command("make_signing_keys")
    assert before == {name: (signing_dir / name).read_bytes() for name in NEEDED}


def test_a_preparation_makes_what_is_missing_and_leaves_what_is_there(signing_dir, capsys):
    call_command("make_signing_keys", "--if-missing", stdout=sys.stdout)
    before = {name: (signing_dir / name).read_bytes() for name in NEEDED}
    call_command("make_signing_keys", "--if-missing", stdout=sys.stdout)
    assert "already" in capsys.readouterr().out
    assert before == {name: (signing_dir / name).read_bytes() for name in NEEDED}
    (signing_dir / "content_key.pem").unlink()
    with pytest.raises(CommandError, match="not empty"):
        call_command("make_signing_keys", "--if-missing")


def test_production_does_not_start_with_the_demos_keys(signing_dir):
    make_signing_files(signing_dir, for_demo=True)
    environment = {
        "PATH": "/usr/bin:/bin",
        "ATELIER_PROFILE": "production",
        "ATELIER_SECRET_KEY": "s" * 60,
        "ATELIER_BASE_URL": "https://atelier.example",
        "DATABASE_URL": "postgresql://shop:secret@db.example/shop",
        "S3_SECRET_ACCESS_KEY": "a-secret-of-its-own",
        "JOBS_S3_SECRET_ACCESS_KEY": "a-secret-of-its-own",
        "STRIPE_SECRET_KEY": "sk_live_abc",
        "STRIPE_WEBHOOK_SECRET": "whsec_abc",
        "SELLER_ADDRESS": "Kunstweg 5|04109 Leipzig",
        "SIGNING_DIR": str(signing_dir),
    }
    start = [sys.executable, "-c", "import marketplace.settings"]
    refused = subprocess.run(start, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode != 0
    assert "demo's certificates" in refused.stderr
    (signing_dir / DEMO_MARKER).unlink()
    started = subprocess.run(start, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert started.returncode == 0, started.stderr


def test_the_key_id_is_the_thumbprint_of_rfc_8037():
    """RFC 8037, appendix A.3."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert key_id(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
